/**
 * The configuration file: every field, its bounds and its default. `docs/schemas/configuration.schema.json` is
 * made from here (write-schemas.ts), `docs/dhmc.config.example.yaml` shows it.
 */
import * as z from 'zod';
import { REST_WAVE, takesTheRest } from '../core/batches.ts';
import type { Configuration, OverridableSettings, Wave } from '../core/model.ts';
import * as aws from './aws-names.ts';
import { day, schedule } from './calendar.ts';
import { suggestNearest } from './nearest-key.ts';
import {
  listOf,
  numberWithin,
  oneOf,
  show,
  strictObject,
  text,
  whenNothingElseIsWrong,
  wholeNumberWithin,
  yesOrNo,
} from './schema-problem.ts';
import { WAIVABLE_CODES } from './waivable-codes.ts';

const MUST_BE_OBJECT = 'must be an object of names and values';
const MANY = Number.MAX_SAFE_INTEGER;
/** A Standard execution of Step Functions lasts a year at most (its quotas page). */
const YEAR_SECONDS = 31_536_000;

const accountIds = listOf(aws.accountId);
const units = listOf(aws.organizationalUnitId);
const accountTags = z.record(aws.tagKey, aws.tagValue, { error: MUST_BE_OBJECT });
const resourceTags = z.record(aws.ownTagKey, aws.tagValue, { error: MUST_BE_OBJECT });
const someText = text(/\S/, 'a text');

/** Settings that overrides can change, without defaults. */
const overridable = {
  existingRole: oneOf(['keep', 'repair']).describe(
    'A DHMC role that is not ours and unsound: report it, or mend it.',
  ),
  existingSetting: oneOf(['keep', 'replace']).describe(
    'A service setting that names another role: keep it, or set ours.',
  ),
  allowIrreversible: yesOrNo().describe('Also make changes that could not be taken back exactly.'),
  requireAssociationAck: yesOrNo().describe(
    'Hold a Region back where State Manager associations would reach the new nodes.',
  ),
  endpoints: oneOf(['off', 'report', 'provision']).describe('VPCs without a way to Systems Manager.'),
  endpointZones: oneOf(['affected', 'one', 'all']).describe('Availability Zones that an endpoint gets.'),
  endpointsInDnsHubs: yesOrNo().describe('Make endpoints also in VPCs through which others resolve names.'),
  ec2messages: oneOf(['auto', 'always', 'never']).describe(
    'The endpoint that only agents below 3.3.40.0 need.',
  ),
  unknownEgress: oneOf(['report', 'provision']).describe(
    'Provision: treat an egress that can not be judged as none.',
  ),
  enableVpcDns: yesOrNo().describe('Turn on the DNS attributes of a VPC where an endpoint needs them.'),
  prune: yesOrNo().describe('Remove endpoints of ours that are no longer needed.'),
  pruneAfterDays: wholeNumberWithin(14, 3650, 'days').describe(
    'How long an endpoint must have been needless.',
  ),
  maxMonthlyUsdPerVpc: numberWithin(0, MANY, 'US dollars').describe(
    'Budget for new endpoints, US dollars a month and VPC.',
  ),
  instancesCount: yesOrNo().describe('Whether unmanaged running instances make a target non-compliant.'),
  namedInstances: wholeNumberWithin(0, 1000, 'instances').describe(
    'Instances that a result names, a target.',
  ),
  resourceTags: resourceTags.describe('Tags for everything that is created.'),
} satisfies { [Setting in keyof OverridableSettings]: z.ZodType<OverridableSettings[Setting]> };

const waveSchema = strictObject({
  name: text(/^[\w][\w .-]{0,63}$/, 'a name (up to 64 letters, digits, spaces or _ . -)'),
  accounts: listOf(aws.accountId, 1).optional(),
  organizationalUnits: listOf(aws.organizationalUnitId, 1).optional(),
  tags: accountTags
    .refine((tags) => Object.keys(tags).length > 0, {
      error: 'is empty; name at least one tag, or remove the key',
    })
    .optional(),
  percentage: numberWithin(0, 100, 'percent')
    .describe("Share of the run's accounts, drawn alike in every run.")
    .optional(),
  soakSeconds: wholeNumberWithin(0, YEAR_SECONDS, 'seconds').default(0),
});

const waiverSchema = strictObject({
  code: someText.refine((code) => WAIVABLE_CODES.includes(code), {
    error: ({ input }) => `${show(input)} is no reason code${suggestNearest(String(input), WAIVABLE_CODES)}`,
  }),
  account: aws.accountId.optional(),
  organizationalUnit: aws.organizationalUnitId.optional(),
  region: aws.regionName.optional(),
  vpc: aws.vpcId.optional(),
  instance: aws.instanceId.optional(),
  tag: someText.optional(),
  ami: aws.imageId.optional(),
  owner: someText,
  why: someText,
  until: day.describe('Last day (UTC) on which the waiver counts.'),
});

const freezeSchema = strictObject({ from: day, until: day }).refine(({ from, until }) => from <= until, {
  path: ['until'],
  error: 'lies before "from"; swap the two days',
});

/** Keys that stand in the configuration but apply to the whole organization. */
const ORGANIZATION_WIDE = Object.fromEntries(
  (
    [
      'regions',
      'exclude',
      'managementAccount',
      'memberRole',
      'dhmcRole',
      'restorableRoleArns',
      'maxMonthlyUsd',
      'prices',
      'waves',
      'maxFailurePercent',
      'concurrency',
      'settle',
      'waivers',
      'freeze',
      'notifications',
      'schedule',
      'overrides',
    ] satisfies (keyof Configuration)[]
  ).map((key) => [key, "applies to the whole organization and can't be overridden; set it at the top"]),
);

const overrideSchema = strictObject(
  {
    accounts: accountIds.default([]),
    organizationalUnits: units.default([]),
    ...z.object(overridable).partial().shape,
  },
  ORGANIZATION_WIDE,
).refine(({ accounts, organizationalUnits }) => accounts.length + organizationalUnits.length > 0, {
  ...whenNothingElseIsWrong,
  error: 'applies to nothing; give accounts or organizationalUnits',
});

export const configurationSchema = strictObject({
  regions: z
    .union([z.literal('all'), listOf(aws.regionName, 1)], {
      error: ({ input }) =>
        Array.isArray(input)
          ? 'is empty; name at least one Region, or use "all"'
          : `${show(input)} is not known here; use "all" or a list of Regions`,
    })
    .default('all')
    .describe('Regions that are targets; all: every Region that the operator account lists.'),
  exclude: strictObject({
    accounts: accountIds.default([]),
    organizationalUnits: units.default([]),
    regions: listOf(aws.regionName).default([]),
    tags: accountTags.default({}),
  })
    .prefault({})
    .describe('Left untouched: never changed, never reset.'),
  managementAccount: oneOf(['assess', 'enforce', 'exclude']).default('assess'),
  memberRole: strictObject({
    reader: aws.roleName.default('DhmcRolloutReader'),
    writer: aws.roleName.default('DhmcRolloutWriter'),
    externalId: aws.externalId.nullable().default(null),
  }).prefault({}),
  dhmcRole: strictObject({
    name: aws.roleName.default('AWSSystemsManagerDefaultEC2InstanceManagementRole'),
    path: aws.rolePath.default('/service-role/'),
    extraPolicies: listOf(aws.policyArn).default([]),
    permissionsBoundary: aws.policyArn.nullable().default(null),
  }).prefault({}),
  existingRole: overridable.existingRole.default('keep'),
  existingSetting: overridable.existingSetting.default('keep'),
  allowIrreversible: overridable.allowIrreversible.default(false),
  restorableRoleArns: listOf(aws.roleArnPattern).default([]),
  requireAssociationAck: overridable.requireAssociationAck.default(false),
  endpoints: overridable.endpoints.default('report'),
  endpointZones: overridable.endpointZones.default('affected'),
  endpointsInDnsHubs: overridable.endpointsInDnsHubs.default(false),
  ec2messages: overridable.ec2messages.default('auto'),
  unknownEgress: overridable.unknownEgress.default('report'),
  enableVpcDns: overridable.enableVpcDns.default(false),
  prune: overridable.prune.default(false),
  pruneAfterDays: overridable.pruneAfterDays.default(14),
  maxMonthlyUsdPerVpc: overridable.maxMonthlyUsdPerVpc.default(150),
  maxMonthlyUsd: numberWithin(0, MANY, 'US dollars').default(5000),
  prices: z
    .record(
      aws.regionName,
      strictObject({
        endpointAzHour: z
          .number({ error: ({ input }) => `${show(input)} is not a number` })
          .positive({ error: ({ input }) => `${show(input)} is not a price; give US dollars above 0` })
          .optional(),
      }),
      { error: MUST_BE_OBJECT },
    )
    .default({})
    .describe('Your own prices by Region, US dollars.'),
  resourceTags: overridable.resourceTags.default({}),
  instancesCount: overridable.instancesCount.default(true),
  namedInstances: overridable.namedInstances.default(200),
  waves: listOf(waveSchema).superRefine(checkWaves).default([]),
  maxFailurePercent: numberWithin(0, 100, 'percent').default(5),
  concurrency: wholeNumberWithin(1, 1000, 'accounts at once').default(100),
  settle: strictObject({
    passes: wholeNumberWithin(0, 100, 'passes').default(4),
    waitSeconds: listOf(wholeNumberWithin(0, YEAR_SECONDS, 'seconds')).default([60, 300, 900, 1800]),
  })
    .prefault({})
    .describe('Later looks at what is not done; with fewer waits than passes the last wait repeats.'),
  waivers: listOf(waiverSchema).default([]),
  freeze: listOf(freezeSchema).default([]),
  notifications: strictObject({
    topicArn: aws.topicArn.nullable().default(null),
    on: listOf(oneOf(['failed', 'stopped', 'regressed'])).default(['failed', 'stopped', 'regressed']),
  }).prefault({}),
  schedule: schedule.default('rate(1 day)'),
  overrides: listOf(overrideSchema).default([]),
}) satisfies z.ZodType<Configuration>;

/** The same names twice would be one batch twice; what follows a wave that takes the rest would never get an account. */
function checkWaves(waves: Wave[], context: z.RefinementCtx): void {
  const names = new Set<string>();
  for (const [index, wave] of waves.entries()) {
    const problem = (key: string[], message: string) =>
      context.addIssue({ code: 'custom', path: [index, ...key], message });
    const rest = takesTheRest(wave);
    if (names.has(wave.name))
      problem(['name'], `${show(wave.name)} is there twice; give each wave its own name`);
    if (rest && index < waves.length - 1) {
      problem(
        [],
        'selects nothing, so it takes all that is left; put it last, or give it accounts, organizationalUnits, tags or percentage',
      );
    }
    if (wave.name === REST_WAVE && !rest) {
      problem(['name'], `"${REST_WAVE}" is the name of what no wave selects; choose another`);
    }
    names.add(wave.name);
  }
}
