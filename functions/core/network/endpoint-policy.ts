/**
 * Whether an endpoint's policy lets an agent through. Evaluated conservatively: a statement with
 * conditions, or with principals or resources other than all, may or may not apply, so it decides nothing
 * by itself. The one condition that is decided is the organization of the caller (`aws:PrincipalOrgID`), which all roles
 * of instances have in common. "If you do not attach a policy, the default policy allows full access" (PrivateLink guide).
 */
import type { ServiceName } from './needed-names.ts';
import { DHMC_CREDENTIALS_ACTION } from './own-endpoint-policy.ts';
import type { Admission } from './verdict.ts';

/** The calls that make an instance managed and its sessions work, by service. */
const ACTIONS: Record<ServiceName, string[]> = {
  ssm: ['ssm:UpdateInstanceInformation'],
  ssmmessages: ['ssmmessages:CreateControlChannel', 'ssmmessages:CreateDataChannel'],
  ec2messages: ['ec2messages:GetMessages'],
};

interface Statement {
  Effect?: unknown;
  Action?: unknown;
  NotAction?: unknown;
  Principal?: unknown;
  NotPrincipal?: unknown;
  Resource?: unknown;
  NotResource?: unknown;
  Condition?: unknown;
}

export function policyAdmits(
  policy: string | null,
  name: ServiceName,
  organizationId: string | null,
): Admission {
  const statements = statementsOf(policy);
  if (statements === null) return 'UNDECIDED';
  if (statements.length === 0) return policy === null ? 'ADMITTED' : 'BLOCKED';
  const admissions = ACTIONS[name].map((action) => actionAdmission(statements, action, organizationId));
  // Of the call for DHMC's credentials the organization is not known to be set: it decides nothing there.
  const isAdmitted = (action: string) => actionAdmission(statements, action, null) === 'ADMITTED';
  const needsOrganization = ACTIONS[name].some((action) => !isAdmitted(action));
  if (name === 'ssm' && needsOrganization && !isAdmitted(DHMC_CREDENTIALS_ACTION)) {
    admissions.push('UNDECIDED');
  }
  if (admissions.includes('BLOCKED')) return 'BLOCKED';
  return admissions.includes('UNDECIDED') ? 'UNDECIDED' : 'ADMITTED';
}

/** Whether some statement may allow the action. */
export function mayAllow(policy: string, action: string): boolean {
  const statements = statementsOf(policy);
  return statements === null || actionAdmission(statements, action, null) !== 'BLOCKED';
}

function actionAdmission(statements: Statement[], action: string, organizationId: string | null): Admission {
  const matching = statements
    .filter((statement) => names(statement, action))
    .map(({ Effect, ...statement }) => ({ Effect, applies: applies(statement, organizationId) }))
    .filter((one) => one.applies !== 'no');
  const denies = matching.filter(({ Effect }) => Effect === 'Deny');
  if (denies.some((one) => one.applies === 'yes')) return 'BLOCKED';
  const allows = matching.filter(({ Effect }) => Effect === 'Allow');
  if (allows.length === 0) return 'BLOCKED';
  return denies.length === 0 && allows.some((one) => one.applies === 'yes') ? 'ADMITTED' : 'UNDECIDED';
}

type Applies = 'yes' | 'no' | 'unknown';

/** Whether the statement is about a call of an agent of the own organization. */
function applies(statement: Statement, organizationId: string | null): Applies {
  const condition = conditionHolds(statement.Condition ?? {}, organizationId);
  if (condition === 'no') return 'no';
  return condition === 'yes' && isForEveryone(statement) ? 'yes' : 'unknown';
}

/** All conditions of a statement must hold; of one that is not about the organization nothing is known. */
function conditionHolds(condition: object, organizationId: string | null): Applies {
  const operands = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys ?? {}).map(([key, wanted]) =>
      organizationHolds(operator, key, wanted, organizationId),
    ),
  );
  if (operands.includes('no')) return 'no';
  return operands.every((one) => one === 'yes') ? 'yes' : 'unknown';
}

/** Of `StringEquals` and `StringNotEquals`, with or without IfExists; ids have no wildcards that would matter. */
function organizationHolds(operator: string, key: string, wanted: unknown, id: string | null): Applies {
  const [, negated] = /^String(Not)?(?:Equals|EqualsIgnoreCase|Like)(?:IfExists)?$/i.exec(operator) ?? [null];
  if (negated === null || key.toLowerCase() !== 'aws:principalorgid' || id === null) return 'unknown';
  const values = listOf(wanted);
  if (values.some((value) => /[*?$]/.test(value))) return 'unknown';
  return values.includes(id) === (negated === undefined) ? 'yes' : 'no';
}

function isForEveryone(statement: Statement): boolean {
  const principal = statement.Principal;
  const everyone =
    principal === '*' ||
    (typeof principal === 'object' &&
      principal !== null &&
      listOf(Object.values(principal).flat()).includes('*'));
  const everything = listOf(statement.Resource).includes('*');
  return everyone && everything;
}

function names(statement: Statement, action: string): boolean {
  const excluded = listOf(statement.NotAction);
  if (excluded.length > 0) return !excluded.some((pattern) => matches(pattern, action));
  return listOf(statement.Action).some((pattern) => matches(pattern, action));
}

/** IAM's wildcards, case-insensitive as action names are. */
function matches(pattern: string, action: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${escaped}$`, 'i').test(action);
}

function listOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** null where the text is not a policy. No text at all is the default policy: no statements. */
function statementsOf(policy: string | null): Statement[] | null {
  if (policy === null) return [];
  try {
    const parsed: unknown = JSON.parse(policy);
    const statement = (parsed as { Statement?: unknown } | null)?.Statement;
    return (Array.isArray(statement) ? statement : [statement]).filter(
      (item): item is Statement => typeof item === 'object' && item !== null,
    );
  } catch {
    return null;
  }
}
