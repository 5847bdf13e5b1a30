/** `endpointPolicy` of the configuration: a word, or a policy that Systems Manager works through. */
import * as z from 'zod';
import { policyAdmits } from '../core/network/endpoint-policy.ts';
import type { EndpointPolicySetting } from '../core/network/own-endpoint-policy.ts';
import { show } from './schema-problem.ts';

const NAMES = ['ssm', 'ssmmessages', 'ec2messages'] as const;
/** "VPC endpoint policies ... cannot exceed 20,480 characters (including white space)" (PrivateLink quotas). */
const MOST_CHARACTERS = 20_480;

const checked: z.ZodType<unknown> = z.unknown().superRefine((value, context) => {
  const problem = problemOf(value);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

export const endpointPolicySchema = (checked as z.ZodType<EndpointPolicySetting>)
  .meta({
    anyOf: [
      { enum: ['full', 'organization'] },
      {
        type: 'object',
        properties: { Version: { const: '2012-10-17' }, Id: { type: 'string' }, Statement: {} },
        required: ['Statement'],
        additionalProperties: false,
      },
    ],
  })
  .describe(
    'Policy of our endpoints: full (the default of AWS; a policy that others set is left), organization (principals of the own organization), or a policy.',
  );

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
