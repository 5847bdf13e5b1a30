import { describe, expect, it } from '@jest/globals';
import { renderPlan } from '../../cli/terminal/plan-report.ts';
import { type Terminal, terminalOf } from '../../cli/terminal/style.ts';
import { NO_INSTANCES } from '../../functions/core/instances/region-instances.ts';
import type { ChangeResult } from '../../functions/core/model/change.ts';
import type { RunResult, TargetResult } from '../../functions/core/model/result.ts';

const terminal = (width: number): Terminal => ({
  ...terminalOf(process.stdout),
  width,
  paint: (_format, text) => text,
});

const REGIONS = ['ap-southeast-1', 'eu-central-1', 'eu-west-1', 'us-east-1'];
const ROLE = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';

function change(kind: ChangeResult['kind'], more: Partial<ChangeResult>): ChangeResult {
  const rest = { resource: kind, outcome: 'PLANNED' as const, error: null, monthlyCostUsd: 0, detail: {} };
  return { id: '', kind, ...rest, ...more };
}

/** Each account lacks role and settings; the last one has a VPC without a path besides. */
function makeRun(
  accounts: number,
  name = 'an account with a name that is as long as it may get, of fifty',
): RunResult {
  const ids = Array.from({ length: accounts }, (_, index) => String(100_000_000_000 + index));
  const target = (accountId: string, region: string, index: number): TargetResult => ({
    accountId,
    region,
    status: 'NON_COMPLIANT',
    reasons: ['SETTING_NOT_SET'],
    notes: index % 2 === 0 ? ['EGRESS_UNKNOWN'] : [],
    findings: [],
    setting: { desired: ROLE, observed: '$None' },
    vpcs: [],
    instances: NO_INSTANCES,
    changes: [
      change('SetServiceSetting', { detail: { value: ROLE, previousValue: '$None' } }),
      ...(accountId === ids.at(-1) && region === 'eu-west-1'
        ? [
            change('CreateInterfaceEndpoint', {
              monthlyCostUsd: 14.6,
              detail: {
                vpcId: 'vpc-0a1b',
                serviceName: 'com.amazonaws.eu-west-1.ssm',
                subnetIds: ['a', 'b'],
              },
            }),
          ]
        : []),
    ],
    retry: false,
  });
  return {
    schemaVersion: 1,
    runId: 'run-1',
    mode: 'assess',
    startedAt: '',
    endedAt: '',
    status: 'SUCCEEDED',
    reason: null,
    waivers: [],
    coverage: {
      accounts,
      targets: accounts * 4,
      compliant: 0,
      nonCompliant: 0,
      converging: 0,
      skipped: 0,
      error: 0,
    },
    monthlyCostUsd: { current: 10, planned: 24.6 },
    accounts: ids.map((accountId) => ({
      accountId,
      name,
      organizationPath: null,
      status: 'NON_COMPLIANT',
      reasons: [],
      findings: [],
      role: { settingValue: ROLE, arn: '', owner: null, state: 'MISSING', reasons: [], findings: [] },
      changes: [change('CreateDhmcRole', { detail: { roleName: ROLE.split('/')[1] } })],
    })),
    targets: ids.flatMap((id, index) => REGIONS.map((region) => target(id, region, index))),
  };
}

describe('Given a plan', () => {
  it('When it has eleven changes, Then each account is named with what is done in it', () => {
    const text = renderPlan(terminal(80), makeRun(2), null);
    expect(text).toContain('enforce would make 11 changes in 2 of 2 accounts');
    expect(text).toContain('$10.00 a month now, $24.60 after it');
    expect(text).toMatch(/100000000000 {2}5 changes/);
    expect(text).toMatch(/100000000001 {2}6 changes {2}\+\$14\.60/);
    expect(text).toContain('vpc-0a1b: 1 endpoint (ssm) in 2 zones +$14.60');
    expect(text).toMatch(/4 {9}1 {2}EGRESS_UNKNOWN/);
    expect(text).not.toContain('SETTING_NOT_SET');
  });

  it('When it has five thousand, Then accounts alike are listed once, and all fits a screen', () => {
    const text = renderPlan(terminal(80), makeRun(1000), null);
    expect(text).toContain('5,001 changes in 1,000 of 1,000 accounts');
    expect(text).toContain('999 accounts alike');
    expect(text).toMatch(/100000000999 {2}6 changes/);
    expect(text.split('\n').length).toBeLessThan(32);
  });

  it.each([80, 200])('When the terminal has %i columns, Then no line is longer', (width) => {
    for (const count of [2, 1000]) {
      const lines = renderPlan(terminal(width), makeRun(count), null).split('\n');
      expect(lines.filter((line) => line.length > width)).toEqual([]);
    }
  });

  it('When a name would move the cursor or turn the text, Then it is tamed', () => {
    const text = renderPlan(terminal(80), makeRun(1, 'a\u001b[2Jb\u202ec\nd'), null);
    expect(text).toContain('a [2Jb c d');
  });

  it('When enforce would make only some of the changes, Then only they are listed', () => {
    const run = makeRun(1);
    const text = renderPlan(terminal(80), run, new Set());
    expect(text).toContain('enforce would change nothing');
    expect(text).toContain('6 changes of the management account: it is only assessed');
  });
});
