/** The life of one organization: rounds of runs in bad weather, then calm, in which every invariant must hold. */
import type { RunResult } from '../../functions/core/model/result.ts';
import { endProcessAt } from '../../test/reconcile/death.ts';
import { type Organization, openOrganization } from '../../test/reconcile/organization.ts';
import type { Piece } from '../../twin/contract.ts';
import { makeRandom, type Random } from '../../twin/make/random.ts';
import { ALL_SWITCHES, makeLargeOrganization } from '../large-organization.ts';
import { addForeignResources } from './foreign-resources.ts';
import { completeOptIns, interfere, turnRegionsOff } from './interference.ts';
import { coverageBreaks, failureBreaks, foreignBreaks, leftoverBreaks } from './invariants.ts';
import {
  type Administrator,
  administrator,
  enableResourceControlPolicies,
  membersOf,
} from './policy-changes.ts';
import { type TableStorm, tableStorm } from './table-storm.ts';
import { drawFaults, operationsOf, struckFaults } from './weather.ts';

const ROUNDS = 3;
const SWITCHES = { ...ALL_SWITCHES, settle: { passes: 2, waitSeconds: [150, 300] } };
/** An account is closed, and a change of IAM has arrived everywhere, after that. */
const CALM_SECONDS = 900;

export interface Life {
  broken: string[];
  story: string[];
  /** How often each kind of trouble struck. */
  struck: Record<string, number>;
}

interface Scene {
  organization: Organization;
  admin: Administrator;
  storm: TableStorm;
  random: Random;
  life: Life;
  /** Accounts whose resources an administrator changed, or that were closed. */
  touched: Set<string>;
  /** What an administrator does by API, as long as it is under way. */
  underWay: Promise<void>[];
  round: string;
}

export async function liveSeed(seed: number, size: { accounts: number; regions: number }): Promise<Life> {
  const random = makeRandom(seed);
  const snapshot = makeLargeOrganization({ ...size, seed });
  turnRegionsOff(random, snapshot);
  addForeignResources(snapshot);
  enableResourceControlPolicies(snapshot);
  let onAccount = () => {};
  const throttling = random.chance(0.3);
  const organization = await openOrganization(
    snapshot,
    ({ kind }) => {
      if (kind === 'account') onAccount();
    },
    { throttling },
  );
  const { twin, state } = organization;
  const life: Life = { broken: [], story: [], struck: {} };
  const scene: Scene = {
    organization,
    admin: administrator(twin),
    storm: tableStorm(state.client),
    random,
    life,
    touched: new Set(),
    underWay: [],
    round: '',
  };
  const members = twin.state.snapshot.organization.Accounts.length;
  const check = (result: RunResult) => life.broken.push(...coverageBreaks(result, members));
  try {
    const before = twin.takeSnapshot();
    check(await organization.run({ mode: 'assess' }, SWITCHES));
    const operations = operationsOf(twin);
    for (let round = 0; round < ROUNDS; round += 1) {
      scene.round = `round ${round}`;
      twin.setFaults(drawFaults(random, seed + round, operations));
      scene.storm.begin(random.below(120), random.below(3) === 0 ? 1 + random.below(4) : 0);
      let left = random.below(5);
      onAccount = () => {
        if (left === 0) return;
        left -= 1;
        trouble(scene);
      };
      (await runOnce(scene)).map(check);
      await Promise.all(scene.underWay.splice(0));
      for (const [kind, count] of Object.entries(struckFaults(twin))) add(life, kind, count);
    }
    onAccount = () => {};
    await calm(scene, seed);
    await checkCalm(scene, check);
    await checkRollback(scene, before);
    add(life, 'throttled by token buckets', throttling ? throttledCalls(organization) : 0);
    add(life, 'table throttled', scene.storm.struck());
    return life;
  } finally {
    await organization.close();
  }
}

function add({ struck }: Life, kind: string, count = 1): void {
  if (count > 0) struck[kind] = (struck[kind] ?? 0) + count;
}

function note({ life, round }: Scene, kind: string, what: string): void {
  add(life, kind);
  life.story.push(`${round}: ${what}`);
}

/** Something that happens while a run is under way. */
function trouble(scene: Scene): void {
  const { organization, admin, random, touched } = scene;
  const { twin } = organization;
  const dice = random.below(10);
  if (dice < 4) {
    scene.underWay.push(
      admin.act(random).then(({ what, closed }) => {
        if (closed !== undefined) touched.add(closed);
        note(
          scene,
          `organization: ${what.replace(/ (\d{12}|ou-\S+|r-\S+)/g, '').replace(/ to$/, '')}`,
          `the organization's administrator ${what}`,
        );
      }),
    );
  } else if (dice < 5) {
    const seconds = 60 + random.below(6 * 3600);
    twin.state.clock.advance(seconds);
    note(scene, 'clock jumps', `the clock jumps by ${seconds} s`);
  } else if (dice < 6) {
    const ended = twin.expireSessions();
    note(scene, 'sessions expired', `${ended} sessions expire`);
  } else {
    const accounts = membersOf(twin);
    const accountId = accounts[random.below(accounts.length)] ?? '';
    const account = twin.state.account(accountId);
    const member: Piece | undefined = twin.state.member(accountId);
    if (!account || !member) return;
    touched.add(accountId);
    const what = interfere(random, account, member);
    note(
      scene,
      `account: ${what.replace(/ (in|to) \S+-\d/, '')}`,
      `an account's administrator ${what} in ${accountId}`,
    );
  }
}

/** One run, two at once, one whose process ends at a journal entry, or one that is stopped. */
async function runOnce(scene: Scene): Promise<RunResult[]> {
  const { organization, random, life } = scene;
  await clearHold(organization);
  const run = (signal?: AbortSignal) =>
    organization.run({}, SWITCHES, signal).catch((error: unknown) => {
      life.story.push(`${scene.round}: a run ended with ${error}`);
      const ended = error instanceof Error && ['Runtime.ExitError', 'AbortError'].includes(error.name);
      if (!ended) add(life, `runs that failed: ${error instanceof Error ? error.name : error}`);
      life.broken.push(...failureBreaks(error));
      return null;
    });
  const present = (results: (RunResult | null)[]) => results.filter((result) => result !== null);
  switch (random.below(4)) {
    case 0:
      add(life, 'single runs');
      return present([await run()]);
    case 1:
      note(scene, 'two runs at once', 'two runs at once');
      return present(await Promise.all([run(), run()]));
    case 2: {
      const atEntry = 1 + random.below(12);
      const when = random.chance(0.5) ? 'journalled' : 'written';
      const process = new AbortController();
      const revive = endProcessAt(organization.state.store, { atEntry, when }, () =>
        process.abort(new Error('the process ended')),
      );
      const result = await run(process.signal);
      if (!revive()) return present([result]);
      note(scene, 'processes ended', `the process ended at entry ${atEntry}, ${when}`);
      return [];
    }
    default: {
      const process = new AbortController();
      const timer = setTimeout(() => process.abort(new Error('stopped')), 20 + random.below(400));
      const result = await run(process.signal);
      clearTimeout(timer);
      if (process.signal.aborted) note(scene, 'runs stopped', 'the run is stopped');
      return present([result]);
    }
  }
}

/** Nothing more happens, and what was begun is complete. */
async function calm({ organization, admin, storm }: Scene, seed: number): Promise<void> {
  const { twin } = organization;
  twin.setFaults({ seed, faults: [] });
  storm.end();
  await admin.removePolicies();
  completeOptIns(twin.state.snapshot);
  twin.state.clock.advance(CALM_SECONDS);
  await clearHold(organization);
}

/** A quiet run converges: the one after it changes nothing (what is denied for good is tried again). */
async function checkCalm({ organization, life }: Scene, check: (result: RunResult) => void): Promise<void> {
  check(await organization.run({}, SWITCHES));
  const calls = changesMade(organization);
  const again = await organization.run({}, SWITCHES);
  check(again);
  const more = changesMade(organization) - calls;
  if (more > 0) life.broken.push(`the run after the quiet one made ${more} changes: ${changesIn(again)}`);
}

/** In each third seed, a policy denies the rollback something first: then it names what is left, and a second one completes it. */
async function checkRollback(
  { organization, admin, random, touched, life }: Scene,
  before: ReturnType<Organization['twin']['takeSnapshot']>,
): Promise<void> {
  const { twin, state } = organization;
  const rollBack = () => organization.run({ mode: 'rollback', rollbackOf: 'all' }, SWITCHES);
  if (random.chance(0.35)) {
    const action = random.pick([
      'iam:DeleteRole',
      'ssm:*',
      'ec2:Delete*',
      'iam:Get*',
      'ec2:Describe*',
    ] as const);
    const accounts = membersOf(twin);
    await admin.deny(action, accounts[random.below(accounts.length)] ?? '');
    life.story.push(`rollback: ${action} is denied`);
    add(life, 'rollbacks denied something');
    const denied = await rollBack();
    life.broken.push(...leftoverBreaks(before, twin.takeSnapshot(), denied, touched, false));
    await admin.removePolicies();
    await clearHold(organization);
  }
  const back = await rollBack();
  const after = twin.takeSnapshot();
  life.broken.push(...leftoverBreaks(before, after, back, touched, true), ...foreignBreaks(before, after));
  const journals = await Promise.all(membersOf(twin).map((id) => state.store.listJournal(id)));
  const open = journals
    .flat()
    .filter(({ status, accountId }) => status === 'PENDING' && !touched.has(accountId));
  if (open.length > 0) life.broken.push(`${open.length} journal entries are still open`);
}

/** Mutating calls that went through, apart from those of administrators. */
function changesMade({ twin }: Organization): number {
  return twin
    .calls()
    .calls.filter(({ mutates, result, service }) => mutates && result === 'ok' && service !== 'organizations')
    .reduce((sum, { count }) => sum + count, 0);
}

const THROTTLED = ['ThrottlingException', 'Throttling', 'RequestLimitExceeded', 'TooManyRequestsException'];

function throttledCalls({ twin }: Organization): number {
  return twin
    .calls()
    .calls.filter(({ result }) => THROTTLED.includes(result))
    .reduce((sum, { count }) => sum + count, 0);
}

/** As a person does once the cause is fixed. */
async function clearHold({ state, twin }: Organization): Promise<void> {
  const hold = await state.store.getEnforceHold();
  if (!hold) return;
  const at = twin.state.clock.now().toISOString();
  await state.store.clearEnforceHold(hold, { who: 'chaos', why: 'continue', at });
}

function changesIn({ accounts, targets }: RunResult): string {
  return [...accounts, ...targets]
    .flatMap(({ accountId, changes }) =>
      changes.map(({ kind, outcome }) => `${accountId} ${kind} ${outcome}`),
    )
    .join(', ');
}
