/**
 * Whether a role's trust policy lets Systems Manager assume it.
 *
 * Source: Systems Manager user guide, "Managing EC2 instances automatically with Default Host Management
 * Configuration" (trust: Service ssm.amazonaws.com, sts:AssumeRole) and "Cross-service confused deputy
 * prevention" (aws:SourceAccount, aws:SourceArn as the conditions that it recommends).
 */

export const SSM_SERVICE_PRINCIPAL = 'ssm.amazonaws.com';

/** The trust policy that this service writes. */
export const desiredTrustPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: SSM_SERVICE_PRINCIPAL }, Action: 'sts:AssumeRole' }],
} as const;

/** True when some statement lets ssm.amazonaws.com assume the role in this account and none denies it. */
export function trustsSystemsManager(trustPolicy: unknown, accountId: string): boolean {
  const relevant = statementsOf(trustPolicy).filter((s) => namesService(s.Principal) && coversAssumeRole(s));
  const denied = relevant.some((s) => s.Effect === 'Deny');
  return !denied && relevant.some((s) => s.Effect === 'Allow' && conditionsHold(s.Condition, accountId));
}

/** True when the trust is exactly ours: Systems Manager and nobody else. */
export function isDesiredTrust(trustPolicy: unknown, accountId: string): boolean {
  const statements = statementsOf(trustPolicy);
  return (
    trustsSystemsManager(trustPolicy, accountId) &&
    statements.every((s) => s.Effect === 'Allow' && onlyService(s.Principal))
  );
}

/** EC2's own principal; China also knows one of its own. */
const EC2_SERVICE_PRINCIPALS = ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'];

/** Whether EC2 may assume the role, so that the metadata service can give its credentials. Conditions are taken to hold. */
export function trustsEc2(trustPolicy: unknown): boolean {
  const relevant = statementsOf(trustPolicy).filter(
    (statement) =>
      EC2_SERVICE_PRINCIPALS.some((service) => namesService(statement.Principal, service)) &&
      coversAssumeRole(statement),
  );
  const denied = relevant.some((statement) => statement.Effect === 'Deny' && !statement.Condition);
  return !denied && relevant.some((statement) => statement.Effect === 'Allow');
}

interface Statement {
  Effect?: unknown;
  Principal?: unknown;
  Action?: unknown;
  NotAction?: unknown;
  Condition?: unknown;
}

function statementsOf(document: unknown): Statement[] {
  if (typeof document !== 'object' || document === null) return [];
  return listOf((document as { Statement?: unknown }).Statement).filter(
    (s): s is Statement => typeof s === 'object' && s !== null,
  );
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function namesService(principal: unknown, service: string = SSM_SERVICE_PRINCIPAL): boolean {
  if (principal === '*') return true;
  if (typeof principal !== 'object' || principal === null) return false;
  const { Service, AWS } = principal as { Service?: unknown; AWS?: unknown };
  return listOf(Service).includes(service) || listOf(AWS).includes('*');
}

function onlyService(principal: unknown): boolean {
  if (typeof principal !== 'object' || principal === null) return false;
  const entries = Object.entries(principal);
  return entries.every(
    ([kind, names]) => kind === 'Service' && listOf(names).every((n) => n === SSM_SERVICE_PRINCIPAL),
  );
}

function coversAssumeRole(statement: Statement): boolean {
  return listOf(statement.Action).some(
    (action) => typeof action === 'string' && ['sts:assumerole', 'sts:*', '*'].includes(action.toLowerCase()),
  );
}

/** Only the two recommended conditions are known to hold; any other makes the trust doubtful, so unsound. */
function conditionsHold(condition: unknown, accountId: string): boolean {
  if (condition === undefined || condition === null) return true;
  if (typeof condition !== 'object') return false;
  return Object.values(condition).every(
    (block) =>
      typeof block === 'object' &&
      block !== null &&
      Object.entries(block).every(([key, values]) => {
        if (key.toLowerCase() === 'aws:sourceaccount') return listOf(values).includes(accountId);
        if (key.toLowerCase() === 'aws:sourcearn') {
          return listOf(values).some((v) => typeof v === 'string' && coversAccount(v, accountId));
        }
        return false;
      }),
  );
}

function coversAccount(arnPattern: string, accountId: string): boolean {
  const [, , service, , account] = arnPattern.split(':');
  return (
    arnPattern === '*' ||
    ((service === 'ssm' || service === '*') && (account === accountId || account === '*'))
  );
}
