/** A run over a made-up organization of any size: the same for the same numbers, made account by account. */

import { codesOf } from '../../functions/core/findings.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type {
  AccountResult,
  Finding,
  InstanceResult,
  RunSummary,
  TargetResult,
  VpcResult,
} from '../../functions/core/model/result.ts';
import type { ReasonCode } from '../../functions/core/reasons.ts';
import { addAccount, NO_TOTALS } from '../../functions/core/run-totals.ts';
import { targetStatus, worstStatus } from '../../functions/core/status.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import type { ReportedRun, ReportSource } from '../../functions/report/source.ts';
import { change } from './builders.ts';

const ALL_REGIONS = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

const UNITS = [
  ['r-ab12', 'ou-ab12-infrastructure'],
  ['r-ab12', 'ou-ab12-security'],
  ['r-ab12', 'ou-ab12-workloads', 'ou-ab12-production'],
  ['r-ab12', 'ou-ab12-workloads', 'ou-ab12-staging'],
  ['r-ab12', 'ou-ab12-workloads', 'ou-ab12-development'],
  ['r-ab12', 'ou-ab12-sandbox'],
  ['r-ab12', 'ou-ab12-acquired'],
];

const titled = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

/** `Root`, `Workloads`, `Production`. */
const namesOf = (path: readonly string[]) =>
  path.map((id, index) => (index === 0 ? 'Root' : titled(id.split('-').at(-1) ?? id)));

const SANDBOX = 5;
const SANDBOX_REGIONS = /^(us|eu-(west|central))-/;

const TEAMS = [
  'payments',
  'search',
  'identity',
  'ledger',
  'catalog',
  'media',
  'billing',
  'risk',
  'fleet',
  'data',
];
const STAGES = ['prod', 'stage', 'dev', 'sandbox'];
/** Share of the Regions in which an account runs something. */
const BUSY = 0.25;

export interface MadeUp {
  accounts: number;
  regions: number;
  /** 0 to 1: how far the rollout has come. */
  progress: number;
  runId?: string;
  endedAt?: string;
  mode?: 'assess' | 'enforce';
}

/** Small and good enough for data: mulberry32. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pick = <T>(roll: number, from: readonly T[]): T => from[Math.floor(roll * from.length)] as T;

const hex = (roll: number): string =>
  Math.floor(roll * 2 ** 48)
    .toString(16)
    .padStart(12, '0');

export function madeUpAccount(index: number, made: MadeUp): AccountResult {
  const roll = dice(index + 1);
  const accountId = String(214_735_880_126 + index * 61_403_219);
  const unit = index % UNITS.length;
  const name = `${pick(roll(), TEAMS)}-${pick(roll(), STAGES)}-${String(index).padStart(4, '0')}`;
  const fate = roll();
  const late = roll() + (unit === 6 ? 0.45 : 0) > made.progress;
  const regions = ALL_REGIONS.slice(0, made.regions);
  const targets = regions.map((region) =>
    madeUpTarget(accountId, region, { unit, roll, fate, late, mode: made.mode }),
  );
  const arn = `arn:aws:iam::${accountId}:role/service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole`;
  const missing = targets.some(({ reasons }) => reasons.includes('DHMC_ROLE_MISSING'));
  return {
    accountId,
    name,
    organizationPath: UNITS[unit] ?? null,
    unitNames: namesOf(UNITS[unit] ?? []),
    owner: { name: `${name.split('-')[0]}-team@example.com`, from: 'EMAIL' },
    status: worstStatus(targets.map(({ status }) => status)),
    reasons: [],
    findings: [],
    role: {
      settingValue: 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole',
      arn,
      owner: missing ? null : 'OURS',
      state: missing ? 'MISSING' : 'SOUND',
      reasons: [],
      findings: [],
    },
    changes: missing
      ? [change({ id: `${accountId}-role`, kind: 'CreateDhmcRole', resource: arn, outcome: 'PLANNED' })]
      : [],
    targets,
  };
}

interface Fate {
  unit: number;
  roll: () => number;
  fate: number;
  late: boolean;
  mode: MadeUp['mode'];
}

function madeUpTarget(
  accountId: string,
  region: string,
  { unit, roll, fate, late, mode }: Fate,
): TargetResult {
  const findings: Finding[] = [];
  const find = (code: ReasonCode, sentence: string, subject: string | null = null) =>
    findings.push({ code, subject, sentence });
  const chance = roll();
  const busy = roll() < BUSY;
  if (fate < 0.015) find('ACCOUNT_NOT_ACTIVE', 'The account is SUSPENDED.');
  else if (unit === SANDBOX && !SANDBOX_REGIONS.test(region)) {
    find('REGION_NOT_ENABLED', `${region} is DISABLED in this account.`);
  } else if (fate < 0.03) {
    find(
      'ROLE_NOT_ASSUMABLE',
      `The role DhmcRolloutReader of ${accountId} could not be assumed: AccessDenied.`,
    );
  } else if (late && fate < 0.5) {
    find('DHMC_ROLE_MISSING', 'The role AWSSystemsManagerDefaultEC2InstanceManagementRole does not exist.');
    find('SETTING_NOT_SET', 'The service setting is not set.');
  } else if (late && chance < 0.6) find('SETTING_NOT_SET', 'The service setting is not set.');
  else if (chance > 0.995) find('REGION_DENIED_BY_SCP', 'A service control policy denies this Region.');
  else if (chance > 0.985) find('DHMC_ROLE_PROPAGATING', 'Systems Manager does not know the fresh role yet.');
  const covered = findings.every(({ code }) => !/^(ACCOUNT_|ROLE_NOT|REGION_)/.test(code));
  const running = busy && covered ? 1 + Math.floor(roll() * 24) : 0;
  const vpc = running > 0 ? madeUpVpc(accountId, region, roll) : null;
  if (vpc?.path === 'NONE') {
    find('NO_PATH_TO_SSM', `Instances of ${vpc.vpcId} have no network path to Systems Manager.`, vpc.vpcId);
  }
  const unmanaged =
    running === 0 ? 0 : vpc?.path === 'NONE' || findings.length > 0 ? running : roll() > 0.93 ? 1 : 0;
  if (unmanaged > 0)
    find('INSTANCE_UNMANAGED', `${unmanaged} of ${running} running instances are not managed.`);
  const reasons = codesOf(findings);
  const planned = findings.some(({ code }) => code === 'SETTING_NOT_SET');
  const instances = {
    running,
    stopped: running === 0 ? 0 : Math.floor(roll() * 4),
    managed: running - unmanaged,
    byVerdict: {
      ...(running > unmanaged ? { MANAGED: running - unmanaged } : {}),
      ...(unmanaged > 0 ? { [verdictOf(vpc, reasons)]: unmanaged } : {}),
    },
    hybridNodes: 0,
    expiredActivations: [],
    verdicts: Array.from(
      { length: Math.min(unmanaged, 5) },
      (): InstanceResult => ({
        instanceId: `i-${hex(roll())}abcde`,
        verdict: verdictOf(vpc, reasons),
        reason: vpc?.path === 'NONE' ? 'NO_PATH_TO_SSM' : null,
        credentialSource: 'DHMC',
        advice: ADVICE[verdictOf(vpc, reasons)] ?? null,
      }),
    ),
  };
  return {
    accountId,
    region,
    status: targetStatus(reasons),
    reasons,
    notes: vpc?.path === 'UNKNOWN' ? ['EGRESS_UNKNOWN'] : [],
    findings,
    setting: { desired: 'service-role/Dhmc', observed: planned || !covered ? null : 'service-role/Dhmc' },
    vpcs: vpc ? [vpc] : [],
    instances,
    changes: planned
      ? [
          change({
            id: `${accountId}-${region}`,
            resource: `arn:aws:ssm:${region}:${accountId}:servicesetting/ssm/managed-instance/default-ec2-instance-management-role`,
            outcome: mode === 'enforce' && chance < 0.1 ? 'FAILED' : 'PLANNED',
            error:
              mode === 'enforce' && chance < 0.1
                ? { code: 'AccessDeniedException', message: 'denied by a service control policy' }
                : null,
          }),
        ]
      : [],
    retry: false,
  };
}

const ADVICE: Record<string, string> = {
  NO_PATH: 'Give the VPC endpoints, a NAT gateway or central endpoints.',
  NO_CREDENTIALS: 'Run enforce: the setting of this Region is not in place.',
  AGENT_TOO_OLD: 'sudo yum install -y amazon-ssm-agent && sudo systemctl restart amazon-ssm-agent',
};

function verdictOf(vpc: VpcResult | null, reasons: readonly string[]) {
  if (vpc?.path === 'NONE') return 'NO_PATH';
  return reasons.includes('SETTING_NOT_SET') ? 'NO_CREDENTIALS' : 'AGENT_TOO_OLD';
}

function madeUpVpc(accountId: string, region: string, roll: () => number): VpcResult {
  const kind = roll();
  const vpcId = `vpc-0${hex(roll())}`;
  const path =
    kind < 0.55
      ? 'INTERNET'
      : kind < 0.78
        ? 'ENDPOINTS'
        : kind < 0.92
          ? 'PROVEN'
          : kind < 0.97
            ? 'UNKNOWN'
            : 'NONE';
  return {
    vpcId,
    ownerId: accountId,
    path,
    reasons: path === 'NONE' ? ['NO_PATH_TO_SSM'] : [],
    endpoints:
      path === 'ENDPOINTS'
        ? ['ssm', 'ssmmessages'].map((service) => ({
            endpointId: `vpce-0${hex(roll())}`,
            serviceName: `com.amazonaws.${region}.${service}`,
            state: 'available',
            privateDns: true,
            subnetIds: [`subnet-0${hex(roll())}`, `subnet-0${hex(roll())}`],
            ours: kind < 0.66,
            monthlyCostUsd: kind < 0.66 ? 14.6 : null,
          }))
        : [],
    prunable: null,
  };
}

export async function madeUpRun(made: MadeUp): Promise<ReportedRun> {
  async function* accounts() {
    for (let index = 0; index < made.accounts; index += 1) yield madeUpAccount(index, made);
  }
  let totals = NO_TOTALS;
  for await (const account of accounts()) totals = addAccount(totals, account);
  const endedAt = made.endedAt ?? '2026-11-20T06:18:00.000Z';
  const mode = made.mode ?? 'enforce';
  const summary: RunSummary = {
    head: {
      schemaVersion: 1,
      runId: made.runId ?? `run-${endedAt.slice(0, 19).replace(/[-:]/g, '')}Z-5eed0001`,
      mode,
      startedAt: new Date(Date.parse(endedAt) - 14 * 60_000).toISOString(),
      endedAt,
      status: 'SUCCEEDED',
      reason: null,
      waivers: [],
      ...totals,
    },
    status: 'SUCCEEDED',
    reason: null,
    input: { mode, trigger: 'schedule' },
    organizationId: 'o-q8k3v5m2xz',
    configurationVersion: '532c8812c7818c1f607d1da919e53087544b242adec02f2ac60fd834b397c94b',
    regions: ALL_REGIONS.slice(0, made.regions),
    place: { partition: 'aws', operatorAccountId: '100000000002', homeRegion: 'us-east-1' },
  };
  return { summary, accounts };
}

/** With runs before it, the first of them compared, and waivers. */
export async function madeUpSource(made: MadeUp, earlierRuns = 11): Promise<ReportSource> {
  const run = await madeUpRun(made);
  const end = Date.parse(run.summary.head.endedAt);
  const earlier = await Promise.all(
    Array.from({ length: earlierRuns }, (_, index) =>
      madeUpRun({
        ...made,
        accounts: Math.min(made.accounts, 300),
        progress: made.progress * (0.25 + (0.75 * (index + 1)) / (earlierRuns + 1)),
        mode: index % 3 === 2 ? 'enforce' : 'assess',
        endedAt: new Date(end - (earlierRuns - index) * 7 * 86_400_000).toISOString(),
      }),
    ),
  );
  const compared = await madeUpRun({
    ...made,
    progress: made.progress * 0.9,
    endedAt: new Date(end - 7 * 86_400_000).toISOString(),
  });
  const configuration: Configuration = {
    ...defaultConfiguration(),
    waivers: [
      {
        code: 'NO_PATH_TO_SSM',
        organizationalUnit: 'ou-ab12-acquired',
        owner: 'network@example.com',
        why: 'Central endpoints come with the transit gateway in January',
        until: '2027-01-31',
      },
      {
        code: 'ROLE_NOT_ASSUMABLE',
        account: '215227105878',
        owner: 'forensics@example.com',
        why: 'Sealed until the investigation ends',
        until: '2026-12-05',
      },
    ],
  };
  return {
    ...run,
    configuration,
    trend: [...earlier.map(({ summary }) => summary), run.summary],
    since: compared,
  };
}
