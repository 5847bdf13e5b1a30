/**
 * Conditions of a trust policy, evaluated for the request that Systems Manager sends when it assumes a role for DHMC.
 *
 * Sources: IAM user guide, "IAM JSON policy elements: Condition operators" and "AWS global condition context keys"
 * (which keys a service principal's request has: aws:PrincipalOrgID, aws:PrincipalAccount and aws:PrincipalArn are
 * not among them); Systems Manager user guide, "Cross-service confused deputy prevention" (aws:SourceAccount,
 * aws:SourceArn). Which source keys Systems Manager sends for DHMC in particular is not documented (confidence I):
 * a condition on any other key is UNKNOWN, and an instance that is Online by DHMC proves it.
 */
import type { Control } from './resource-control.ts';
import { matchesPattern } from './text-pattern.ts';

/** Who asks, and from where. */
export interface TrustRequest {
  partition: string;
  accountId: string;
  /** null: in no Region in particular, so that a Region in a pattern stays UNKNOWN. */
  region: string | null;
  /** null where it is not known. */
  organizationId: string | null;
  /** What may deny it besides the trust policy. */
  controls: readonly Control[];
}

export type Truth = 'TRUE' | 'FALSE' | 'UNKNOWN';

/** What a request says of a key: its values, that it lacks the key, an ARN below a prefix, or nothing known. */
type KeyValue =
  | { kind: 'values'; values: string[] }
  | { kind: 'absent' }
  | { kind: 'ssm-arn' }
  | { kind: 'unknown' };

const ABSENT: KeyValue = { kind: 'absent' };
const UNKNOWN: KeyValue = { kind: 'unknown' };

function requestValue(key: string, { accountId, organizationId, region }: TrustRequest): KeyValue {
  switch (key.toLowerCase()) {
    case 'aws:sourceaccount':
      return { kind: 'values', values: [accountId] };
    case 'aws:sourceorgid':
      return organizationId === null ? UNKNOWN : { kind: 'values', values: [organizationId] };
    case 'aws:sourcearn':
      return { kind: 'ssm-arn' };
    case 'aws:principalisawsservice':
    case 'aws:securetransport':
      return { kind: 'values', values: ['true'] };
    case 'aws:principalservicename':
      return { kind: 'values', values: ['ssm.amazonaws.com'] };
    case 'aws:resourceaccount':
      return { kind: 'values', values: [accountId] };
    case 'aws:resourceorgid':
      return organizationId === null ? UNKNOWN : { kind: 'values', values: [organizationId] };
    case 'aws:principalservicenameslist':
      return region === null
        ? UNKNOWN
        : { kind: 'values', values: ['ssm.amazonaws.com', `ssm.${region}.amazonaws.com`] };
    case 'aws:principalorgid':
    case 'aws:principalorgpaths':
    case 'aws:principalaccount':
    case 'aws:principalarn':
    case 'aws:federatedprovider':
    case 'aws:multifactorauthpresent':
    case 'aws:multifactorauthage':
    case 'aws:tokenissuetime':
    case 'aws:username':
    case 'aws:sourcevpc':
    case 'aws:sourcevpce':
    case 'sts:externalid':
      return ABSENT;
    default:
      // Tags of the principal: a service principal has none.
      return key.toLowerCase().startsWith('aws:principaltag/') ? ABSENT : UNKNOWN;
  }
}

export interface ConditionJudgement {
  truth: Truth;
  /** Keys whose value is not known, as the policy spells them. */
  unknownKeys: string[];
}

/** Operators and keys are AND, values of one key OR (of a negated operator NOR). */
export function judgeConditions(condition: unknown, request: TrustRequest): ConditionJudgement {
  if (condition === undefined || condition === null) return { truth: 'TRUE', unknownKeys: [] };
  if (typeof condition !== 'object') return { truth: 'UNKNOWN', unknownKeys: [] };
  const parts = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries((keys ?? {}) as Record<string, unknown>).map(([key, wanted]) => ({
      key,
      truth: judgeKey(operator, key, textsOf(wanted), request),
    })),
  );
  return {
    truth: allOf(parts.map(({ truth }) => truth)),
    unknownKeys: parts.filter(({ truth }) => truth === 'UNKNOWN').map(({ key }) => key),
  };
}

function judgeKey(operator: string, key: string, wanted: string[], request: TrustRequest): Truth {
  const parsed = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/i.exec(operator);
  const [, quantifier, name = '', ifExists] = parsed ?? [];
  const value = requestValue(key, request);
  const base = name.toLowerCase();
  if (base === 'null') {
    if (value.kind === 'unknown') return 'UNKNOWN';
    const isAbsent = String(value.kind === 'absent');
    return truthOf(wanted.some((text) => text.toLowerCase() === isAbsent));
  }
  const negated = /not/.test(base);
  if (value.kind === 'absent') {
    const holds = ifExists !== undefined || quantifier?.toLowerCase() === 'forallvalues';
    return truthOf(holds || (negated && quantifier === undefined));
  }
  if (value.kind === 'unknown') return 'UNKNOWN';
  const judged = (value.kind === 'ssm-arn' ? [null] : value.values).map((text) => {
    const matches = anyOf(wanted.map((pattern) => matchOne(base.replace('not', ''), pattern, text, request)));
    return negated ? not(matches) : matches;
  });
  const everyValue = quantifier === undefined ? negated : quantifier.toLowerCase() === 'forallvalues';
  return everyValue ? allOf(judged) : anyOf(judged);
}

/** Whether one wanted value matches one of the request; null: the ARN. A policy variable is not resolved here. */
function matchOne(operator: string, pattern: string, text: string | null, request: TrustRequest): Truth {
  if (/\$\{(?![*?$]\})/.test(pattern)) return 'UNKNOWN';
  if (text === null) return matchArn(operator, pattern, request);
  switch (operator) {
    case 'stringequals':
      return truthOf(text === pattern);
    case 'stringequalsignorecase':
    case 'bool':
      return truthOf(text.toLowerCase() === pattern.toLowerCase());
    case 'stringlike':
    case 'arnlike':
    case 'arnequals':
      return truthOf(matchesPattern(pattern, text));
    default:
      return 'UNKNOWN';
  }
}

/** Kinds of resources that a request for DHMC may name; which of them Systems Manager names is not documented. */
const POSSIBLE_SOURCE = /^(servicesetting|managed-instance|instance|\*|\?)/;

/** `aws:SourceArn` lies below `arn:<partition>:ssm:<region>:<account>:`; what follows is not known. */
function matchArn(operator: string, pattern: string, request: TrustRequest): Truth {
  if (pattern === '*' && operator !== 'stringequals') return 'TRUE';
  const wildcards = operator !== 'stringequals' && operator !== 'stringequalsignorecase';
  const [prefix, partition = '', service = '', region = '', account = '', ...rest] = pattern.split(':');
  const fits = (part: string, text: string | null): Truth => {
    if (wildcards && part === '*') return 'TRUE';
    if (text === null) return 'UNKNOWN';
    return truthOf(wildcards ? matchesPattern(part, text) : part === text);
  };
  const resource = rest.join(':');
  const last: Truth =
    rest.length === 0
      ? truthOf(wildcards && account.endsWith('*'))
      : wildcards && resource === '*'
        ? 'TRUE'
        : POSSIBLE_SOURCE.test(resource)
          ? 'UNKNOWN'
          : 'FALSE';
  return allOf([
    truthOf(prefix === 'arn' || (wildcards && prefix === '*')),
    fits(partition, request.partition),
    fits(service, 'ssm'),
    fits(region, request.region),
    fits(account, request.accountId),
    last,
  ]);
}

export function allOf(truths: Truth[]): Truth {
  if (truths.includes('FALSE')) return 'FALSE';
  return truths.includes('UNKNOWN') ? 'UNKNOWN' : 'TRUE';
}

export function anyOf(truths: Truth[]): Truth {
  if (truths.includes('TRUE')) return 'TRUE';
  return truths.includes('UNKNOWN') ? 'UNKNOWN' : 'FALSE';
}

function not(truth: Truth): Truth {
  return truth === 'TRUE' ? 'FALSE' : truth === 'FALSE' ? 'TRUE' : 'UNKNOWN';
}

function truthOf(holds: boolean): Truth {
  return holds ? 'TRUE' : 'FALSE';
}

/** An object, which IAM does not take, may hold what `String` would call as its own `toString`. */
function textsOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one)));
}
