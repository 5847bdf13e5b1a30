/**
 * Whether StackSets may bring the member roles, by whom, and what they leave to the management account. Sources:
 * CloudFormation user guide, "Activate trusted access for StackSets with AWS Organizations", "Register a delegated
 * administrator", and "StackSets concepts" (service-managed StackSets never deploy to the management account).
 */
import type { AccountId } from '../model/primitives.ts';
import type { Read } from '../model/reads.ts';
import { type CheckFinding, notRead, ok, skipped, type Vantage } from './finding.ts';

const CHECK = 'StackSets';
export const STACK_SETS_SERVICE = 'member.org.stacksets.cloudformation.amazonaws.com';

export interface StackSetsView {
  vantage: Vantage;
  /** Whether trusted access is on; null: the account may not ask. */
  access: Read<boolean> | null;
  /** Delegated administrators of StackSets; null: not known. */
  administrators: readonly AccountId[] | null;
  /** Who makes the StackSet, as deployed. */
  caller: 'SELF' | 'DELEGATED_ADMIN';
  /** The reader role could be assumed wherever it was tried; null: it was not tried. */
  rolesDeployed: boolean | null;
}

export function judgeStackSets(view: StackSetsView): CheckFinding {
  const { access, administrators, caller, rolesDeployed } = view;
  if (access === null)
    return skipped(
      CHECK,
      'Not known: only the management account and delegated administrators may ask for trusted access.',
      'Run dhmc doctor with credentials of the management account as well.',
    );
  if (access.kind === 'failed') return notRead(CHECK, access.failure, 'the management account');
  if (access.kind === 'absent' || !access.value) {
    return {
      check: CHECK,
      status: rolesDeployed === true ? 'warning' : 'failed',
      found:
        rolesDeployed === true
          ? 'They have no trusted access to the organization. The member roles are there, so something else deploys them.'
          : 'They have no trusted access to the organization, so they bring no roles to the members.',
      fix: 'In the management account, activate trusted access, or deploy dhmc template member-role another way (Account Factory for Terraform, Control Tower customizations).',
      command: 'aws cloudformation activate-organizations-access',
    };
  }
  if (caller === 'DELEGATED_ADMIN' && administrators?.length === 0) {
    return {
      check: CHECK,
      status: 'failed',
      found: 'stackSetCaller is DELEGATED_ADMIN, and StackSets have no delegated administrator.',
      fix: 'In the management account, register the account that deploys the StackSet, or set stackSetCaller to SELF and deploy from the management account.',
      command: `aws organizations register-delegated-administrator --account-id ACCOUNT --service-principal ${STACK_SETS_SERVICE}`,
    };
  }
  return ok(CHECK, `They have trusted access. ${describeRest(caller, administrators)}`);
}

/** What remains to be done in the management account once StackSets bring the member roles. */
function describeRest(caller: StackSetsView['caller'], administrators: readonly AccountId[] | null): string {
  const rest =
    'Left to the management account, which they never deploy to: its own roles (dhmc template management-role) and the events stack.';
  if (caller === 'SELF') return `The StackSet is made in the management account. ${rest}`;
  const who = administrators === null ? 'A delegated administrator' : administrators.join(', ');
  return `${who} makes the StackSet. ${rest}`;
}
