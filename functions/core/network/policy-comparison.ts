/** Whether two policies of endpoints say the same. */
import { stableHash } from '../stable-hash.ts';
import { toStableJson } from '../stable-json.ts';

/** AWS's default: "Allow full access to the service" (PrivateLink guide, "Control access using endpoint policies"). */
export const FULL_ACCESS = JSON.stringify({
  Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }],
});

/** How the journal's set says that we gave an endpoint a policy. */
export function policySetOn(endpointId: string, policy: string): string {
  return `${endpointId} policy ${stableHash(comparable(policy))}`;
}

/**
 * Whether two policies say the same, however they are written: EC2 may answer with other order and spacing, and IAM's
 * grammar has one element as a list of one, and `*` as a principal of AWS. null: none, which is full access.
 */
export function isSamePolicy(one: string | null, other: string | null): boolean {
  return one === other || comparable(one ?? FULL_ACCESS) === comparable(other ?? FULL_ACCESS);
}

function comparable(policy: string): string {
  try {
    const { Statement, Version, Id } = JSON.parse(policy);
    const statements = (Array.isArray(Statement) ? Statement : [Statement])
      .map((one: unknown) => toStableJson(plainStatement(one)))
      .sort();
    // Only policy variables depend on the version, and this one has none.
    return statements.join() === EVERYTHING ? EVERYTHING : toStableJson({ Version, Id, statements });
  } catch {
    return policy;
  }
}

/** Neither a Sid nor the order of statements and values counts; names of actions have no case. */
function plainStatement(statement: unknown): unknown {
  if (typeof statement !== 'object' || statement === null) return statement;
  const { Sid: _sid, ...elements } = statement as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(elements).map(([element, value]) => {
      if (/^(Not)?Action$/.test(element)) return [element, listed(value, (one) => one.toLowerCase())];
      if (!/^(Not)?Principal$/.test(element)) return [element, listed(value)];
      return [element, value === '*' ? { AWS: ['*'] } : listed(value, accountOfRoot)];
    }),
  );
}

/** "the account ARN or ... a shortened form that consists of the "AWS": prefix followed by the account ID" (IAM user guide). */
function accountOfRoot(principal: string): string {
  return /^arn:[^:]+:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal;
}

function listed(value: unknown, name = (one: string) => one): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((one) => name(String(one))))].sort();
  if (typeof value !== 'object' || value === null) return [name(String(value))];
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, listed(one, name)]));
}

const EVERYTHING = toStableJson(
  plainStatement({ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }),
);
