/** Waves with soak and gate, and what keeps a run from changing anything, on the twin. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Progress } from '../../cli/runs/local-run.ts';
import type { Configuration, Wave } from '../../functions/core/model/configuration.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { addsUp } from '../../functions/core/status.ts';
import type { Piece } from '../../twin/contract.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { accountOf, changesOf, type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeCompliant, makeSmallOrganization } from './small-organization.ts';

const [CANARY, SECOND, THIRD] = [0, 1, 2].map((index) => String(Number(MEMBER) + index)) as [
  string,
  string,
  string,
];
const waves: Wave[] = [
  { name: 'canary', accounts: [CANARY], soakSeconds: 1800 },
  { name: 'second', accounts: [SECOND], soakSeconds: 0 },
];

let organization: Organization;
let regions: string[] = [];
let batches: string[] = [];
let waits: number[] = [];
let onBatch: (name: string) => void = () => {};
afterEach(() => organization.close());

/** Each member: Online instances in the first Region, where nothing is to do; the second Region's setting is unset. */
async function open(onSoak: () => void = () => {}): Promise<void> {
  batches = [];
  waits = [];
  onBatch = () => {};
  const onProgress = (progress: Progress) => {
    if (progress.kind === 'batch') {
      batches.push(`${progress.name} ${progress.accounts}`);
      onBatch(progress.name);
    }
    if (progress.kind !== 'waiting') return;
    waits.push(progress.seconds);
    if (waits.length === 1) onSoak();
  };
  const shape: NonNullable<Parameters<typeof makeSmallOrganization>[0]['shape']> = (account, all) => {
    regions = all;
    makeCompliant(account, all.slice(0, 1));
    const instances = ['a', 'b', 'c'].map((name) => ({ name, running: true, online: true }));
    addNetwork(account, all[0] ?? '', { shape: 'nat', name: 'main', octet: 7, instances });
  };
  organization = await openOrganization(makeSmallOrganization({ members: 3, regions: 2, shape }), onProgress);
}

const enforce = (more: Partial<Configuration> = {}) => organization.run({}, { waves, ...more });
const callsIn = (accountId: string) =>
  organization.twin.calls().calls.filter((call) => call.account === accountId);
const home = (accountId: string): Piece => organization.twin.state.region(accountId, regions[0] ?? '');
const runRecord = async (result: RunResult) => organization.state.store.getRun(result.runId);

function cutOff(accountId: string): void {
  for (const table of home(accountId).Ec2.RouteTables) {
    table.Routes = table.Routes.filter((route: Piece) => route.GatewayId === 'local');
  }
}

describe('given a canary wave with a soak time', () => {
  it('when all goes well, then it soaks, its instances are looked at again, and the others follow', async () => {
    await open();
    const result = await enforce();
    expect([result.status, result.reason]).toEqual(['SUCCEEDED', null]);
    expect(batches).toEqual([
      'wave:canary 1',
      'check:canary 1',
      'wave:second 1',
      'check:second 1',
      'wave:rest 3',
    ]);
    expect(waits).toEqual([1800]);
    expect(result.coverage).toMatchObject({ accounts: 5, targets: 10, compliant: 10 });
    const again = await enforce();
    expect(again.status).toBe('SUCCEEDED');
    // Nothing was changed, so there is nothing to soak or to look at.
    expect(batches.slice(5)).toEqual(['wave:canary 1', 'wave:second 1', 'wave:rest 3']);
    expect(waits).toEqual([1800]);
  });

  it('when its instances lose their connection, then no later account is called at all', async () => {
    await open(() => {
      cutOff(CANARY);
      // Someone stops one and terminates another meanwhile: that is no harm of ours.
      const [, stopped, gone] = home(CANARY).Ec2.Instances;
      stopped.State = { Code: 80, Name: 'stopped' };
      gone.State = { Code: 48, Name: 'terminated' };
    });
    const lost = home(CANARY).Ec2.Instances[0].InstanceId;
    const result = await enforce();
    expect(batches).toEqual(['wave:canary 1', 'check:canary 1']);
    expect(callsIn(SECOND)).toEqual([]);
    expect(callsIn(THIRD)).toEqual([]);
    const record = await runRecord(result);
    expect([result.status, record?.status, record?.stop?.cause]).toEqual([
      'STOPPED',
      'STOPPED',
      'INSTANCES_LOST',
    ]);
    expect(record?.reason).toBe(result.reason);
    expect(result.reason).toContain(`${lost} (account ${CANARY}, ${regions[0]})`);
    expect(result.reason).toContain('1 instance that was Online before is not any more');
    expect(result.reason).toContain('4 accounts not touched');
    expect(result.reason).toContain(`until a person resumes ${result.runId} or rolls it back`);
    // Every account appears, and the numbers add up.
    expect(result.coverage).toMatchObject({ accounts: 5, targets: 10, converging: 8, nonCompliant: 1 });
    expect(addsUp(result.coverage)).toBe(true);
    expect(accountOf(result, THIRD).reasons).toEqual(['RUN_STOPPED']);
    expect(targetOf(result, CANARY, regions[0] ?? '').reasons).toContain('INSTANCES_LOST');
    expect(changesOf(result, CANARY)).toEqual(['SetServiceSetting APPLIED']);

    const back = await organization.run({ mode: 'rollback', rollbackOf: result.runId });
    expect(changesOf(back, CANARY)).toEqual(['ResetServiceSetting ROLLED_BACK']);
    expect(back.status).toBe('SUCCEEDED');
  });

  it('when an excluded account was not reached, then it stays excluded', async () => {
    await open(() => cutOff(CANARY));
    const exclude = { accounts: [THIRD], organizationalUnits: [], regions: [], tags: {} };
    const result = await enforce({ exclude });
    expect([accountOf(result, THIRD).status, accountOf(result, THIRD).reasons]).toEqual([
      'SKIPPED',
      ['EXCLUDED'],
    ]);
  });

  it('when its change fails, then the run stops without the soak; a policy that denies it does not stop it', async () => {
    await open();
    const refuse = (code: string, message: string) =>
      organization.twin.setFaults({
        seed: 1,
        faults: [
          {
            match: { account: CANARY, operation: 'UpdateServiceSetting' },
            effect: { error: { code, message, status: 400 } },
          },
        ],
      });
    refuse('ValidationException', 'The value is not valid.');
    const stopped = await enforce({ settle: { passes: 0, waitSeconds: [] } });
    expect([stopped.status, waits, callsIn(SECOND)]).toEqual(['STOPPED', [], []]);
    expect(stopped.reason).toContain(
      `1 of 1 change failed (100.0 %, maxFailurePercent 5), in account ${CANARY}`,
    );

    const gate = await organization.state.store.getEnforceHold();
    if (gate) await organization.state.store.clearEnforceHold(gate, { who: 'ops', why: 'fixed', at: 'now' });
    refuse('AccessDeniedException', 'denied, with an explicit deny in a service control policy');
    const denied = await enforce({ settle: { passes: 0, waitSeconds: [] } });
    expect(denied.status).toBe('SUCCEEDED');
    expect(targetOf(denied, CANARY, regions[1] ?? '').reasons).toContain('ACTION_DENIED_BY_SCP');
    expect(changesOf(denied, SECOND)).toEqual(['SetServiceSetting APPLIED']);
  });
});

describe('given a run that someone asks to stop', () => {
  it('when a wave is at work, then what is begun ends, and nothing else is touched', async () => {
    await open();
    onBatch = (name) => {
      if (name !== 'check:canary') return;
      const [runId = ''] = readdirSync(join(organization.state.folder, 'artifacts', 'runs'));
      void organization.state.store.requestStop(runId, { reason: 'Stopped by ops.', at: 'now' });
    };
    const result = await enforce();
    expect([result.status, result.reason]).toEqual(['STOPPED', 'Stopped by ops.']);
    expect(batches).toEqual(['wave:canary 1', 'check:canary 1']);
    expect(changesOf(result, CANARY)).toEqual(['SetServiceSetting APPLIED']);
    expect(callsIn(THIRD)).toEqual([]);
    expect(accountOf(result, THIRD).reasons).toEqual(['RUN_STOPPED']);
  });
});

describe('given the kill switch or a freeze period', () => {
  const throwSwitch = () =>
    organization.state.store.setKillSwitch({ who: 'ops', why: 'incident 7', since: '2026-11-01T00:00:00Z' });

  it('when enforce is asked for, then it assesses, says why, and continues once the switch is lifted', async () => {
    await open();
    await throwSwitch();
    const held = await enforce();
    expect(organization.mutatingCalls()).toBe(0);
    expect(held.reason).toContain('ops, since 2026-11-01T00:00:00Z: incident 7');
    expect(held.status).toBe('SUCCEEDED');
    expect(waits).toEqual([]);
    const target = targetOf(held, THIRD, regions[1] ?? '');
    expect([target.status, target.reasons, target.notes]).toEqual([
      'NON_COMPLIANT',
      ['SETTING_NOT_SET'],
      ['KILL_SWITCH'],
    ]);
    expect(targetOf(held, THIRD, regions[0] ?? '').notes).toEqual([]);
    expect(changesOf(held, THIRD)).toEqual(['SetServiceSetting PLANNED']);
    await organization.state.store.setKillSwitch(null);
    expect((await enforce()).coverage.compliant).toBe(10);
  });

  it('when it is thrown during the soak, then no further account is changed, also after it is lifted', async () => {
    await open(() => void throwSwitch());
    onBatch = (name) => {
      if (name === 'wave:second') void organization.state.store.setKillSwitch(null);
    };
    const held = await enforce();
    expect(await organization.state.store.getKillSwitch()).toBe(null);
    expect(changesOf(held, CANARY)).toEqual(['SetServiceSetting APPLIED']);
    expect([changesOf(held, SECOND), changesOf(held, THIRD)]).toEqual([
      ['SetServiceSetting PLANNED'],
      ['SetServiceSetting PLANNED'],
    ]);
    expect(held.reason).toContain('The kill switch is on');
    expect((await runRecord(held))?.hold?.code).toBe('KILL_SWITCH');
  });

  it('when a rollback is asked for in a freeze period, then it only shows what it would do', async () => {
    await open();
    const done = await enforce();
    const before = organization.mutatingCalls();
    const day = organization.twin.state.clock.now().toISOString().slice(0, 10);
    const back = await organization.run(
      { mode: 'rollback', rollbackOf: done.runId },
      { freeze: [{ from: day, until: day }] },
    );
    expect(organization.mutatingCalls()).toBe(before);
    expect(changesOf(back, THIRD)).toEqual(['ResetServiceSetting PLANNED']);
    expect(targetOf(back, THIRD, regions[1] ?? '').notes).toEqual(['ENFORCE_FROZEN']);
    expect(back.reason).toContain(`from ${day} to ${day}`);
  });
});
