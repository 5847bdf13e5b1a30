import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { executionNameOf } from '../../functions/core/account-events.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import { type CollectedEvents, createOnAccountEvents } from '../../functions/handlers/on-account-event.ts';
import { parseAccountEvent } from '../../functions/inputs/account-event.ts';
import { createLog } from '../../functions/platform/log.ts';
import type { Snapshot } from '../../twin/contract.ts';
import { addMemberRoles } from '../../twin/make/iam.ts';
import { EVENTS, ofType, type Synthesized, synthesize } from '../infra/synthesize.ts';
import { type Organization, openOrganization } from '../reconcile/organization.ts';
import { MEMBER, makeCompliant, makeSmallOrganization, OPERATOR } from '../reconcile/small-organization.ts';
import { type EventPath, openEventPath } from './event-path.ts';
import { matches } from './match-pattern.ts';
import type { EventBridgeEvent } from './recorded.ts';
import * as recorded from './recorded.ts';
import { type Executions, openExecutions } from './step-functions.ts';

const ORGANIZATION = 'o-own1234567';
const REGIONS = 3;

let synthesized: Synthesized;
let path: EventPath;
beforeAll(async () => {
  synthesized = await synthesize({ ...EVENTS, accountEventMode: 'enforce' });
  path = openEventPath(synthesized, EVENTS.operatorRegion, ORGANIZATION);
}, 60_000);
afterAll(() => synthesized?.remove());

describe('Given the rules of the synthesized templates', () => {
  const coming = [...recorded.lifeOf(MEMBER), recorded.unitRegistered('ou-adpf-302pk332')];

  it.each(coming.map((event) => [String(event.detail.eventName), event] as const))(
    'When %s is recorded, Then one rule there and one here take it to the function',
    (_name, event) => {
      expect(path.deliver(event)).toEqual(['on-account-event.handler']);
    },
  );

  it('When an event is about something else, or of what failed, Then nothing is forwarded', () => {
    for (const event of recorded.unrelated()) expect(path.forwardedBy(event)).toEqual([]);
  });

  it('When the same is recorded in another Region, Then nothing is forwarded', () => {
    expect(path.forwardedBy(recorded.accountCreated(MEMBER, { region: 'eu-west-1' }))).toEqual([]);
    expect(path.forwardedBy(recorded.managedAccountCreated(MEMBER, { region: 'us-east-1' }))).toEqual([]);
  });

  it('When another account or organization sends to the bus, Then it is not admitted', () => {
    expect(path.takes({})).toBe(true);
    expect(path.takes({ accountId: MEMBER })).toBe(false);
    expect(path.takes({ organizationId: 'o-other12345' })).toBe(false);
  });

  it("When the operator account's own people put such an event on the bus, Then no rule takes it for one", () => {
    const forged: EventBridgeEvent = { ...recorded.accountCreated(MEMBER), account: OPERATOR };
    const patterns = ofType(synthesized.service, 'AWS::Events::Rule').map(
      ([, rule]) => rule.Properties.EventPattern,
    );
    expect(patterns.filter((pattern) => matches(pattern, forged))).toEqual([]);
  });
});

describe('Given an event of a registered unit', () => {
  it('When a unit is registered whose id is as long as ids get, Then name and deliveries stay apart', () => {
    const unit = `ou-${'a'.repeat(32)}-${'b'.repeat(32)}`;
    const names = [recorded.unitRegistered(unit), recorded.unitRegistered(unit)].map((event) =>
      executionNameOf(parseAccountEvent(event)),
    );
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[\w-]{1,80}$/);
  });
});

describe('Given an organization on the twin', () => {
  let organization: Organization;
  let executions: Executions;
  afterEach(() => organization?.close());

  const open = async (snapshot: Snapshot, onWaiting: (elapsedSeconds: number) => void = () => {}) => {
    organization = await openOrganization(snapshot, ({ kind }) => {
      if (kind === 'waiting') onWaiting(elapsed());
    });
    executions = openExecutions();
  };
  const began = () => Date.parse(organization.twin.state.captured.organization.CapturedAt);
  const elapsed = () => (organization.twin.state.clock.now().getTime() - began()) / 1000;

  const collect = (events: EventBridgeEvent[]): Promise<CollectedEvents> => {
    const handle = createOnAccountEvents({
      store: organization.state.store,
      log: createLog({ level: 'SILENT', stream: 'stderr' }),
      startExecution: executions.start,
      mode: 'enforce',
      writerRole: null,
    });
    const Records = events
      .flatMap((event) => path.deliver(event).map(() => event))
      .map((event, index) => ({ messageId: `message-${index}`, body: JSON.stringify(event) }));
    return handle({ Records });
  };

  /** Through rules and queue to the handler, as often as it is delivered, each time alone. */
  const send = async (event: EventBridgeEvent, times = 1): Promise<string[]> => {
    const outcomes: string[] = [];
    for (let delivery = 0; delivery < times; delivery += 1) {
      const { failed, ...outcome } = await collect([event]);
      expect(failed).toEqual([]);
      for (const [name, about] of Object.entries(outcome)) outcomes.push(...about.map(() => name));
    }
    return outcomes;
  };
  const runAll = (configuration: Partial<Configuration> = {}) =>
    executions.run((input) => organization.run(input as RunInput, configuration));
  const stateOf = (accountId: string) => organization.state.store.getAccountState(accountId);

  const fresh = () =>
    makeSmallOrganization({
      members: 2,
      regions: REGIONS,
      memberRoles: false,
      joinedAt: '2026-11-20T00:00:00+00:00',
    });
  const bringRoles = (accountId: string) => {
    const account = organization.twin.state.account(accountId);
    if (!account || account.Iam.RoleDetailList.length > 0) return;
    addMemberRoles(account, { operatorId: OPERATOR, privilege: 'least' });
  };

  it('When an account is created and its roles arrive twenty minutes later, Then its record is compliant within the hour', async () => {
    await open(fresh(), (seconds) => {
      if (seconds >= 1_200) bringRoles(MEMBER);
    });
    expect(await send(recorded.accountCreated(MEMBER))).toEqual(['started']);
    await runAll();
    const state = await stateOf(MEMBER);
    expect(state).toMatchObject({ status: 'COMPLIANT', counts: { targets: REGIONS, compliant: REGIONS } });
    // Passes after 60, 360, 1260 and 3060 s: the roles were there for the last of them.
    const seconds = (Date.parse(state?.updatedAt ?? '') - began()) / 1000;
    expect([seconds > 3_060, seconds < 3_600]).toEqual([true, true]);
    // The event was about one account.
    expect(await stateOf(String(Number(MEMBER) + 1))).toBeNull();
  });

  it('When the roles never come, Then it is looked at for a day, and no longer', async () => {
    const waits: number[] = [];
    await open(fresh(), (seconds) => waits.push(seconds));
    await send(recorded.accountCreated(MEMBER));
    await runAll();
    expect(await stateOf(MEMBER)).toMatchObject({ status: 'CONVERGING', reasons: ['ACCOUNT_NOT_READY'] });
    expect(waits).toHaveLength(9);
    expect(elapsed()).toBeLessThan(86_400);
  });

  it('When the same event comes three times, Then there is one run', async () => {
    await open(fresh());
    bringRoles(MEMBER);
    const event = recorded.accountCreated(MEMBER);
    expect(await send(event, 2)).toEqual(['started', 'started']);
    await runAll();
    expect(await send(event)).toEqual(['knownAlready']);
    await runAll();
    expect(executions.started).toHaveLength(1);
    expect(await organization.state.store.listRuns(10)).toHaveLength(1);
  });

  it('When a created account also says that it joined, Then there is one run; set up by Control Tower, one more', async () => {
    await open(fresh());
    await send(recorded.accountCreated(MEMBER));
    await send(recorded.accountJoined(MEMBER));
    await send(recorded.managedAccountCreated(MEMBER));
    expect(executions.started.map(({ name }) => name)).toEqual([
      `account-${MEMBER}-arrived-2026-11-20`,
      expect.stringMatching(new RegExp(`^account-${MEMBER}-managed-[\\w-]{36}$`)),
    ]);
  });

  it('When many accounts come within a minute, with other events between, Then one run covers them all', async () => {
    await open(makeSmallOrganization({ members: 12, regions: 1, shape: makeCompliant }));
    const ids = Array.from({ length: 12 }, (_, index) => String(Number(MEMBER) + index));
    const calls = () =>
      organization.twin
        .calls()
        .calls.filter(({ operation }) => operation === 'ListAccounts')
        .reduce((sum, { count }) => sum + count, 0);
    const outcome = await collect([
      ...ids.flatMap((id) => [recorded.accountCreated(id), recorded.accountJoined(id)]),
      recorded.accountDeparted('999999999999'),
      recorded.unitRegistered('ou-0001-registered'),
    ]);
    expect(outcome).toEqual({
      started: [expect.stringMatching(/^accounts-12-[0-9a-f]{16}$/), expect.stringMatching(/^unit-/)],
      knownAlready: [],
      closed: [],
      nothingToClose: ['999999999999'],
      ignored: [],
      failed: [],
    });
    executions.started.splice(1);
    await runAll();
    expect(calls()).toBe(0);
    for (const id of ids) expect(await stateOf(id)).toMatchObject({ status: 'COMPLIANT' });
    // The same messages delivered again.
    const again = await collect(ids.map((id) => recorded.accountCreated(id)).reverse());
    expect([again.started, again.knownAlready.length]).toEqual([[], 1]);
  });

  it('When a message is no event, or a run cannot be started, Then those messages alone are delivered again', async () => {
    await open(makeSmallOrganization({ members: 1, regions: 1 }));
    const handle = createOnAccountEvents({
      store: organization.state.store,
      log: createLog({ level: 'SILENT', stream: 'stderr' }),
      startExecution: async ({ name }) => {
        if (name.startsWith('unit-')) throw new Error('StateMachineDoesNotExist');
        return true;
      },
      mode: 'enforce',
      writerRole: null,
    });
    const outcome = await handle({
      Records: [
        { messageId: 'a', body: 'no JSON' },
        { messageId: 'b', body: JSON.stringify(recorded.unitRegistered('ou-0001-registered')) },
        { messageId: 'c', body: JSON.stringify(recorded.accountCreated(MEMBER)) },
        { messageId: 'd', body: '{"id":"x","time":"y","detail":{"eventName":"Other"}}' },
      ],
    });
    expect([outcome.failed, outcome.started.length]).toEqual([['a', 'd', 'b'], 1]);
  });

  it('When Control Tower registers a unit, Then one run covers the accounts below it; of an empty unit, it ends without a word', async () => {
    await open(makeSmallOrganization({ members: 2, regions: REGIONS, shape: makeCompliant }));
    const { OrganizationalUnits } = organization.twin.state.snapshot.organization;
    const other = organization.twin.state.member(String(Number(MEMBER) + 1));
    for (const Id of ['ou-0001-registered', 'ou-0001-unpeopled']) {
      const Arn = `arn:aws:organizations::100000000001:ou/o-madeup0org1/${Id}`;
      OrganizationalUnits.push({ Id, Arn, Name: Id, ParentId: other?.ParentId, Tags: [] });
    }
    if (other) other.ParentId = 'ou-0001-registered';
    expect(await send(recorded.unitRegistered('ou-0001-registered'), 2)).toEqual(['started', 'started']);
    await send(recorded.unitRegistered('ou-0001-unpeopled'));
    await runAll();
    const runs = await organization.state.store.listRuns(10);
    expect(runs.map(({ coverage }) => coverage?.accounts).sort()).toEqual([0, 1]);
    expect(await stateOf(MEMBER)).toBeNull();
  });

  it('When an account moves out of what the configuration covers, Then nothing is switched off, and it is recorded', async () => {
    await open(makeSmallOrganization({ members: 1, regions: REGIONS, shape: makeCompliant }));
    await organization.run({ scope: { accounts: [MEMBER] } });
    expect(await stateOf(MEMBER)).toMatchObject({ status: 'COMPLIANT' });
    const member = organization.twin.state.member(MEMBER);
    organization.twin.state.snapshot.organization.OrganizationalUnits.push({
      Id: 'ou-0001-sandbox',
      Arn: 'arn:aws:organizations::100000000001:ou/o-madeup0org1/ou-0001-sandbox',
      Name: 'sandbox',
      ParentId: member?.ParentId,
      Tags: [],
    });
    if (member) member.ParentId = 'ou-0001-sandbox';
    const before = organization.mutatingCalls();
    await send(recorded.accountMoved(MEMBER));
    await runAll({
      exclude: { accounts: [], organizationalUnits: ['ou-0001-sandbox'], regions: [], tags: {} },
    });
    expect(await stateOf(MEMBER)).toMatchObject({ status: 'SKIPPED', reasons: ['EXCLUDED'] });
    expect(organization.mutatingCalls()).toBe(before);
  });

  it('When an account is closed, Then its record says so, without an error', async () => {
    await open(makeSmallOrganization({ members: 1, regions: REGIONS }));
    const member = organization.twin.state.member(MEMBER);
    if (member) Object.assign(member, { State: 'SUSPENDED', Status: 'SUSPENDED' });
    await send(recorded.accountClosed(MEMBER));
    await runAll();
    expect(await stateOf(MEMBER)).toMatchObject({ status: 'SKIPPED', reasons: ['ACCOUNT_NOT_ACTIVE'] });
  });

  it('When the account has left again before the run begins, Then the run ends without a word', async () => {
    await open(makeSmallOrganization({ members: 1, regions: REGIONS }));
    await send(recorded.accountJoined('999999999999'));
    await runAll();
    const [run] = await organization.state.store.listRuns(1);
    expect(run).toMatchObject({ status: 'SUCCEEDED', coverage: { accounts: 0, targets: 0 } });
  });

  it('When an account leaves, Then its records are closed and kept, and the next run names it outside its figures', async () => {
    await open(makeSmallOrganization({ members: 2, regions: REGIONS }));
    const leaving = String(Number(MEMBER) + 1);
    await organization.run({ mode: 'assess' });
    const targets = await organization.state.store.getTargets(leaving);
    organization.twin.state.clock.advance(3_600);
    const { Accounts } = organization.twin.state.snapshot.organization;
    Accounts.splice(
      Accounts.findIndex(({ Id }) => Id === leaving),
      1,
    );
    const event = recorded.accountDeparted(leaving, { time: '2026-11-20T01:00:00Z' });
    expect(await send(event, 2)).toEqual(['closed', 'nothingToClose']);
    expect(await stateOf(leaving)).toMatchObject({
      status: 'NON_COMPLIANT',
      closed: { at: '2026-11-20T01:00:00.000Z', because: 'AccountDepartedOrganization' },
    });
    expect(await organization.state.store.getTargets(leaving)).toEqual(targets);
    const open_: string[] = [];
    for await (const target of organization.state.store.listNonCompliant()) open_.push(target.accountId);
    expect([open_.includes(MEMBER), open_.includes(leaving)]).toEqual([true, false]);

    const result = await organization.run({ mode: 'assess' });
    expect(result.coverage.accounts).toBe(3);
    expect(result.departed).toEqual([
      { accountId: leaving, name: 'member-1', closedAt: '2026-11-20T01:00:00.000Z' },
    ]);
  });

  it('When the event of its leaving is lost, Then the next full run closes its records', async () => {
    await open(makeSmallOrganization({ members: 1, regions: REGIONS }));
    await organization.run({ mode: 'assess' });
    organization.twin.state.clock.advance(60);
    const { Accounts } = organization.twin.state.snapshot.organization;
    Accounts.splice(
      Accounts.findIndex(({ Id }) => Id === MEMBER),
      1,
    );
    const result = await organization.run({ mode: 'assess' });
    expect(result.departed?.map(({ accountId }) => accountId)).toEqual([MEMBER]);
    expect((await stateOf(MEMBER))?.closed).toMatchObject({ because: 'not listed any more' });
  });
});
