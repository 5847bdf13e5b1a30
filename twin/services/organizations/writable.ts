/** What the writes of Organizations share: who may call them, and what a change of the organization sets off. */
import { updateAccount } from '../../agents/agents.ts';
import { noteChange } from '../../changes.ts';
import { AwsError, type Call, type Operation, type Permission, type Piece } from '../../contract.ts';
import { isGranted, organizationOf } from './organization.ts';

/**
 * `delegable`: "You can only call this operation from the management account or a member account that is a delegated
 * administrator", which the organization's resource policy makes of an account for writes (user guide,
 * orgs_delegate_policies). Otherwise "you can only call this operation from the management account" (API reference).
 */
export function writable(
  delegable: boolean,
  honours: string[],
  permissions: (input: Piece, call: Call) => Permission[],
  handle: (input: Piece, call: Call) => Piece,
): Operation {
  return {
    honours,
    mutates: true,
    permissions,
    handle(input, call) {
      const isManagement = call.accountId === organizationOf(call).Organization.MasterAccountId;
      const isDelegated = () => permissions(input, call).every((permission) => isGranted(permission, call));
      if (!isManagement && !(delegable && isDelegated())) {
        throw new AwsError('AccessDeniedException', "You don't have permissions to access this resource.");
      }
      return handle(input, call);
    },
  };
}

/**
 * Changes what binds the accounts at and below `targets`. The agents of their instances have noticed what was until now;
 * "the changes to permissions for IAM users and roles in affected accounts are immediate" (API reference, DetachPolicy).
 */
export function changeBelow(targets: readonly string[], call: Call, change: () => void): void {
  const { state } = call;
  const affected = organizationOf(call)
    .Accounts.map(({ Id }) => String(Id))
    .filter((id) => targets.some((target) => target === id || state.organizationPath(id).includes(target)));
  for (const accountId of affected) updateAccount(state, accountId);
  change();
  state.organizationChanged();
  for (const accountId of affected) noteChange(state, accountId, call.now.getTime());
}
