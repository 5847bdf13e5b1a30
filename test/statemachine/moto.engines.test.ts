/**
 * An independent engine for the very same file: moto's Step Functions (with S3 and DynamoDB of moto)
 * drives the project's handlers; SSM, IAM and the rest are the twin's. The table must come out as with
 * the local engine.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import type { Store } from '../../functions/store/contract.ts';
import type { Snapshot } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import type { Twin } from '../../twin/start.ts';
import { type Ended, makeFolder } from '../cli/run-command.ts';
import { openOrganization } from '../reconcile/organization.ts';
import { type DeployedOnMoto, deployOnMoto } from './moto/deployed.ts';
import { tableOf } from './moto/table.ts';

const CRASHING = '100000000014';
const folder = await makeFolder();
const CONFIGURATION = { ...defaultConfiguration(), settle: { passes: 1, waitSeconds: [1] } };

let deployed: DeployedOnMoto;
let twin: Twin;
let snapshot: Snapshot;
let store: Store;

beforeAll(async () => {
  deployed = await deployOnMoto({
    crashing: CRASHING,
    loadConfiguration: async () => CONFIGURATION,
    cwd: folder,
  });
  ({ twin, snapshot, store } = deployed);
}, 120_000);
afterAll(() => deployed?.close());

/** The deployed service as a person starts it. */
const runOnMoto = (...more: string[]): Promise<Ended> =>
  deployed.dhmc([
    'run',
    '--mode',
    'enforce',
    '--state-machine',
    deployed.stateMachine,
    '--output',
    'json',
    ...more,
  ]);

describe("given the first snapshot and moto's Step Functions", () => {
  it('when the command starts and follows it there with a crashing account, then result and table are the local ones', async () => {
    const { code, stdout, stderr } = await runOnMoto();
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { runId, coverage, targets } = JSON.parse(stdout) as RunResult;
    expect(stderr).toMatch(/^enforce: arn:aws:states:us-east-1:123456789012:execution:rollout:dhmc-/);
    expect(stderr).toContain(`enforce: 12 accounts in 3 Regions (${runId})`);
    expect(stderr).toContain('12 of 12 accounts');
    expect(targets).toHaveLength(36);
    expect(coverage).toEqual({
      accounts: 12,
      targets: 36,
      compliant: 11,
      nonCompliant: 4,
      // Tokyo of ...11 and ...16: within a second no agent notices the new setting.
      converging: 2,
      skipped: 13,
      error: 6,
    });
    expect(await store.getCrash(CRASHING, runId)).not.toBeNull();

    const local = await openOrganization(await readSnapshot('test/fixtures/snapshots/first'));
    try {
      await local.run({}, CONFIGURATION);
      const accounts = snapshot.organization.Accounts.map(({ Id }) => String(Id)).filter(
        (id) => id !== CRASHING,
      );
      const expected = await tableOf(local.state.store, accounts);
      expect(Object.keys(expected)).toHaveLength(33);
      expect(await tableOf(store, accounts)).toEqual(expected);
    } finally {
      await local.close();
    }
  }, 300_000);
});

/** Compliant after the first run. The setting is taken away in a Region once: twice would be another controller's work. */
const PROTECTED = '100000000012';

function takeSetting(region: string): void {
  twin.state.region(PROTECTED, region).Ssm.ServiceSettings = [];
}

/** A run over that account: what kept it from changing anything, and how many changes the twin saw meanwhile. */
async function runProtected(region: string): Promise<{
  hold: string | null;
  runId: string;
  changes: number;
  status: string;
}> {
  const before = twin.calls().mutating;
  const { stdout, stderr } = await runOnMoto('--accounts', PROTECTED);
  const { hold, runId, targets } = (stdout === '' ? { targets: [] } : JSON.parse(stdout)) as RunResult;
  const target = targets.find((one) => one.region === region);
  if (!target) throw new Error(stderr);
  return { hold: hold?.code ?? null, runId, changes: twin.calls().mutating - before, status: target.status };
}

describe("given something to change, and moto's Step Functions", () => {
  it('when a gate left a hold the day before, then no call changes anything until a person resumes, and then it goes ahead', async () => {
    const hold = {
      runId: 'run-stopped',
      who: 'gate',
      why: 'instances were lost',
      since: '2026-11-19T00:00:00.000Z',
    };
    await store.createEnforceHold(hold);
    takeSetting('ap-northeast-1');
    expect(await runProtected('ap-northeast-1')).toMatchObject({
      hold: 'ENFORCE_HELD',
      changes: 0,
      status: 'NON_COMPLIANT',
    });
    const resumption = { who: 'ops', why: 'the cause was removed', at: '2026-11-20T01:00:00.000Z' };
    expect(await store.clearEnforceHold(hold, resumption)).toBe(true);
    const resumed = await runProtected('ap-northeast-1');
    expect([resumed.hold, resumed.changes > 0]).toEqual([null, true]);
  }, 180_000);

  it('when another run holds the enforce lease, then it assesses, and changes once the lease is free', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await store.takeEnforceLease({ runId: 'run-other', executionArn: null, until });
    takeSetting('us-east-1');
    expect(await runProtected('us-east-1')).toMatchObject({
      hold: 'RUN_IN_PROGRESS',
      changes: 0,
      status: 'NON_COMPLIANT',
    });
    await store.releaseEnforceLease('run-other');
    const after = await runProtected('us-east-1');
    expect([after.hold, after.changes > 0]).toEqual([null, true]);
  }, 180_000);
});
