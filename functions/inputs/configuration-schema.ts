/**
 * The configuration file: every field, its bounds and its default. `docs/schemas/configuration.schema.json` is
 * made from here (write-schemas.ts), `docs/dhmc.config.example.yaml` shows it.
 */
import * as z from 'zod/mini';
import type { Configuration, OverridableSettings } from '../core/model/configuration.ts';
import { OPTIONAL_SERVICES } from '../core/network/needed-names.ts';
import * as aws from './aws-names.ts';
import { day, schedule } from './calendar.ts';
import { checkEndpointServices, endpointPolicySchema } from './endpoint-policy-schema.ts';
import { hubSchema } from './hub-schema.ts';
import { checkOwnTags, ownTagsSchema } from './own-tags-schema.ts';
import {
  listOf,
  MUST_BE_OBJECT,
  numberWithin,
  oneOf,
  show,
  someText,
  strictObject,
  whenNothingElseIsWrong,
  wholeNumberWithin,
  yesOrNo,
} from './schema-problem.ts';
import { waiverSchema } from './waiver-schema.ts';
import { checkWaves, waveSchema, YEAR_SECONDS } from './wave-schema.ts';

const MANY = Number.MAX_SAFE_INTEGER;

const accountIds = listOf(aws.accountId);
const units = listOf(aws.organizationalUnitId);
const accountTags = z.record(aws.tagKey, aws.tagValue, { error: MUST_BE_OBJECT });
const resourceTags = z.record(aws.ownTagKey, aws.tagValue, { error: MUST_BE_OBJECT });

/** Settings that overrides can change, without defaults. */
const overridable = {
  regions: z
    .union([z.literal('all'), listOf(aws.regionName, 1)], {
      error: ({ input }) =>
        Array.isArray(input)
          ? 'is empty; name at least one Region, or use "all"'
          : `${show(input)} is not known here; use "all" or a list of Regions`,
    })
    .check(z.describe('Regions that are targets; all: every Region that the operator account lists.')),
  existingRole: oneOf(['keep', 'repair']).check(
    z.describe('A DHMC role that is not ours and unsound: report it, or repair it.'),
  ),
  existingSetting: oneOf(['keep', 'replace']).check(
    z.describe('A service setting that names another role: keep it, or set ours.'),
  ),
  allowIrreversible: yesOrNo().check(z.describe('Also make changes that could not be rolled back exactly.')),
  requireAssociationAck: yesOrNo().check(
    z.describe('Hold a Region back where State Manager associations would reach the new nodes.'),
  ),
  acknowledgedAssociations: listOf(someText).check(
    z.describe('State Manager associations, by name, document or id, that may run on new nodes.'),
  ),
  agentUpdates: oneOf(['off', 'report', 'associate']).check(
    z.describe('A State Manager association that updates agents: report where it is missing, or create it.'),
  ),
  endpoints: oneOf(['off', 'report', 'provision', 'central', 'auto']).check(
    z.describe(
      'VPCs without a path to Systems Manager; central: switch them to the hub of their Region (hubs); auto: that or own endpoints, whichever costs less in the Region.',
    ),
  ),
  endpointZones: oneOf(['affected', 'one', 'all']).check(
    z.describe('Availability Zones that an endpoint gets.'),
  ),
  endpointsInDnsHubs: yesOrNo().check(
    z.describe('Make endpoints also in VPCs through which others resolve names.'),
  ),
  ec2messages: oneOf(['auto', 'always', 'never']).check(
    z.describe('The endpoint that only agents below 3.3.40.0 need.'),
  ),
  unknownEgress: oneOf(['report', 'provision']).check(
    z.describe('Provision: treat an egress that cannot be judged as none.'),
  ),
  path: oneOf(['any', 'private']).check(
    z.describe(
      'Private: instances that reach Systems Manager over public addresses are a finding, and their VPCs get endpoints.',
    ),
  ),
  endpointPolicy: endpointPolicySchema,
  endpointServices: listOf(oneOf(OPTIONAL_SERVICES))
    .check(z.superRefine(refuseTwice))
    .check(
      z.describe(
        'Additional services that get endpoints in VPCs that cannot reach them: s3 (patches, agent updates, session logs; a gateway endpoint, no charge), kms and logs (session logging).',
      ),
    ),
  enableVpcDns: yesOrNo().check(
    z.describe('Turn on the DNS attributes of a VPC where an endpoint needs them.'),
  ),
  prune: yesOrNo().check(z.describe('Remove endpoints of ours that are no longer needed.')),
  pruneAfterDays: wholeNumberWithin(14, 3650, 'days').check(
    z.describe('How long an endpoint must have been needless.'),
  ),
  maxMonthlyUsdPerVpc: numberWithin(0, MANY, 'US dollars').check(
    z.describe('Budget for new endpoints, US dollars a month and VPC.'),
  ),
  instancesCount: yesOrNo().check(
    z.describe('Whether unmanaged running instances make a target non-compliant.'),
  ),
  namedInstances: wholeNumberWithin(0, 1000, 'instances').check(
    z.describe('Instances that a result names, a target.'),
  ),
  resourceTags: resourceTags.check(z.describe('Tags for everything that is created.')),
} satisfies { [Setting in keyof OverridableSettings]: z.ZodMiniType<OverridableSettings[Setting]> };

const freezeSchema = strictObject({
  from: day.check(z.describe('First day (UTC) without changes.')),
  until: day.check(z.describe('Last day (UTC) without changes.')),
}).check(
  z.refine(({ from, until }) => from <= until, {
    path: ['until'],
    error: 'lies before "from"; swap the two days',
  }),
);

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
    accounts: z._default(accountIds, []).check(z.describe('Accounts that the override is for.')),
    organizationalUnits: z
      ._default(units, [])
      .check(z.describe('Organizational units that the override is for, with all below them.')),
    ...z.partial(z.object(overridable)).shape,
    exclude: z.optional(
      strictObject({
        regions: listOf(aws.regionName).check(
          z.describe('Regions that are left untouched, instead of those at the top.'),
        ),
      }).check(z.describe('Other excluded Regions.')),
    ),
  },
  ORGANIZATION_WIDE,
).check(
  z.refine(({ accounts, organizationalUnits }) => accounts.length + organizationalUnits.length > 0, {
    ...whenNothingElseIsWrong,
    error: 'applies to nothing; give accounts or organizationalUnits',
  }),
);

export const configurationSchema = strictObject({
  regions: z._default(overridable.regions, 'all'),
  exclude: z
    .prefault(
      strictObject({
        accounts: z._default(accountIds, []).check(z.describe('Accounts.')),
        organizationalUnits: z
          ._default(units, [])
          .check(z.describe('Organizational units, with all below them.')),
        regions: z._default(listOf(aws.regionName), []).check(z.describe('Regions, in every account.')),
        tags: z._default(accountTags, {}).check(z.describe('Accounts that carry any of these tags.')),
      }),
      {},
    )
    .check(z.describe('Left untouched: never changed, never reset.')),
  managementAccount: z
    ._default(oneOf(['assess', 'enforce', 'exclude']), 'assess')
    .check(z.describe('What happens to the management account, which StackSets never reach.')),
  ownerTag: z
    ._default(z.nullable(aws.tagKey), null)
    .check(
      z.describe(
        "Key of the account tag that names the account's owner in reports; without it, the account's e-mail address does.",
      ),
    ),
  operationsContact: z
    ._default(yesOrNo(), false)
    .check(
      z.describe(
        'Ask accounts with findings for their alternate operations contact, and show it as owner where no tag names one.',
      ),
    ),
  memberRole: z
    .prefault(
      strictObject({
        reader: z
          ._default(aws.roleName, 'DhmcRolloutReader')
          .check(z.describe('Role that reads, in every account.')),
        writer: z
          ._default(aws.roleName, 'DhmcRolloutWriter')
          .check(z.describe('Role that changes, in every account.')),
        externalId: z
          ._default(z.nullable(aws.externalId), null)
          .check(z.describe('External id that both roles ask for.')),
        path: z._default(aws.plainRolePath, '/').check(z.describe('Path of both roles.')),
        permissionsBoundary: z
          ._default(z.nullable(aws.policy), null)
          .check(
            z.describe(
              'Permissions boundary of both roles: an ARN, or a name with its path, which means the policy of that name in each account.',
            ),
          ),
        tags: z._default(accountTags, {}).check(z.describe('Tags of both roles.')),
        snapshots: z
          ._default(yesOrNo(), false)
          .check(
            z.describe(
              'Let the reader also read what only dhmc snapshot asks for: all of IAM, records of private zones.',
            ),
          ),
      }),
      {},
    )
    .check(z.describe('The roles of docs/permissions.md.')),
  dhmcRole: z
    .prefault(
      strictObject({
        name: z
          ._default(aws.roleName, 'AWSSystemsManagerDefaultEC2InstanceManagementRole')
          .check(z.describe('Its name.')),
        path: z._default(aws.rolePath, '/service-role/').check(z.describe('Its path.')),
        extraPolicies: z
          ._default(listOf(aws.policy), [])
          .check(
            z.describe(
              'Further policies, for session logs to S3, CloudWatch Logs or KMS: ARNs, or names with their path, which mean the policy of that name in each account.',
            ),
          ),
        inlinePolicies: z
          ._default(listOf(aws.policyName), [])
          .check(
            z.describe(
              'Names of inline policies that the role may have; enforce neither adds nor removes them.',
            ),
          ),
        permissionsBoundary: z
          ._default(z.nullable(aws.policy), null)
          .check(
            z.describe(
              'Permissions boundary of a role that enforce creates: an ARN, or a name with its path, which means the policy of that name in each account.',
            ),
          ),
      }),
      {},
    )
    .check(z.describe('The role that instances get through DHMC.')),
  existingRole: z._default(overridable.existingRole, 'keep'),
  existingSetting: z._default(overridable.existingSetting, 'keep'),
  allowIrreversible: z._default(overridable.allowIrreversible, false),
  restorableRoleArns: z
    ._default(listOf(aws.roleArnPattern), [])
    .check(z.describe('Roles of others that a rollback may set again (iam:PassRole is granted for these).')),
  ownTags: ownTagsSchema,
  requireAssociationAck: z._default(overridable.requireAssociationAck, false),
  acknowledgedAssociations: z._default(overridable.acknowledgedAssociations, []),
  agentUpdates: z._default(overridable.agentUpdates, 'off'),
  endpoints: z._default(overridable.endpoints, 'report'),
  endpointZones: z._default(overridable.endpointZones, 'affected'),
  endpointsInDnsHubs: z._default(overridable.endpointsInDnsHubs, false),
  ec2messages: z._default(overridable.ec2messages, 'auto'),
  unknownEgress: z._default(overridable.unknownEgress, 'report'),
  path: z._default(overridable.path, 'any'),
  endpointPolicy: z._default(overridable.endpointPolicy, 'full'),
  endpointServices: z._default(overridable.endpointServices, []),
  enableVpcDns: z._default(overridable.enableVpcDns, false),
  prune: z._default(overridable.prune, false),
  pruneAfterDays: z._default(overridable.pruneAfterDays, 14),
  maxMonthlyUsdPerVpc: z._default(overridable.maxMonthlyUsdPerVpc, 150),
  maxMonthlyUsd: z
    ._default(numberWithin(0, MANY, 'US dollars'), 5000)
    .check(z.describe('Budget for new endpoints of one run, US dollars a month.')),
  prices: z
    ._default(
      z.record(
        aws.regionName,
        strictObject({
          endpointAzHour: z.optional(
            z
              .number({ error: ({ input }) => `${show(input)} is not a number` })
              .check(
                z.positive({
                  error: ({ input }) => `${show(input)} is not a price; give US dollars above 0`,
                }),
              )
              .check(z.describe('An interface endpoint, an hour and Availability Zone.')),
          ),
        }),
        { error: MUST_BE_OBJECT },
      ),
      {},
    )
    .check(z.describe('Your own prices by Region, US dollars.')),
  hubs: z
    ._default(z.record(aws.regionName, hubSchema, { error: MUST_BE_OBJECT }), {})
    .check(
      z.describe(
        'Central endpoints by Region, to which endpoints: central switches VPCs. Each has account, vpc, profile (an existing Route 53 Profile), names (profile or zones) and gigabytesPerInstance.',
      ),
    ),
  resourceTags: z._default(overridable.resourceTags, {}),
  instancesCount: z._default(overridable.instancesCount, true),
  namedInstances: z._default(overridable.namedInstances, 200),
  waves: z
    ._default(listOf(waveSchema).check(z.superRefine(checkWaves)), [])
    .check(z.describe('One after the other; an account belongs to the first that selects it.')),
  maxFailurePercent: z
    ._default(numberWithin(0, 100, 'percent'), 5)
    .check(z.describe('Share of failed changes of a wave beyond which no further account is touched.')),
  concurrency: z
    ._default(wholeNumberWithin(1, 1000, 'accounts at once'), 100)
    .check(z.describe('Accounts at once.')),
  settle: z
    .prefault(
      strictObject({
        passes: z._default(wholeNumberWithin(0, 100, 'passes'), 4).check(z.describe('How many, at most.')),
        waitSeconds: z
          ._default(listOf(wholeNumberWithin(0, YEAR_SECONDS, 'seconds')), [60, 300, 900, 1800])
          .check(z.describe('Wait before each.')),
      }),
      {},
    )
    .check(
      z.describe('Later looks at what is not done; with fewer waits than passes the last wait repeats.'),
    ),
  waivers: z
    ._default(listOf(waiverSchema), [])
    .check(z.describe('Reasons that do not count until a day; a waiver without a place counts everywhere.')),
  freeze: z
    ._default(listOf(freezeSchema), [])
    .check(z.describe('Days without changes; assessing continues.')),
  fleet: z
    ._default(oneOf(['off', 'record']), 'off')
    .check(
      z.describe(
        'Record: each run also writes every instance, one line each, to fleet/ of the artifacts, for dhmc fleet and Athena.',
      ),
    ),
  events: z
    .prefault(
      strictObject({
        members: z
          ._default(oneOf(['off', 'on']), 'off')
          .check(
            z.describe(
              'On: rules in member accounts forward changes that others make to the setting, the DHMC role, our endpoints and the Regions of an account, and a run of that account follows within minutes.',
            ),
          ),
      }),
      {},
    )
    .check(z.describe('Events that start runs besides those of Organizations and Control Tower.')),
  notifications: z
    .prefault(
      strictObject({
        topicArn: z
          ._default(z.nullable(aws.topicArn), null)
          .check(z.describe('SNS topic; null: the one of the stack.')),
        on: z
          ._default(listOf(oneOf(['failed', 'stopped', 'regressed', 'ready', 'not-ready', 'drift'])), [
            'failed',
            'stopped',
            'regressed',
            'ready',
            'not-ready',
            'drift',
          ])
          .check(
            z.describe(
              'Ends of a run that send a message; ready and not-ready: of the run that an event about one account started; drift: of the run that a change by others started.',
            ),
          ),
      }),
      {},
    )
    .check(z.describe('Who hears of it.')),
  schedule: z
    ._default(schedule, 'rate(1 day)')
    .check(z.describe('Of the scheduled runs, as EventBridge writes it.')),
  overrides: z
    ._default(listOf(overrideSchema), [])
    .check(
      z.describe(
        "Other settings for some accounts; an account's beats a unit's, a deeper unit's a higher one's.",
      ),
    ),
})
  .check(z.superRefine(checkOwnTags))
  .check(z.superRefine(checkRoles))
  .check(z.superRefine(checkEndpointServices)) satisfies z.ZodMiniType<Configuration>;

/** AWS's policies that make administrators: with DHMC, any process on any instance would be one. */
const ADMINISTRATORS = /^arn:[^:]+:iam::aws:policy\/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$/;

function checkRoles(
  { memberRole, dhmcRole }: Pick<Configuration, 'memberRole' | 'dhmcRole'>,
  context: z.core.$RefinementCtx,
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

function refuseTwice(names: string[], context: z.core.$RefinementCtx): void {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    context.addIssue({ code: 'custom', path: [index], message: `${show(name)} is there twice; remove one` });
  }
}
