/**
 * The whole service on two engines, step by step: networks that get endpoints, instances, waves with a soak, a gate that
 * stops a run, the hold that it leaves, and the rollback of all. After each step the table of moto's engine is the local one's,
 * and at the end both organizations are as they were.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTwinClock } from '../../cli/twin-clock.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import type { Store } from '../../functions/store/contract.ts';
import type { Piece } from '../../twin/contract.ts';
import type { FaultFile } from '../../twin/faults-file.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import type { Twin } from '../../twin/start.ts';
import { makeFolder } from '../cli/run-command.ts';
import { EVERYTHING, letPassEveryRole } from '../reconcile/everything.ts';
import { type Organization, openOrganization } from '../reconcile/organization.ts';
import { makeSmallOrganization } from '../reconcile/small-organization.ts';
import { type DeployedOnMoto, deployOnMoto } from './moto/deployed.ts';
import { type Table, tableOf } from './moto/table.ts';

const [CANARY, SECOND] = ['100000000011', '100000000012'];
/** The canary's and the second's instances are behind NAT; then networks without egress, and one whose DNS is off. */
const snapshot = letPassEveryRole(
  makeSmallOrganization({
    members: 4,
    regions: 2,
    shape(account, [region = ''], index) {
      const shape = index < 2 ? 'nat' : 'isolated';
      const instances = ['a', 'b'].map((name) => ({ name, running: true, online: index < 2 }));
      addNetwork(account, region, { shape, name: 'main', octet: 7 + index, instances });
      if (index !== 3) return;
      const attributes: Record<string, Piece> = account.Regions[region]?.Ec2.VpcAttributes ?? {};
      for (const each of Object.values(attributes)) Object.assign(each, { EnableDnsHostnames: false });
    },
  }),
);
const accounts = snapshot.organization.Accounts.map(({ Id }) => String(Id)).sort();
const CONFIGURATION: Configuration = {
  ...defaultConfiguration(),
  ...EVERYTHING,
  maxMonthlyUsd: 1_000_000,
  maxMonthlyUsdPerVpc: 10_000,
  waves: [
    { name: 'canary', accounts: [CANARY], soakSeconds: 1 },
    { name: 'second', accounts: [SECOND], soakSeconds: 0 },
  ],
  settle: { passes: 1, waitSeconds: [1] },
};

const folder = await makeFolder();

interface Engine {
  twin: Twin;
  store: Store;
  run(mode: 'enforce' | 'rollback'): Promise<Pick<RunResult, 'status' | 'coverage' | 'hold'>>;
}

let moto: DeployedOnMoto;
let local: Organization;
let engines: [Engine, Engine];
beforeAll(async () => {
  moto = await deployOnMoto({
    snapshot,
    loadConfiguration: async () => CONFIGURATION,
    cwd: folder,
    clockOf: (twin) =>
      createTwinClock({
        now: () => twin.state.clock.now(),
        advance: (seconds) => twin.state.clock.advance(seconds),
        idle: () => twin.requestsInFlight() === 0,
      }),
  });
  local = await openOrganization(snapshot);
  engines = [
    {
      twin: moto.twin,
      store: moto.store,
      async run(mode) {
        const more = mode === 'rollback' ? ['--rollback-of', 'all', '--yes'] : [];
        const words = ['run', '--mode', mode, '--state-machine', moto.stateMachine, '--output', 'json'];
        const { stdout, stderr } = await moto.dhmc([...words, ...more]);
        if (stdout === '') throw new Error(stderr);
        return JSON.parse(stdout) as RunResult;
      },
    },
    {
      twin: local.twin,
      store: local.state.store,
      run: (mode) => local.run(mode === 'rollback' ? { mode, rollbackOf: 'all' } : { mode }, CONFIGURATION),
    },
  ];
}, 120_000);
afterAll(async () => {
  await moto?.close();
  await local?.close();
});

/** On both engines, moto's first; half an hour of the twins' clocks passes before. */
async function onBoth<T>(work: (engine: Engine) => Promise<T>): Promise<[T, T]> {
  const answers: T[] = [];
  for (const engine of engines) {
    engine.twin.state.clock.advance(1800);
    answers.push(await work(engine));
  }
  return answers as [T, T];
}

async function runOnBoth(mode: 'enforce' | 'rollback') {
  const outcomes = await onBoth(async ({ run, store }) => {
    const { status, coverage, hold } = await run(mode);
    const left = await store.getEnforceHold();
    return {
      status,
      coverage,
      hold: hold?.code ?? null,
      leaves: left?.who.replace(left.runId, 'the run') ?? null,
      table: await tableOf(store, accounts),
    };
  });
  return { onMoto: outcomes[0], locally: outcomes[1] };
}

const changesIn = (table: Table) => Object.entries(table).map(([target, { changes }]) => [target, changes]);

const setFaults = (file: FaultFile) => {
  for (const { twin } of engines) twin.setFaults(file);
};

describe("given networks, instances and waves on moto's Step Functions and on the local engine", () => {
  it('when a gate stops the run, the hold keeps the next, a person resumes, and all is rolled back, then both are equal at each step', async () => {
    const before = engines.map(({ twin }) => twin.takeSnapshot());
    setFaults({
      seed: 1,
      faults: [
        {
          match: { account: SECOND, operation: 'UpdateServiceSetting' },
          effect: { error: { code: 'ValidationException', message: 'The value is not valid.', status: 400 } },
        },
      ],
    });
    const stopped = await runOnBoth('enforce');
    expect(stopped.onMoto).toEqual(stopped.locally);
    expect(stopped.onMoto).toMatchObject({ status: 'STOPPED', leaves: 'gate of the run' });

    setFaults({ seed: 1, faults: [] });
    const held = await runOnBoth('enforce');
    expect(held.onMoto).toEqual(held.locally);
    expect(held.onMoto.hold).toBe('ENFORCE_HELD');

    await onBoth(async ({ store }) => {
      const hold = await store.getEnforceHold();
      if (!hold) throw new Error('no hold');
      await store.clearEnforceHold(hold, { who: 'ops', why: 'fixed', at: '2026-11-20T01:00:00.000Z' });
    });
    const resumed = await runOnBoth('enforce');
    // How far endpoints and agents are is a matter of the seconds that an engine takes; what was changed is not.
    expect(changesIn(resumed.onMoto.table)).toEqual(changesIn(resumed.locally.table));
    expect(resumed.onMoto).toMatchObject({ status: 'SUCCEEDED', hold: null, leaves: null });
    const converged = await runOnBoth('enforce');
    expect(converged.onMoto).toEqual(converged.locally);
    expect(JSON.stringify(resumed.onMoto.table)).toContain('"CreateInterfaceEndpoint","APPLIED"');
    expect(
      engines.map(
        ({ twin }, index) =>
          diffSnapshots(before[index] ?? twin.takeSnapshot(), twin.takeSnapshot()).length > 0,
      ),
    ).toEqual([true, true]);

    const back = await runOnBoth('rollback');
    expect(back.onMoto).toEqual(back.locally);
    // A security group can go once its endpoints are gone.
    const rest = await runOnBoth('rollback');
    expect(rest.onMoto).toEqual(rest.locally);
    const left = await onBoth(async ({ twin }) => twin.takeSnapshot());
    expect(left.map((after, index) => diffSnapshots(before[index] ?? after, after))).toEqual([[], []]);
  }, 600_000);
});
