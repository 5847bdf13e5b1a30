/**
 * The configuration file: every field, its bounds and its default. `docs/schemas/configuration.schema.json` is
 * made from here (write-schemas.ts), `docs/dhmc.config.example.yaml` shows it.
 */
import * as z from 'zod';
import { REST_WAVE, takesTheRest } from '../core/batches.ts';
import type { Configuration, OverridableSettings, Wave } from '../core/model/configuration.ts';
import { OPTIONAL_SERVICES } from '../core/network/needed-names.ts';
import * as aws from './aws-names.ts';
import { day, schedule } from './calendar.ts';
import { checkEndpointServices, endpointPolicySchema } from './endpoint-policy-schema.ts';
import { suggestNearest } from './nearest-key.ts';
import { checkOwnTags, ownTagsSchema } from './own-tags-schema.ts';
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
  regions: z
    .union([z.literal('all'), listOf(aws.regionName, 1)], {
      error: ({ input }) =>
        Array.isArray(input)
          ? 'is empty; name at least one Region, or use "all"'
          : `${show(input)} is not known here; use "all" or a list of Regions`,
    })
    .describe('Regions that are targets; all: every Region that the operator account lists.'),
  existingRole: oneOf(['keep', 'repair']).describe(
    'A DHMC role that is not ours and unsound: report it, or repair it.',
  ),
  existingSetting: oneOf(['keep', 'replace']).describe(
    'A service setting that names another role: keep it, or set ours.',
  ),
  allowIrreversible: yesOrNo().describe('Also make changes that could not be rolled back exactly.'),
  requireAssociationAck: yesOrNo().describe(
    'Hold a Region back where State Manager associations would reach the new nodes.',
  ),
  acknowledgedAssociations: listOf(someText).describe(
    'State Manager associations, by name, document or id, that may run on new nodes.',
  ),
  agentUpdates: oneOf(['off', 'report', 'associate']).describe(
    'A State Manager association that updates agents: report where it is missing, or create it.',
  ),
  endpoints: oneOf(['off', 'report', 'provision', 'central', 'auto']).describe(
    'VPCs without a path to Systems Manager; central: switch them to the hub of their Region (hubs); auto: that or own endpoints, whichever costs less in the Region.',
  ),
  endpointZones: oneOf(['affected', 'one', 'all']).describe('Availability Zones that an endpoint gets.'),
  endpointsInDnsHubs: yesOrNo().describe('Make endpoints also in VPCs through which others resolve names.'),
  ec2messages: oneOf(['auto', 'always', 'never']).describe(
    'The endpoint that only agents below 3.3.40.0 need.',
  ),
  unknownEgress: oneOf(['report', 'provision']).describe(
    'Provision: treat an egress that cannot be judged as none.',
  ),
  path: oneOf(['any', 'private']).describe(
    'Private: instances that reach Systems Manager over public addresses are a finding, and their VPCs get endpoints.',
  ),
  endpointPolicy: endpointPolicySchema,
  endpointServices: listOf(oneOf(OPTIONAL_SERVICES))
    .superRefine(refuseTwice)
    .describe(
      'Additional services that get endpoints in VPCs that cannot reach them: s3 (patches, agent updates, session logs; a gateway endpoint, no charge), kms and logs (session logging).',
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
  name: text(/^[\w][\w .-]{0,63}$/, 'a name (up to 64 letters, digits, spaces or _ . -)').describe(
    'Name of the wave, as run records and reports show it.',
  ),
  accounts: listOf(aws.accountId, 1).describe('Accounts of this wave.').optional(),
  organizationalUnits: listOf(aws.organizationalUnitId, 1)
    .describe('Organizational units of this wave, with all below them.')
    .optional(),
  tags: accountTags
    .refine((tags) => Object.keys(tags).length > 0, {
      error: 'is empty; name at least one tag, or remove the key',
    })
    .describe('Accounts that carry any of these tags.')
    .optional(),
  percentage: numberWithin(0, 100, 'percent')
    .describe("Share of the run's accounts, drawn alike in every run.")
    .optional(),
  soakSeconds: wholeNumberWithin(0, YEAR_SECONDS, 'seconds')
    .default(0)
    .describe('How long the wave is left alone before it is judged and the next one begins.'),
});

const waiverSchema = strictObject({
  code: someText
    .refine((code) => WAIVABLE_CODES.includes(code), {
      error: ({ input }) =>
        `${show(input)} is no reason that can be waived${typeof input === 'string' ? suggestNearest(input, WAIVABLE_CODES) : ''}`,
    })
    .describe('The reason code that is waived.'),
  account: aws.accountId.describe('Only in this account.').optional(),
  organizationalUnit: aws.organizationalUnitId.describe('Only below this organizational unit.').optional(),
  region: aws.regionName.describe('Only in this Region.').optional(),
  vpc: aws.vpcId.describe('Only for this VPC.').optional(),
  instance: aws.instanceId.describe('Only for this instance.').optional(),
  tag: someText.describe('Only for instances with this tag: KEY or KEY=VALUE.').optional(),
  ami: aws.imageId.describe('Only for instances of this image.').optional(),
  owner: someText.describe('Who answers for the waiver.'),
  why: someText.describe('The reason, as the report shows it.'),
  until: day.describe('Last day (UTC) on which the waiver counts.'),
});

const hubSchema = strictObject(
  {
    account: aws.accountId.describe('Account of the hub VPC; the rollout covers it.'),
    vpc: aws.vpcId.describe('VPC that holds the interface endpoints.'),
    profile: aws.profileId
      .nullable()
      .default(null)
      .describe(
        'Route 53 Profile that holds these endpoints and is shared with the accounts of the other VPCs; null: endpoints, Profile and share are made.',
      ),
    names: oneOf(['profile', 'zones'])
      .default('profile')
      .describe(
        'How other VPCs resolve the names of a hub that is made. profile: a Route 53 Profile; zones: a private hosted zone for each name, at a fraction of the price, but with a gap while VPCs with own endpoints move.',
      ),
    gigabytesPerInstance: numberWithin(0, MANY, 'gigabytes')
      .default(1)
      .describe('What an instance is taken to send to Systems Manager in a month, for the price of the hub.'),
  },
  {
    way: 'is called "names": profile or zones',
    subnets:
      'is not a setting: a hub that is made gets one subnet with room in each zone that its VPCs use; leave the key out',
  },
).refine(({ profile, names }) => profile === null || names === 'profile', {
  path: ['names'],
  error: '"zones" uses no Profile; leave "profile" out',
});

const freezeSchema = strictObject({
  from: day.describe('First day (UTC) without changes.'),
  until: day.describe('Last day (UTC) without changes.'),
}).refine(({ from, until }) => from <= until, {
  path: ['until'],
  error: 'lies before "from"; swap the two days',
});

/** Keys of the configuration that apply to the whole organization. */
const ORGANIZATION_WIDE = Object.fromEntries(
  (
    [
      'managementAccount',
      'ownerTag',
      'operationsContact',
      'memberRole',
      'dhmcRole',
      'restorableRoleArns',
      'ownTags',
      'maxMonthlyUsd',
      'prices',
      'hubs',
      'waves',
      'maxFailurePercent',
      'concurrency',
      'settle',
      'waivers',
      'freeze',
      'fleet',
      'events',
      'notifications',
      'schedule',
      'overrides',
    ] satisfies (keyof Configuration)[]
  ).map((key) => [key, "applies to the whole organization and can't be overridden; set it at the top"]),
);

const overrideSchema = strictObject(
  {
    accounts: accountIds.default([]).describe('Accounts that the override is for.'),
    organizationalUnits: units
      .default([])
      .describe('Organizational units that the override is for, with all below them.'),
    ...z.object(overridable).partial().shape,
    exclude: strictObject({
      regions: listOf(aws.regionName).describe(
        'Regions that are left untouched, instead of those at the top.',
      ),
    })
      .describe('Other excluded Regions.')
      .optional(),
  },
  ORGANIZATION_WIDE,
).refine(({ accounts, organizationalUnits }) => accounts.length + organizationalUnits.length > 0, {
  ...whenNothingElseIsWrong,
  error: 'applies to nothing; give accounts or organizationalUnits',
});

export const configurationSchema = strictObject({
  regions: overridable.regions.default('all'),
  exclude: strictObject({
    accounts: accountIds.default([]).describe('Accounts.'),
    organizationalUnits: units.default([]).describe('Organizational units, with all below them.'),
    regions: listOf(aws.regionName).default([]).describe('Regions, in every account.'),
    tags: accountTags.default({}).describe('Accounts that carry any of these tags.'),
  })
    .prefault({})
    .describe('Left untouched: never changed, never reset.'),
  managementAccount: oneOf(['assess', 'enforce', 'exclude'])
    .default('assess')
    .describe('What happens to the management account, which StackSets never reach.'),
  ownerTag: aws.tagKey
    .nullable()
    .default(null)
    .describe(
      "Key of the account tag that names the account's owner in reports; without it, the account's e-mail address does.",
    ),
  operationsContact: yesOrNo()
    .default(false)
    .describe(
      'Ask accounts with findings for their alternate operations contact, and show it as owner where no tag names one.',
    ),
  memberRole: strictObject({
    reader: aws.roleName.default('DhmcRolloutReader').describe('Role that reads, in every account.'),
    writer: aws.roleName.default('DhmcRolloutWriter').describe('Role that changes, in every account.'),
    externalId: aws.externalId.nullable().default(null).describe('External id that both roles ask for.'),
    path: aws.plainRolePath.default('/').describe('Path of both roles.'),
    permissionsBoundary: aws.policy
      .nullable()
      .default(null)
      .describe(
        'Permissions boundary of both roles: an ARN, or a name with its path, which means the policy of that name in each account.',
      ),
    tags: accountTags.default({}).describe('Tags of both roles.'),
    snapshots: yesOrNo()
      .default(false)
      .describe(
        'Let the reader also read what only dhmc snapshot asks for: all of IAM, records of private zones.',
      ),
  })
    .prefault({})
    .describe('The roles of docs/permissions.md.'),
  dhmcRole: strictObject({
    name: aws.roleName.default('AWSSystemsManagerDefaultEC2InstanceManagementRole').describe('Its name.'),
    path: aws.rolePath.default('/service-role/').describe('Its path.'),
    extraPolicies: listOf(aws.policy)
      .default([])
      .describe(
        'Further policies, for session logs to S3, CloudWatch Logs or KMS: ARNs, or names with their path, which mean the policy of that name in each account.',
      ),
    inlinePolicies: listOf(aws.policyName)
      .default([])
      .describe('Names of inline policies that the role may have; enforce neither adds nor removes them.'),
    permissionsBoundary: aws.policy
      .nullable()
      .default(null)
      .describe(
        'Permissions boundary of a role that enforce creates: an ARN, or a name with its path, which means the policy of that name in each account.',
      ),
  })
    .prefault({})
    .describe('The role that instances get through DHMC.'),
  existingRole: overridable.existingRole.default('keep'),
  existingSetting: overridable.existingSetting.default('keep'),
  allowIrreversible: overridable.allowIrreversible.default(false),
  restorableRoleArns: listOf(aws.roleArnPattern)
    .default([])
    .describe('Roles of others that a rollback may set again (iam:PassRole is granted for these).'),
  ownTags: ownTagsSchema,
  requireAssociationAck: overridable.requireAssociationAck.default(false),
  acknowledgedAssociations: overridable.acknowledgedAssociations.default([]),
  agentUpdates: overridable.agentUpdates.default('off'),
  endpoints: overridable.endpoints.default('report'),
  endpointZones: overridable.endpointZones.default('affected'),
  endpointsInDnsHubs: overridable.endpointsInDnsHubs.default(false),
  ec2messages: overridable.ec2messages.default('auto'),
  unknownEgress: overridable.unknownEgress.default('report'),
  path: overridable.path.default('any'),
  endpointPolicy: overridable.endpointPolicy.default('full'),
  endpointServices: overridable.endpointServices.default([]),
  enableVpcDns: overridable.enableVpcDns.default(false),
  prune: overridable.prune.default(false),
  pruneAfterDays: overridable.pruneAfterDays.default(14),
  maxMonthlyUsdPerVpc: overridable.maxMonthlyUsdPerVpc.default(150),
  maxMonthlyUsd: numberWithin(0, MANY, 'US dollars')
    .default(5000)
    .describe('Budget for new endpoints of one run, US dollars a month.'),
  prices: z
    .record(
      aws.regionName,
      strictObject({
        endpointAzHour: z
          .number({ error: ({ input }) => `${show(input)} is not a number` })
          .positive({ error: ({ input }) => `${show(input)} is not a price; give US dollars above 0` })
          .describe('An interface endpoint, an hour and Availability Zone.')
          .optional(),
      }),
      { error: MUST_BE_OBJECT },
    )
    .default({})
    .describe('Your own prices by Region, US dollars.'),
  hubs: z
    .record(aws.regionName, hubSchema, { error: MUST_BE_OBJECT })
    .default({})
    .describe(
      'Central endpoints by Region, to which endpoints: central switches VPCs. Each has account, vpc, profile (an existing Route 53 Profile), names (profile or zones) and gigabytesPerInstance.',
    ),
  resourceTags: overridable.resourceTags.default({}),
  instancesCount: overridable.instancesCount.default(true),
  namedInstances: overridable.namedInstances.default(200),
  waves: listOf(waveSchema)
    .superRefine(checkWaves)
    .default([])
    .describe('One after the other; an account belongs to the first that selects it.'),
  maxFailurePercent: numberWithin(0, 100, 'percent')
    .default(5)
    .describe('Share of failed changes of a wave beyond which no further account is touched.'),
  concurrency: wholeNumberWithin(1, 1000, 'accounts at once').default(100).describe('Accounts at once.'),
  settle: strictObject({
    passes: wholeNumberWithin(0, 100, 'passes').default(4).describe('How many, at most.'),
    waitSeconds: listOf(wholeNumberWithin(0, YEAR_SECONDS, 'seconds'))
      .default([60, 300, 900, 1800])
      .describe('Wait before each.'),
  })
    .prefault({})
    .describe('Later looks at what is not done; with fewer waits than passes the last wait repeats.'),
  waivers: listOf(waiverSchema)
    .default([])
    .describe('Reasons that do not count until a day; a waiver without a place counts everywhere.'),
  freeze: listOf(freezeSchema).default([]).describe('Days without changes; assessing continues.'),
  fleet: oneOf(['off', 'record'])
    .default('off')
    .describe(
      'Record: each run also writes every instance, one line each, to fleet/ of the artifacts, for dhmc fleet and Athena.',
    ),
  events: strictObject({
    members: oneOf(['off', 'on'])
      .default('off')
      .describe(
        'On: rules in member accounts forward changes that others make to the setting, the DHMC role, our endpoints and the Regions of an account, and a run of that account follows within minutes.',
      ),
  })
    .prefault({})
    .describe('Events that start runs besides those of Organizations and Control Tower.'),
  notifications: strictObject({
    topicArn: aws.topicArn.nullable().default(null).describe('SNS topic; null: the one of the stack.'),
    on: listOf(oneOf(['failed', 'stopped', 'regressed', 'ready', 'not-ready', 'drift']))
      .default(['failed', 'stopped', 'regressed', 'ready', 'not-ready', 'drift'])
      .describe(
        'Ends of a run that send a message; ready and not-ready: of the run that an event about one account started; drift: of the run that a change by others started.',
      ),
  })
    .prefault({})
    .describe('Who hears of it.'),
  schedule: schedule.default('rate(1 day)').describe('Of the scheduled runs, as EventBridge writes it.'),
  overrides: listOf(overrideSchema)
    .default([])
    .describe(
      "Other settings for some accounts; an account's beats a unit's, a deeper unit's a higher one's.",
    ),
})
  .superRefine(checkOwnTags)
  .superRefine(checkRoles)
  .superRefine(checkEndpointServices) satisfies z.ZodType<Configuration>;

/** AWS's policies that make administrators: with DHMC, any process on any instance would be one. */
const ADMINISTRATORS = /^arn:[^:]+:iam::aws:policy\/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$/;

function checkRoles(
  { memberRole, dhmcRole }: Pick<Configuration, 'memberRole' | 'dhmcRole'>,
  context: z.RefinementCtx,
): void {
  const problem = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  if (memberRole.reader.toLowerCase() === memberRole.writer.toLowerCase()) {
    problem(['memberRole', 'writer'], `${show(memberRole.writer)} is the reader as well; name two roles`);
  }
  for (const [index, policy] of dhmcRole.extraPolicies.entries()) {
    if (ADMINISTRATORS.test(policy)) {
      problem(
        ['dhmcRole', 'extraPolicies', index],
        `${show(policy)} would make every process on every instance an administrator; allow only what session logs need`,
      );
    }
  }
}

function refuseTwice(names: string[], context: z.RefinementCtx): void {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    context.addIssue({ code: 'custom', path: [index], message: `${show(name)} is there twice; remove one` });
  }
}

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
