/** `endpointPolicy` of the configuration: a word, or a policy that Systems Manager works through. */
import * as z from 'zod/mini';
import type { OverridableSettings } from '../core/model/configuration.ts';
import { mayAllow, policyAdmits } from '../core/network/endpoint-policy.ts';
import type { OptionalService } from '../core/network/needed-names.ts';
import type { EndpointPolicySetting } from '../core/network/own-endpoint-policy.ts';
import { show } from './schema-problem.ts';

const NAMES = ['ssm', 'ssmmessages', 'ec2messages'] as const;
/** "VPC endpoint policies ... cannot exceed 20,480 characters (including white space)" (PrivateLink quotas). */
const MOST_CHARACTERS = 20_480;

const checked: z.ZodMiniType<unknown> = z.unknown().check(
  z.superRefine((value, context) => {
    const problem = problemOf(value);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  }),
);

export const endpointPolicySchema = (checked as z.ZodMiniType<EndpointPolicySetting>)
  .check(
    z.meta({
      anyOf: [
        { enum: ['full', 'organization'] },
        {
          type: 'object',
          properties: { Version: { const: '2012-10-17' }, Id: { type: 'string' }, Statement: {} },
          required: ['Statement'],
          additionalProperties: false,
        },
      ],
    }),
  )
  .check(
    z.describe(
      'Policy of our endpoints: full (the default of AWS; a policy that others set is kept), organization (principals of the own organization), or a policy.',
    ),
  );

/** What a service is needed for; the s3 endpoint's policy gets the buckets of agents in any case. */
const NEEDED_ACTION: Partial<Record<OptionalService, string>> = {
  kms: 'kms:Decrypt',
  logs: 'logs:PutLogEvents',
};

type Settings = Pick<OverridableSettings, 'endpointPolicy' | 'endpointServices'>;

/** A policy of one's own must allow something at the services that get endpoints with it. */
export function checkEndpointServices(
  configuration: Settings & { overrides: { [K in keyof Settings]?: Settings[K] | undefined }[] },
  context: z.core.$RefinementCtx,
): void {
  const { overrides, ...top } = configuration;
  refuseUseless(top, ['endpointServices'], context);
  for (const [index, { endpointPolicy, endpointServices }] of overrides.entries()) {
    if (endpointPolicy === undefined && endpointServices === undefined) continue;
    const settings = {
      endpointPolicy: endpointPolicy ?? top.endpointPolicy,
      endpointServices: endpointServices ?? top.endpointServices,
    };
    refuseUseless(settings, ['overrides', index, 'endpointServices'], context);
  }
}

function refuseUseless(
  { endpointPolicy, endpointServices }: Settings,
  path: (string | number)[],
  context: z.core.$RefinementCtx,
): void {
  if (typeof endpointPolicy !== 'object') return;
  for (const service of endpointServices) {
    const action = NEEDED_ACTION[service];
    if (action === undefined || mayAllow(JSON.stringify(endpointPolicy), action)) continue;
    const message = `endpointPolicy allows no ${action}, so an endpoint for ${service} would be of no use; allow it there, or remove ${service} here`;
    context.addIssue({ code: 'custom', path, message });
  }
}

function problemOf(value: unknown): string | null {
  if (value === 'full' || value === 'organization') return null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `${show(value)} is not known here; use full, organization, or a policy with Version and Statement`;
  }
  const { Version = '2012-10-17', Statement, ...others } = value as Record<string, unknown>;
  const [foreign] = Object.keys(others).filter((key) => key !== 'Id');
  if (foreign !== undefined)
    return `${foreign} is no element of a policy; there are Version, Id and Statement`;
  if (Version !== '2012-10-17') return `Version ${show(Version)} is not known here; use "2012-10-17"`;
  const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0 || statements.some((one) => typeof one !== 'object' || one === null)) {
    return 'has no Statement; name at least one';
  }
  const text = JSON.stringify(value);
  if (text.length > MOST_CHARACTERS) {
    return `is ${text.length} characters long as JSON; AWS allows ${MOST_CHARACTERS}`;
  }
  const blocked = NAMES.filter((name) => policyAdmits(text, name, null) === 'BLOCKED');
  return blocked.length === 0
    ? null
    : `allows no instance to be managed through the endpoint of ${blocked.join(', ')}; allow Principal "*" the actions of Systems Manager`;
}
