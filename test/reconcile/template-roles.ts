/** Member roles with the very policies of the template, and what runs used of them. */
import type { Configuration } from '../../functions/core/model/configuration.ts';
import { memberRoles } from '../../infra/member-role-templates.ts';
import type { Piece, Snapshot, TwinState } from '../../twin/contract.ts';
import { onDecision } from '../../twin/decisions.ts';
import { resolve } from '../infra/synthesize.ts';
import { createUsage, type Usage } from '../permissions/usage.ts';

/** What the roles of every member account may do, as the template for this configuration has it; their trust stays. */
export function useTemplateRoles({ accounts }: Snapshot, configuration: Configuration): void {
  const { Resources } = memberRoles({ configuration });
  for (const [accountId, { Iam }] of accounts) {
    for (const [id, { Properties }] of Object.entries(Resources)) {
      const { Policies } = resolve(Properties, {
        partition: 'aws',
        region: 'us-east-1',
        accountId,
        parameters: { OperatorAccountId: accountId, OrganizationId: 'o-any' },
      });
      const role = (Iam.RoleDetailList as Piece[]).find(({ RoleName }) => RoleName === `DhmcRollout${id}`);
      if (role) Object.assign(role, { RolePolicyList: Policies, AttachedManagedPolicies: [] });
    }
  }
}

export function watchUse(state: TwinState): Usage {
  const usage = createUsage();
  onDecision(state, ({ principal, request, because }) => {
    const { roleName: role, madeUp } = principal;
    if (madeUp) return;
    usage.grant(role, request.identityPolicies);
    if (because === 'allowed') usage.use(role, request);
    else usage.refuse({ role, action: request.action, resource: request.resource, because });
  });
  return usage;
}
