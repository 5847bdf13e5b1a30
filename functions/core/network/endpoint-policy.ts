/**
 * Whether an endpoint's policy lets an agent through. Evaluated conservatively: a statement with
 * conditions, or with principals or resources other than all, may or may not apply, so it decides nothing
 * by itself. "If you do not attach a policy, the default policy allows full access" (PrivateLink guide).
 */
import type { ServiceName } from './needed-names.ts';
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

export function policyAdmits(policy: string | null, name: ServiceName): Admission {
  const statements = statementsOf(policy);
  if (statements === null) return 'UNDECIDED';
  if (statements.length === 0) return policy === null ? 'ADMITTED' : 'BLOCKED';
  const admissions = ACTIONS[name].map((action) => actionAdmission(statements, action));
  if (admissions.includes('BLOCKED')) return 'BLOCKED';
  return admissions.includes('UNDECIDED') ? 'UNDECIDED' : 'ADMITTED';
}

function actionAdmission(statements: Statement[], action: string): Admission {
  const matching = statements.filter((statement) => names(statement, action));
  const denies = matching.filter((statement) => statement.Effect === 'Deny');
  if (denies.some(isUnconditional)) return 'BLOCKED';
  const allows = matching.filter((statement) => statement.Effect === 'Allow');
  if (allows.length === 0) return 'BLOCKED';
  return denies.length === 0 && allows.some(isUnconditional) ? 'ADMITTED' : 'UNDECIDED';
}

function isUnconditional(statement: Statement): boolean {
  const conditions = statement.Condition ?? {};
  const principal = statement.Principal;
  const everyone =
    principal === '*' ||
    (typeof principal === 'object' &&
      principal !== null &&
      listOf(Object.values(principal).flat()).includes('*'));
  const everything = listOf(statement.Resource).includes('*');
  return everyone && everything && Object.keys(conditions).length === 0;
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
