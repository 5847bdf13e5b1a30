/** The policy of the endpoints that enforce makes: which it is to be, and whether it still is. */
import { stableHash } from '../stable-hash.ts';
import { toStableJson } from '../stable-json.ts';

/** `full`: AWS's default; `organization`: principals of the own organization; or a policy. */
export type EndpointPolicySetting = 'full' | 'organization' | EndpointPolicy;

export interface EndpointPolicy {
  Version?: string;
  Statement: Record<string, unknown> | Record<string, unknown>[];
}

/**
 * With what an agent asks for the credentials of Default Host Management. It does so with the identity of its instance,
 * before it has a role. Whether `aws:PrincipalOrgID` is set in that request is documented nowhere, so it is exempt.
 * Source: amazon-ssm-agent, its role provider for EC2.
 */
export const DHMC_CREDENTIALS_ACTION = 'ssm:RequestManagedInstanceRoleToken';

/** AWS's default: "Allow full access to the service" (PrivateLink guide, "Control access using endpoint policies"). */
export const FULL_ACCESS = JSON.stringify({
  Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }],
});

/** What CreateVpcEndpoint is given; null: nothing, so that the endpoint has AWS's default policy, full access. */
export function endpointPolicyText(
  setting: EndpointPolicySetting | undefined,
  organizationId: string,
): string | null {
  // A run that an older version began has no such setting.
  if (setting === undefined || setting === 'full') return null;
  // Without a version it would be that of 2008 (IAM user guide, "Version").
  return JSON.stringify(
    setting === 'organization' ? policyFor(organizationId) : { Version: '2012-10-17', ...setting },
  );
}

function policyFor(organizationId: string): EndpointPolicy {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OwnOrganization',
        Effect: 'Allow',
        Principal: '*',
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalOrgID': organizationId } },
      },
      {
        Sid: 'DhmcCredentials',
        Effect: 'Allow',
        Principal: '*',
        Action: DHMC_CREDENTIALS_ACTION,
        Resource: '*',
      },
    ],
  };
}

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
