/** The policy that endpoints of ours are to have. */
import type { Region } from '../model/primitives.ts';
import { partitionOfRegion } from '../partition.ts';
import { agentBuckets } from './agent-buckets.ts';

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

/** Of an endpoint for S3: besides, whoever asks may read the buckets of AWS that agents and patches need. */
export function gatewayPolicyText(
  setting: EndpointPolicySetting | undefined,
  organizationId: string,
  region: Region,
): string | null {
  const text = endpointPolicyText(setting, organizationId);
  if (text === null) return null;
  const { Statement, ...policy }: EndpointPolicy = JSON.parse(text);
  const buckets = {
    Sid: 'AgentBuckets',
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: agentBuckets(region).map((bucket) => `arn:${partitionOfRegion(region)}:s3:::${bucket}/*`),
  };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).filter(
    ({ Sid }) => Sid !== 'DhmcCredentials',
  );
  return JSON.stringify({ ...policy, Statement: [...statements, buckets] });
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
