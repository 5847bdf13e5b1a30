/** A table on the embedded engine, in a throw-away folder, and records with overrides. */
import { openStateFolder, type StateFolder } from '../../cli/state-folder.ts';
import { NO_INSTANCES } from '../../functions/core/instances/region-instances.ts';
import type { TargetResult } from '../../functions/core/model/result.ts';
import type { AccountState, JournalEntry, RunRecord } from '../../functions/store/contract.ts';

export async function openEmbedded(): Promise<StateFolder> {
  return openStateFolder(null);
}

export function aTarget(overrides: Partial<TargetResult> = {}): TargetResult {
  return {
    accountId: '111111111111',
    region: 'eu-west-1',
    status: 'COMPLIANT',
    reasons: [],
    notes: [],
    findings: [],
    setting: { desired: 'service-role/Dhmc', observed: 'service-role/Dhmc' },
    vpcs: [],
    instances: NO_INSTANCES,
    changes: [],
    retry: false,
    ...overrides,
  };
}

export function anAccountState(overrides: Partial<AccountState> = {}): AccountState {
  return {
    accountId: '111111111111',
    name: 'web',
    organizationPath: null,
    pathSince: null,
    lastRunId: 'run-1',
    updatedAt: '2026-11-02T10:00:00.000Z',
    status: 'COMPLIANT',
    counts: { targets: 1, compliant: 1, nonCompliant: 0, converging: 0, skipped: 0, error: 0 },
    reasons: [],
    retryRegions: [],
    failedChanges: 0,
    gateFailures: 0,
    appliedChanges: 0,
    leaseOwner: null,
    leaseUntil: null,
    ...overrides,
  };
}

export function aRun(overrides: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: 'run-1',
    input: { mode: 'assess', trigger: 'on-demand' },
    status: 'RUNNING',
    startedAt: '2026-11-02T10:00:00.000Z',
    endedAt: null,
    configurationVersion: 'abc',
    organizationId: 'o-1',
    operatorAccountId: '222222222222',
    managementAccountId: '333333333333',
    partition: 'aws',
    homeRegion: 'us-east-1',
    regions: ['us-east-1'],
    batches: [],
    settlePasses: 0,
    waitUntil: null,
    coverage: null,
    decision: null,
    reason: null,
    ...overrides,
  };
}

export function aJournalEntry(overrides: Partial<JournalEntry> = {}): JournalEntry {
  return {
    runId: 'run-1',
    seq: 1,
    changeId: 'change-1',
    accountId: '111111111111',
    region: 'eu-west-1',
    kind: 'SetServiceSetting',
    resource: 'arn:aws:ssm:eu-west-1:111111111111:servicesetting/x',
    action: { kind: 'SetServiceSetting', value: 'service-role/Dhmc' },
    expected: { value: '$None' },
    inverse: { kind: 'ResetServiceSetting' },
    status: 'PENDING',
    writtenAt: '2026-11-02T10:00:00.000Z',
    settledAt: null,
    error: null,
    ...overrides,
  };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
