import type { OpenTarget } from './assessment-context.ts';
import type { AccountObservation } from './model/observation.ts';
import type { DesiredRole } from './role.ts';
import { roleNamedBy } from './setting.ts';
import { trustsSystemsManager } from './trust-policy.ts';

/**
 * Whether DHMC gives credentials in this target as far as can be seen: the setting names our role, which
 * trusts Systems Manager and has its policy, or another that is fit. Where that could not be read, nothing
 * is held against the instances.
 */
export function isDhmcInPlace(
  { region, observed, judgement }: OpenTarget,
  { account: { accountId }, organizationId, role }: AccountObservation,
  { ours, desired, partition }: { ours: string; desired: DesiredRole; partition: string },
): boolean {
  if (judgement.kind === 'unknown') return true;
  if (roleNamedBy(observed) !== ours)
    return judgement.findings.every(({ code }) => GIVES_CREDENTIALS.has(code));
  if (role.kind !== 'value') return role.kind === 'failed';
  const { trustPolicy, attachedPolicyArns } = role.value;
  return (
    trustsSystemsManager(trustPolicy, { partition, accountId, organizationId, region }) &&
    desired.requiredPolicyArns.every((arn) => attachedPolicyArns.includes(arn))
  );
}

/** What is wrong with another team's role, and does not keep agents from its credentials. */
const GIVES_CREDENTIALS: ReadonlySet<string> = new Set(['SETTING_FOREIGN_ROLE_PRIVILEGED']);
