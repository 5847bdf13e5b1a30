/**
 * The interface of `dhmc report --format json` and of `--output json`, published as
 * docs/schemas/run-result.schema.json. Keys are added, never renamed or taken away, within schemaVersion 1; a reader
 * ignores those that it does not know.
 */
import * as z from 'zod';
import type { RunResult } from '../core/model/result.ts';

const accountId = z.string().regex(/^\d{12}$/);
const timestamp = z.iso.datetime().describe('ISO 8601, UTC');
const code = z.string().regex(/^[A-Z0-9_]+$/);
const reason = z
  .string()
  .regex(/^(WAIVED:)?[A-Z0-9_]+$/)
  .describe('a code of docs/reasons.md; `WAIVED:` before it where a waiver keeps it from counting');
const usd = z.number().describe('US dollars a month');
const status = z.enum(['COMPLIANT', 'NON_COMPLIANT', 'CONVERGING', 'SKIPPED', 'ERROR']);

const finding = z.object({
  code,
  subject: z.string().nullable().describe('what it is about, such as a VPC; null: the target itself'),
  sentence: z.string().describe('what was seen, and what to do'),
  waived: z
    .object({ owner: z.string(), why: z.string(), until: z.string().describe('last day, YYYY-MM-DD') })
    .optional(),
  followsFrom: z.array(code).optional().describe('set when it only follows from these codes'),
});

const change = z.object({
  id: z.string().describe('also the value of the tag `dhmc-rollout:change`'),
  kind: z.string(),
  resource: z.string().describe('ARN or id'),
  outcome: z.enum(['PLANNED', 'APPLIED', 'FAILED', 'ROLLED_BACK']),
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      kind: z.string().optional(),
      action: z.string().optional().describe('IAM action that was refused'),
    })
    .nullable(),
  monthlyCostUsd: usd.nullable(),
  detail: z.record(z.string(), z.unknown()),
});

const role = z.object({
  settingValue: z.string().describe('path and name, as a setting names the role'),
  arn: z.string(),
  owner: z.enum(['OURS', 'OTHER']).nullable(),
  state: z.enum(['SOUND', 'MISSING', 'UNSOUND', 'NOT_NEEDED', 'UNKNOWN']),
  reasons: z.array(reason),
  findings: z.array(finding),
});

const account = z.object({
  accountId,
  name: z.string(),
  organizationPath: z
    .array(z.string())
    .nullable()
    .describe('ids from the root to the parent organizational unit; null where nothing asked for it'),
  unitNames: z.array(z.string()).optional().describe('names for organizationPath'),
  owner: z
    .object({ name: z.string(), from: z.enum(['TAG', 'CONTACT', 'EMAIL']) })
    .optional()
    .describe(
      "value of the account's tag `ownerTag`, else its operations contact (`operationsContact`), else its e-mail address",
    ),
  status: status.describe("the worst of its targets'"),
  reasons: z.array(reason).describe('of the role, and what all targets share'),
  findings: z.array(finding),
  role,
  changes: z.array(change).describe('of the role'),
});

const endpoint = z.object({
  endpointId: z.string(),
  serviceName: z.string(),
  state: z.string(),
  privateDns: z.boolean(),
  subnetIds: z.array(z.string()),
  ours: z.boolean(),
  monthlyCostUsd: usd.nullable().describe('null where it is not ours'),
  servesHub: z.literal(true).optional().describe('this service put it into the Profile of a hub'),
});

const vpc = z.object({
  vpcId: z.string(),
  ownerId: accountId,
  path: z
    .enum(['PROVEN', 'ENDPOINTS', 'CENTRAL', 'INTERNET', 'UNKNOWN', 'NONE'])
    .describe("the worst of its running instances'"),
  reasons: z.array(reason),
  endpoints: z.array(endpoint),
  prunable: z
    .object({
      since: timestamp,
      monthlyUsdSaved: z.number(),
      because: z.enum(['NO_INSTANCES', 'PATH_WITHOUT_THEM', 'SERVICE_NOT_NEEDED']),
    })
    .nullable()
    .describe('endpoints of ours that it could do without'),
  proposal: z
    .object({ services: z.array(z.string()), endpointZones: z.int(), monthlyUsd: usd })
    .optional()
    .describe('endpoints that a private path would take, whether or not the configuration lets them be made'),
  spoke: z
    .object({
      state: z.enum(['USES', 'PLANNED', 'BLOCKED', 'DEARER', 'OWN']),
      services: z.array(z.string()),
      zoneIds: z.array(z.string()).describe('Availability Zones of its instances'),
      instances: z.int(),
      ownMonthlyUsd: usd.describe('its own endpoints: what they cost, or would'),
      hub: z.object({
        account: accountId,
        vpcId: z.string(),
        monthlyUsd: usd.nullable().describe('of its endpoints; null where they were not read'),
        gigabytesPerInstance: z.number(),
        names: z.enum(['profile', 'zones']).describe('how other VPCs resolve its names'),
      }),
      why: z.string().optional().describe('the obstacle, or the prices that decided'),
      windowSeconds: z
        .int()
        .optional()
        .describe('the longest time that a needed name is unreachable while the VPC moves'),
      isRefused: z.literal(true).optional().describe('the hub cannot be made, so its spokes are refused'),
    })
    .optional()
    .describe('its relation to the hub of its Region'),
});

const instances = z.object({
  running: z.int(),
  stopped: z.int(),
  managed: z.int().describe('Online in Systems Manager'),
  byVerdict: z.record(z.string(), z.int()).optional().describe('all running instances by verdict'),
  hybridNodes: z.int().optional().describe('`mi-` nodes, which DHMC does not cover'),
  expiredActivations: z.array(z.string()).optional(),
  verdicts: z
    .array(
      z.object({
        instanceId: z.string(),
        verdict: code,
        reason: z.string().nullable(),
        credentialSource: z.enum(['DHMC', 'INSTANCE_PROFILE']).nullable(),
        advice: z.string().nullable(),
      }),
    )
    .describe('unmanaged first, as many as `namedInstances` allows; the counts are exact'),
});

const target = z.object({
  accountId,
  region: z.string(),
  status,
  reasons: z.array(reason).describe('sorted'),
  notes: z.array(code).describe('sorted; never change the status'),
  followsFrom: z
    .record(code, z.array(code))
    .optional()
    .describe('reasons that only follow from others, each with the codes that it follows from'),
  findings: z.array(finding),
  setting: z.object({ desired: z.string().nullable(), observed: z.string().nullable() }),
  vpcs: z.array(vpc),
  instances,
  changes: z.array(change),
  retry: z.boolean().describe('whether a later pass of the run was to look again'),
});

const waiver = z.object({
  code,
  account: z.string().optional(),
  organizationalUnit: z.string().optional(),
  region: z.string().optional(),
  vpc: z.string().optional(),
  instance: z.string().optional(),
  tag: z.string().optional(),
  ami: z.string().optional(),
  owner: z.string(),
  why: z.string(),
  until: z.string().describe('last day on which it counts, YYYY-MM-DD'),
  state: z.enum(['ENDED', 'ABOUT_TO_END', 'IN_FORCE']),
  daysLeft: z.int(),
});

/** A result of one account, as it is among the artifacts of a run. */
export const accountArtifactSchema = account.extend({ targets: z.array(target) });

export const runResultSchema = z.object({
  schemaVersion: z.literal(1),
  runId: z.string(),
  mode: z.enum(['assess', 'enforce', 'rollback']),
  status: z.enum(['SUCCEEDED', 'FAILED', 'STOPPED']).optional(),
  reason: z.string().nullable().optional().describe('why the run stopped, failed or changed nothing'),
  stopCause: z
    .enum(['FAILURES', 'INSTANCES_LOST', 'REQUESTED'])
    .optional()
    .describe('of a stopped run; REQUESTED: a person asked for it'),
  hold: z
    .object({
      code: z.enum(['KILL_SWITCH', 'ENFORCE_FROZEN', 'ENFORCE_HELD', 'RUN_IN_PROGRESS']),
      runId: z.string().optional().describe('the run whose stop left the hold'),
    })
    .optional()
    .describe('what kept the run from changing anything'),
  rollbackOf: z.string().optional().describe('of a rollback: the run, or `all`'),
  scope: z
    .object({
      full: z.boolean().describe('whether the run covered the whole organization'),
      accounts: z.int(),
      organizationAccounts: z.int().nullable(),
      limitedTo: z
        .object({
          accounts: z.array(accountId).optional(),
          organizationalUnits: z.array(z.string()).optional(),
          regions: z.array(z.string()).optional(),
        })
        .nullable()
        .describe('as the run was started; null where nothing narrowed it'),
    })
    .optional(),
  startedAt: timestamp,
  endedAt: timestamp,
  coverage: z
    .object({
      accounts: z.int(),
      targets: z.int(),
      compliant: z.int(),
      nonCompliant: z.int(),
      converging: z.int(),
      skipped: z.int(),
      error: z.int(),
    })
    .describe('targets = compliant + nonCompliant + converging + skipped + error'),
  instances: z
    .object({ running: z.int(), managed: z.int() })
    .optional()
    .describe('of all targets: running instances, and those of them that are Online in Systems Manager'),
  monthlyCostUsd: z.object({
    current: usd.describe('endpoints of ours that exist'),
    planned: usd.describe('the same with what is planned'),
  }),
  waivers: z.array(waiver).optional(),
  accounts: z.array(account).describe('sorted by id'),
  targets: z.array(target).describe('sorted by account and Region'),
  policyTypesNotEvaluated: z
    .array(z.string())
    .optional()
    .describe(
      'of a rehearsal: policy types that are enabled in the organization and had no effect in the twin',
    ),
});

type Accepted<Result extends z.input<typeof runResultSchema>> = Result;

/** Does not compile when the model holds what the schema refuses. */
export type PublishedRunResult = Accepted<RunResult>;

/** The summary of a finished run, as it is among its artifacts. */
export const summaryArtifactSchema = z.object({
  head: runResultSchema.omit({ accounts: true, targets: true }),
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'STOPPED']),
  reason: z.string().nullable(),
  input: z.object({
    mode: z.enum(['assess', 'enforce', 'rollback']),
    trigger: z.enum(['schedule', 'account-event', 'on-demand']),
  }),
  organizationId: z.string().nullable(),
  configurationVersion: z.string().nullable(),
  regions: z.array(z.string()),
  place: z
    .object({
      partition: z.string().regex(/^aws(-[a-z]+)*$/),
      operatorAccountId: accountId,
      homeRegion: z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d+$/),
    })
    .optional(),
});
