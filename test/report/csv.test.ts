import { describe, expect, it } from '@jest/globals';
import type { RunResult, TargetResult } from '../../functions/core/model/result.ts';
import { renderTargetsCsv } from '../../functions/report/csv.ts';
import { source } from './builders.ts';

const target: TargetResult = {
  accountId: '111122223333',
  region: 'eu-west-1',
  status: 'NON_COMPLIANT',
  reasons: ['SETTING_NOT_SET'],
  notes: [],
  findings: [{ code: 'SETTING_NOT_SET', subject: null, sentence: 'The setting, "x", is not set.' }],
  setting: { desired: 'a/b', observed: null },
  vpcs: [],
  instances: {
    running: 2,
    stopped: 1,
    managed: 0,
    byVerdict: {},
    hybridNodes: 0,
    expiredActivations: [],
    verdicts: [],
  },
  changes: [],
  retry: false,
};

function runWith(name: string): RunResult {
  return {
    schemaVersion: 1,
    status: 'SUCCEEDED',
    reason: null,
    waivers: [],
    runId: 'run-1',
    mode: 'assess',
    startedAt: '2026-11-20T00:00:00.000Z',
    endedAt: '2026-11-20T00:01:00.000Z',
    coverage: { accounts: 1, targets: 1, compliant: 0, nonCompliant: 1, converging: 0, skipped: 0, error: 0 },
    monthlyCostUsd: { current: 0, planned: 0 },
    accounts: [
      {
        accountId: '111122223333',
        name,
        organizationPath: ['r-1', 'ou-1'],
        unitNames: ['Root', 'Workloads'],
        owner: { name: 'web@example.com', from: 'EMAIL' },
        status: 'NON_COMPLIANT',
        reasons: [],
        findings: [],
        role: {
          settingValue: 'a/b',
          arn: 'arn:role',
          owner: null,
          state: 'MISSING',
          reasons: [],
          findings: [],
        },
        changes: [
          {
            id: 'c',
            kind: 'CreateDhmcRole',
            resource: 'r',
            outcome: 'PLANNED',
            error: null,
            monthlyCostUsd: null,
            detail: {},
          },
        ],
      },
    ],
    targets: [target],
  };
}

async function formatCsv(run: RunResult): Promise<string> {
  const accounts = run.accounts.map((account) => ({ ...account, targets: run.targets }));
  return (await Array.fromAsync(renderTargetsCsv(source(accounts)))).join('');
}

describe('Given a run', () => {
  it('When it is written as csv, Then the columns and their order are those promised', async () => {
    const [header, row] = (await formatCsv(runWith('web'))).split('\r\n');
    expect(header).toBe(
      'runId,mode,endedAt,accountId,accountName,organizationPath,region,status,reasons,notes,settingObserved,settingDesired,roleArn,roleState,instancesRunning,instancesStopped,instancesManaged,changesPlanned,changesApplied,changesFailed,explanation,vpcPaths,endpointMonthlyUsd,plannedMonthlyUsd,instanceVerdicts,runScope,followsFrom,unit,owner,ownerFrom,controls',
    );
    expect(row).toBe(
      'run-1,assess,2026-11-20T00:01:00.000Z,111122223333,web,r-1/ou-1,eu-west-1,NON_COMPLIANT,SETTING_NOT_SET,,,a/b,arn:role,MISSING,2,1,0,1,0,0,"The setting, ""x"", is not set.",,0.00,0.00,,all,,Root / Workloads,web@example.com,EMAIL,SSM.1 ec2-instance-managed-by-systems-manager',
    );
  });

  it.each(['=HYPERLINK("http://x")', '+1', '-1', '@sum'])(
    'When an account is named %s, Then no spreadsheet takes it for a formula',
    async (name) => {
      const cells = (await formatCsv(runWith(name))).split('\r\n')[1] ?? '';
      expect(cells).toContain(`'${name.replaceAll('"', '""')}`);
      expect(cells).not.toMatch(/(^|,)"?[=+@]/);
    },
  );
});
