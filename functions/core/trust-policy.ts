/**
 * Whether a role's trust policy lets Systems Manager assume it.
 *
 * Source: Systems Manager user guide, "Managing EC2 instances automatically with Default Host Management
 * Configuration" (trust: Service ssm.amazonaws.com, sts:AssumeRole) and "Cross-service confused deputy
 * prevention" (aws:SourceAccount, aws:SourceArn as the conditions that it recommends).
 */
import { matchesPattern } from './text-pattern.ts';
import { anyOf, type ConditionJudgement, judgeConditions, type TrustRequest } from './trust-conditions.ts';

export const SSM_SERVICE_PRINCIPAL = 'ssm.amazonaws.com';

/** The trust policy that this service writes. */
export const desiredTrustPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: SSM_SERVICE_PRINCIPAL }, Action: 'sts:AssumeRole' }],
} as const;

export type TrustVerdict = 'TRUSTED' | 'CONDITIONAL' | 'REFUSED';

export interface TrustJudgement {
  verdict: TrustVerdict;
  /** CONDITIONAL: keys whose value in the request of Systems Manager is not documented. */
  unknownKeys: string[];
  /** CONDITIONAL: resource control policies that may deny it. */
  unknownPolicies: string[];
  /** REFUSED although some statement names Systems Manager: by a condition or a Deny, so the trust is stricter than ours. */
  isStricter: boolean;
  /** REFUSED by a resource control policy: its name and id. */
  refusedBy: string | null;
}

/**
 * Whether Systems Manager may assume the role for this account and Region. A Deny that cannot fit its request (a
 * guard against confused deputies) is no fault. A resource control policy is judged as a Deny of the trust policy is.
 */
export function judgeTrust(trustPolicy: unknown, request: TrustRequest): TrustJudgement {
  const relevant = statementsOf(trustPolicy).filter((s) => namesService(s.Principal) && coversAssumeRole(s));
  const judged = relevant.map(({ Effect, Condition }) => ({
    Effect,
    ...judgeConditions(Condition, request),
  }));
  const denials = judged.filter(({ Effect }) => Effect === 'Deny');
  const grants = judged.filter(({ Effect }) => Effect === 'Allow');
  const denied = anyOf(denials.map(({ truth }) => truth));
  const granted = anyOf(grants.map(({ truth }) => truth));
  if (denied === 'TRUE' || granted === 'FALSE') {
    return {
      verdict: 'REFUSED',
      unknownKeys: [],
      unknownPolicies: [],
      isStricter: judged.length > 0,
      refusedBy: null,
    };
  }
  const controls = request.controls.map(({ policy, statement }) => ({
    policy,
    ...judgeControl(statement, request),
  }));
  const refusing = controls.find(({ truth }) => truth === 'TRUE');
  if (refusing) {
    return {
      verdict: 'REFUSED',
      unknownKeys: [],
      unknownPolicies: [],
      isStricter: true,
      refusedBy: refusing.policy,
    };
  }
  const undecided = controls.filter(({ truth }) => truth === 'UNKNOWN');
  const unknown = [
    ...undecided,
    ...(denied === 'UNKNOWN' ? denials : []),
    ...(granted === 'UNKNOWN' ? grants : []),
  ];
  return {
    verdict: unknown.length > 0 ? 'CONDITIONAL' : 'TRUSTED',
    unknownKeys: [...new Set(unknown.flatMap(({ unknownKeys }) => unknownKeys))].sort(),
    unknownPolicies: [...new Set(undecided.map(({ policy }) => policy))],
    isStricter: false,
    refusedBy: null,
  };
}

/** A statement of a resource control policy names every principal, and the role by its ARN, if not all resources. */
function judgeControl(statement: unknown, request: TrustRequest): ConditionJudgement {
  if (statement === null) return { truth: 'UNKNOWN', unknownKeys: [] };
  const { Condition, Resource, ...named } = statement as Statement;
  if (!coversAssumeRole(named)) return { truth: 'FALSE', unknownKeys: [] };
  const conditions = judgeConditions(Condition, request);
  const every = listOf(Resource).includes('*');
  return every || conditions.truth === 'FALSE' ? conditions : { ...conditions, truth: 'UNKNOWN' };
}

/** True unless the trust policy is known to keep Systems Manager out. */
export function trustsSystemsManager(trustPolicy: unknown, request: TrustRequest): boolean {
  return judgeTrust(trustPolicy, request).verdict !== 'REFUSED';
}

/** Whether anyone besides Systems Manager may assume the role. */
export function trustsOthers(trustPolicy: unknown): boolean {
  return statementsOf(trustPolicy).some((s) => s.Effect !== 'Deny' && !onlyService(s.Principal));
}

/**
 * The trust policy that a repair writes, or null where there is none that is not looser than what is there. What only
 * guards (a Deny) or only lets Systems Manager in is kept as it is, conditions included.
 */
export function repairedTrust(trustPolicy: unknown, request: TrustRequest): object | null {
  const { verdict, isStricter } = judgeTrust(trustPolicy, request);
  if (verdict === 'REFUSED') {
    if (isStricter) return null;
    const guards = statementsOf(trustPolicy).filter((s) => s.Effect === 'Deny');
    return { ...desiredTrustPolicy, Statement: [...desiredTrustPolicy.Statement, ...guards] };
  }
  const kept = statementsOf(trustPolicy).flatMap((s): object[] => {
    if (s.Effect === 'Deny' || onlyService(s.Principal)) return [s];
    return namesService(s.Principal) ? [{ ...s, Principal: { Service: SSM_SERVICE_PRINCIPAL } }] : [];
  });
  const repaired = { Version: '2012-10-17', Statement: kept };
  return trustsSystemsManager(repaired, request) ? repaired : null;
}

/** EC2's own principal; China also knows its own. */
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
  Resource?: unknown;
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

function coversAssumeRole({ Action, NotAction }: Statement): boolean {
  const lists = (value: unknown) =>
    listOf(value).some(
      (action) => typeof action === 'string' && matchesPattern(action.toLowerCase(), 'sts:assumerole'),
    );
  return NotAction === undefined ? lists(Action) : !lists(NotAction);
}
