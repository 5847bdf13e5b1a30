/**
 * Resource control policies in force on an account, as far as they concern how Systems Manager assumes a role there.
 *
 * They are evaluated as a Deny of the role's own trust policy is: SimulatePrincipalPolicy leaves them out. Sources:
 * Organizations user guide, "Resource control policies (RCPs)" (sts:AssumeRole is covered; no effect on the management
 * account nor on service-linked roles; attached to the root, to units and accounts, inherited downwards) and "RCP
 * syntax" (Principal is always "*"; only Deny in customers' policies; NotAction is not supported in them).
 */
import type { Account } from './model/primitives.ts';
import type { Read } from './model/reads.ts';

export interface ResourceControlPolicy {
  policyId: string;
  name: string;
  /** Ids of the root, units and accounts that it is attached to. */
  targets: string[];
  /** The document. */
  document: unknown;
}

/** A statement that may deny a request beside what the role's own trust policy says. */
export interface Control {
  /** `name (p-...)`, as sentences name it. */
  policy: string;
  /** null where the policy could not be read: it may deny anything. */
  statement: unknown;
}

/**
 * Those that hold in an account, statement by statement.
 *
 * @param policies failed: resource control policies are switched on and could not be read
 */
export function controlsOf(
  policies: Read<ResourceControlPolicy[]>,
  { accountId, organizationPath, management }: Pick<Account, 'accountId' | 'organizationPath' | 'management'>,
): Control[] {
  if (management || policies.kind === 'absent') return [];
  if (policies.kind === 'failed') {
    return [{ policy: 'resource control policies, which could not be read', statement: null }];
  }
  return policies.value.flatMap(({ policyId, name, targets, document }): Control[] => {
    const policy = `${name} (${policyId})`;
    if (targets.includes(accountId) || organizationPath?.some((id) => targets.includes(id))) {
      return denialsOf(document).map((statement) => ({ policy, statement }));
    }
    // Where the account is in the tree is not known, and the policy is attached to more than other accounts.
    const mayReach = organizationPath === null && targets.some((id) => /^(r|ou)-/.test(id));
    return mayReach && isAboutRoles(document) ? [{ policy, statement: null }] : [];
  });
}

/** Whether a policy denies something of how roles are assumed at all; most are about data. */
export function isAboutRoles(document: unknown): boolean {
  return denialsOf(document).length > 0;
}

/** Statements that deny something of STS, or of every service. A document that is no policy denies nothing. */
function denialsOf(document: unknown): object[] {
  if (typeof document !== 'object' || document === null) return [];
  const { Statement } = document as { Statement?: unknown };
  return [Statement].flat().filter((statement): statement is object => {
    if (typeof statement !== 'object' || statement === null) return false;
    const { Effect, Action, NotAction } = statement as {
      Effect?: unknown;
      Action?: unknown;
      NotAction?: unknown;
    };
    const names = [Action].flat().filter((action) => typeof action === 'string');
    return Effect === 'Deny' && (NotAction !== undefined || names.some((name) => /^(\*|sts:)/i.test(name)));
  });
}
