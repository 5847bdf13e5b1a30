/** What holds between two runs: the hold of a gate until a person resumes, and one enforce at a time. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Progress } from '../../cli/runs/local-run.ts';
import type { Wave } from '../../functions/core/model/configuration.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
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
let onSoak: () => Promise<unknown> | undefined = () => undefined;
let soaking: Promise<unknown> | undefined;
afterEach(() => organization.close());

/** The first Region is compliant, with Online instances; the second one's setting is unset. */
async function open(): Promise<void> {
  onSoak = () => undefined;
  const shape: NonNullable<Parameters<typeof makeSmallOrganization>[0]['shape']> = (account, all) => {
    regions = all;
    makeCompliant(account, all.slice(0, 1));
    const instances = [{ name: 'a', running: true, online: true }];
    addNetwork(account, all[0] ?? '', { shape: 'nat', name: 'main', octet: 7, instances });
  };
  const onProgress = (progress: Progress) => {
    if (progress.kind !== 'waiting') return;
    const act = onSoak;
    onSoak = () => undefined;
    soaking = act();
  };
  organization = await openOrganization(makeSmallOrganization({ members: 3, regions: 2, shape }), onProgress);
}

/** Without settle passes: their waits would jump over the soak of the other run. */
const settle = { passes: 0, waitSeconds: [] };
const enforce = (input: Partial<RunInput> = {}) => organization.run(input, { waves, settle });
/** The run that soaks takes its next step only once what happens meanwhile is over. */
function keepSoaking(): void {
  const { getStopRequest } = store();
  store().getStopRequest = async (runId) => {
    const [first] = (await store().listRuns(10)).slice(-1);
    if (first?.runId === runId) await soaking;
    return getStopRequest(runId);
  };
}

const store = () => organization.state.store;
const mutationsIn = (accountId: string) =>
  organization.twin
    .calls()
    .calls.filter(
      (call) => call.account === accountId && /^(Update|Create|Put|Attach|Reset)/.test(call.operation),
    );

function cutOffCanary(): void {
  const { Ec2 }: Piece = organization.twin.state.region(CANARY, regions[0] ?? '');
  for (const table of Ec2.RouteTables) {
    table.Routes = table.Routes.filter((route: Piece) => route.GatewayId === 'local');
  }
}

describe('Given an enforce that a gate stopped', () => {
  it('When the next ones start, Then they change nothing until a person resumes, and the resumed run continues where it stopped', async () => {
    await open();
    onSoak = () => void cutOffCanary() as undefined;
    const stopped = await enforce();
    expect(stopped.status).toBe('STOPPED');
    expect(await store().getEnforceHold()).toMatchObject({
      runId: stopped.runId,
      who: `gate of ${stopped.runId}`,
    });

    organization.twin.state.clock.advance(86_400);
    const before = organization.mutatingCalls();
    for (const input of [
      { trigger: 'schedule' },
      { trigger: 'on-demand' },
      { trigger: 'account-event', scope: { accounts: [THIRD] } },
    ] satisfies Partial<RunInput>[]) {
      const held = await enforce(input);
      expect([held.status, changesOf(held, THIRD)]).toEqual(['SUCCEEDED', ['SetServiceSetting PLANNED']]);
      expect(targetOf(held, THIRD, regions[1] ?? '').notes).toContain('ENFORCE_HELD');
      expect(held.reason).toContain('until a person resumes');
    }
    expect(organization.mutatingCalls()).toBe(before);
    expect(mutationsIn(THIRD)).toEqual([]);

    const hold = await store().getEnforceHold();
    const resumption = { who: 'ops', why: 'route restored', at: '2026-11-27T00:00:00Z' };
    expect(hold && (await store().clearEnforceHold(hold, resumption))).toBe(true);
    expect(await store().getEnforceHold()).toBeNull();
    const resumed = await enforce({ resume: stopped.runId });
    expect(resumed.accounts.map(({ accountId }) => accountId)).not.toContain(CANARY);
    expect(resumed.coverage.accounts).toBe(4);
    expect([changesOf(resumed, SECOND), changesOf(resumed, THIRD)]).toEqual([
      ['SetServiceSetting APPLIED'],
      ['SetServiceSetting APPLIED'],
    ]);
  }, 60_000);

  it('When it is rolled back, Then the hold does not keep the rollback from it', async () => {
    await open();
    onSoak = () => void cutOffCanary() as undefined;
    const stopped = await enforce();
    const back = await organization.run({ mode: 'rollback', rollbackOf: stopped.runId });
    expect(changesOf(back, CANARY)).toEqual(['ResetServiceSetting ROLLED_BACK']);
    expect(await store().getEnforceHold()).not.toBeNull();
  }, 60_000);

  it('When a run is resumed that is unknown or changed nothing, Then it is refused', async () => {
    await open();
    await expect(enforce({ resume: 'run-none' })).rejects.toThrow('there is no run run-none');
    const assessed = await organization.run({ mode: 'assess' });
    await expect(enforce({ resume: assessed.runId })).rejects.toThrow('changed nothing');
  }, 60_000);
});

describe('Given an enforce that soaks', () => {
  it('When others start meanwhile, Then they assess and say which run is at work, and none passes the soak', async () => {
    await open();
    const others: Awaited<ReturnType<typeof enforce>>[] = [];
    onSoak = async () => {
      const [running] = await store().listRuns(1);
      others.push(await enforce());
      others.push(await enforce({ trigger: 'account-event', scope: { accounts: [THIRD] } }));
      expect(running?.status).toBe('RUNNING');
      expect([...mutationsIn(SECOND), ...mutationsIn(THIRD)]).toEqual([]);
    };
    keepSoaking();
    const first = await enforce();
    await soaking;
    expect(others.map((run) => [run.status, changesOf(run, THIRD)])).toEqual([
      ['SUCCEEDED', ['SetServiceSetting PLANNED']],
      ['SUCCEEDED', ['SetServiceSetting PLANNED']],
    ]);
    for (const run of others) {
      expect(run.reason).toContain(`Run ${first.runId} is changing the organization`);
      expect(targetOf(run, THIRD, regions[1] ?? '').notes).toContain('RUN_IN_PROGRESS');
    }
    expect(others[1]?.reason).toContain(`has not reached account ${THIRD} yet, which is left to it`);
    expect(changesOf(first, THIRD)).toEqual(['SetServiceSetting APPLIED']);
    expect((await enforce()).reason).toBeNull();
  }, 60_000);

  it('When it is rolled back meanwhile, Then it stops first, and then everything is back', async () => {
    await open();
    let back: ReturnType<typeof enforce> | undefined;
    onSoak = async () => {
      const [running] = await store().listRuns(1);
      back = organization.run({ mode: 'rollback', rollbackOf: running?.runId ?? '' });
    };
    const first = await enforce();
    await soaking;
    const undone = await back;
    expect(first.status).toBe('STOPPED');
    expect(first.reason).toContain('which rolls it back');
    expect(undone && changesOf(undone, CANARY)).toEqual(['ResetServiceSetting ROLLED_BACK']);
    expect(mutationsIn(THIRD)).toEqual([]);
    expect(accountOf(first, THIRD).reasons).toEqual(['RUN_STOPPED']);
  }, 60_000);

  it('When its process died, Then the next run takes the lease over at once', async () => {
    await open();
    const until = new Date(organization.twin.state.clock.now().getTime() + 3_600_000).toISOString();
    await store().takeEnforceLease({ runId: 'run-dead', executionArn: 'local:local-1-1', until });
    const next = await enforce();
    expect(changesOf(next, THIRD)).toEqual(['SetServiceSetting APPLIED']);
  }, 60_000);
});
