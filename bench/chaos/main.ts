/**
 * Enforce runs in bad weather on a made organization: mixed faults of AWS, a process that ends between journal and call, two
 * runs at once, another administrator's changes, accounts suspended and Regions opted in meanwhile. Whatever happens:
 *
 * - every run's coverage adds up, and each account and target is in it once
 * - nothing of another team is changed
 * - a quiet run converges: the one after it changes nothing (what is denied for good is tried again)
 * - a rollback of all leaves nothing in accounts that the other administrator did not touch, and nothing of ours anywhere that it does not name
 *
 *     npm run chaos -- --seeds 200 [--from 1] [--accounts 6] [--regions 2]
 *
 * A seed that fails is printed with what happened and the command that repeats it.
 */
import { parseArgs } from 'node:util';
import type { RunResult } from '../../functions/core/model/result.ts';
import { endProcessAt } from '../../test/reconcile/death.ts';
import { conflictsOf } from '../../test/reconcile/everything.ts';
import { type Organization, openOrganization } from '../../test/reconcile/organization.ts';
import type { Piece } from '../../twin/contract.ts';
import { makeRandom } from '../../twin/make/random.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { ALL_SWITCHES, makeLargeOrganization } from '../large-organization.ts';
import {
  accountsOf,
  addForeignResources,
  drawFaults,
  foreignResources,
  interfere,
  turnRegionsOff,
} from './weather.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    from: { type: 'string', default: '1' },
    accounts: { type: 'string', default: '6' },
    regions: { type: 'string', default: '2' },
  },
});
const ROUNDS = 3;
const SEEDS_AT_ONCE = 4;
const SWITCHES = { ...ALL_SWITCHES, settle: { passes: 2, waitSeconds: [150, 300] } };

interface Day {
  broken: string[];
  story: string[];
}

async function live(seed: number): Promise<Day> {
  const random = makeRandom(seed);
  const snapshot = makeLargeOrganization({
    accounts: Number(values.accounts),
    regions: Number(values.regions),
    seed,
  });
  turnRegionsOff(random, snapshot);
  addForeignResources(snapshot);
  let onAccount = () => {};
  const organization = await openOrganization(snapshot, ({ kind }) => {
    if (kind === 'account') onAccount();
  });
  const { twin, state } = organization;
  const day: Day = { broken: [], story: [] };
  try {
    const before = twin.takeSnapshot();
    const foreign = foreignResources(before);
    const touched = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      twin.setFaults(drawFaults(random, seed + round));
      let left = random.below(3);
      onAccount = () => {
        if (left === 0) return;
        left -= 1;
        const accounts = accountsOf(twin);
        const accountId = accounts[random.below(accounts.length)] ?? '';
        const account = twin.state.account(accountId);
        const member: Piece | undefined = twin.state.member(accountId);
        if (!account || !member) return;
        touched.add(accountId);
        day.story.push(
          `round ${round}: another administrator ${interfere(random, account, member)} in ${accountId}`,
        );
      };
      for (const result of await runOnce(organization, random.below(3), random.below(12), day, round)) {
        checkCoverage(result, twin.state.snapshot.organization.Accounts.length, day);
      }
    }
    onAccount = () => {};
    twin.setFaults({ seed, faults: [] });
    await clearHold(organization);

    const quiet = await organization.run({}, SWITCHES);
    checkCoverage(quiet, twin.state.snapshot.organization.Accounts.length, day);
    const calls = changesMade(organization);
    const again = await organization.run({}, SWITCHES);
    if (changesMade(organization) !== calls) {
      day.broken.push(
        `the run after the quiet one made ${changesMade(organization) - calls} changes: ${changesIn(again)}`,
      );
    }

    const back = await organization.run({ mode: 'rollback', rollbackOf: 'all' }, SWITCHES);
    const after = twin.takeSnapshot();
    for (const difference of diffSnapshots(before, after)) {
      const { accountId, kind, list, id } = difference;
      // The other administrator's own: accounts in Organizations, and which Regions are on.
      if (accountId === null) continue;
      if (!touched.has(accountId)) {
        day.broken.push(`left after the rollback: ${accountId} ${kind} ${list} ${id}`);
      } else if (kind === 'added' && !isNamed(back, accountId, id)) {
        day.broken.push(`left after the rollback and not named: ${accountId} ${kind} ${list} ${id}`);
      }
    }
    for (const [accountId, resources] of foreignResources(after)) {
      if (resources !== foreign.get(accountId)) day.broken.push(`of another team and changed: ${accountId}`);
    }
    const open = (await Promise.all(accountsOf(twin).map((id) => state.store.listJournal(id))))
      .flat()
      .filter(({ status, accountId }) => status === 'PENDING' && !touched.has(accountId));
    if (open.length > 0) day.broken.push(`${open.length} journal entries are still open`);
    return day;
  } finally {
    await organization.close();
  }
}

/** One run, two at once, or one whose process ends at a journal entry. */
async function runOnce(
  organization: Organization,
  kind: number,
  atEntry: number,
  day: Day,
  round: number,
): Promise<RunResult[]> {
  await clearHold(organization);
  const failed = (error: unknown) => {
    day.story.push(`round ${round}: a run ended with ${error}`);
    return null;
  };
  const present = (results: (RunResult | null)[]) => results.filter((result) => result !== null);
  switch (kind) {
    case 0:
      return present([await organization.run({}, SWITCHES).catch(failed)]);
    case 1:
      day.story.push(`round ${round}: two runs at once`);
      return present(
        await Promise.all([
          organization.run({}, SWITCHES).catch(failed),
          organization.run({}, SWITCHES).catch(failed),
        ]),
      );
    default: {
      const when = atEntry % 2 === 0 ? 'journalled' : 'written';
      day.story.push(`round ${round}: the process ends at entry ${atEntry + 1}, ${when}`);
      const process = new AbortController();
      const revive = endProcessAt(organization.state.store, { atEntry: atEntry + 1, when }, () =>
        process.abort(new Error('the process ended')),
      );
      const result = await organization.run({}, SWITCHES, process.signal).catch(failed);
      return revive() ? [] : present([result]);
    }
  }
}

/** Mutating calls that went through. */
function changesMade({ twin }: Organization): number {
  return twin
    .calls()
    .calls.filter(({ mutates, result }) => mutates && result === 'ok')
    .reduce((sum, { count }) => sum + count, 0);
}

/** As a person does once the cause is fixed. */
async function clearHold({ state, twin }: Organization): Promise<void> {
  const hold = await state.store.getEnforceHold();
  if (hold) {
    const at = twin.state.clock.now().toISOString();
    await state.store.clearEnforceHold(hold, { who: 'chaos', why: 'continue', at });
  }
}

function checkCoverage({ runId, coverage, accounts, targets }: RunResult, members: number, day: Day): void {
  const { compliant, nonCompliant, converging, skipped, error } = coverage;
  const wrong = (what: string) => day.broken.push(`${runId}: ${what}`);
  if (compliant + nonCompliant + converging + skipped + error !== coverage.targets)
    wrong('statuses do not add up');
  if (coverage.accounts !== members || accounts.length !== members) {
    wrong(`${accounts.length} accounts of ${members}, and says ${coverage.accounts}`);
  }
  if (new Set(accounts.map(({ accountId }) => accountId)).size !== accounts.length) wrong('an account twice');
  const keys = targets.map(({ accountId, region }) => `${accountId} ${region}`);
  if (new Set(keys).size !== keys.length || keys.length !== coverage.targets) {
    wrong(`${keys.length} targets, ${new Set(keys).size} of them different, and says ${coverage.targets}`);
  }
}

/** Whether the rollback says of the resource, or of its account, that it could not be rolled back. */
function isNamed(back: RunResult, accountId: string, id: string): boolean {
  const own = back.accounts.find((account) => account.accountId === accountId);
  if (own === undefined || own.status === 'SKIPPED' || own.status === 'ERROR') return true;
  const findings = [own, ...back.targets.filter((target) => target.accountId === accountId)].flatMap(
    ({ findings: each }) => each,
  );
  return (
    conflictsOf(back).some((line) => line.startsWith(accountId)) || JSON.stringify(findings).includes(id)
  );
}

function changesIn({ accounts, targets }: RunResult): string {
  return [...accounts, ...targets]
    .flatMap(({ accountId, changes }) =>
      changes.map(({ kind, outcome }) => `${accountId} ${kind} ${outcome}`),
    )
    .join(', ');
}

const [seeds, from] = [Number(values.seeds), Number(values.from)];
const began = performance.now();
let failed = 0;
let next = from;
// Each seed has a twin and a table of its own and waits for half of its time, so several share a process.
await Promise.all(
  Array.from({ length: SEEDS_AT_ONCE }, async () => {
    while (next < from + seeds) await report(next++);
  }),
);
process.stdout.write(
  `chaos: ${seeds} seeds, ${failed} broken, ${((performance.now() - began) / 1000).toFixed(0)} s\n`,
);
process.exitCode = failed === 0 ? 0 : 1;

async function report(seed: number): Promise<void> {
  const { broken, story } = await live(seed).catch((error: unknown) => ({
    broken: [`the proof itself ended: ${error instanceof Error ? error.stack : error}`],
    story: [],
  }));
  if (broken.length === 0) return;
  failed += 1;
  process.stdout.write(
    `seed ${seed}:\n${[...story, ...broken.map((line) => `BROKEN ${line}`)].map((line) => `  ${line}\n`).join('')}  repeat: npm run chaos -- --seeds 1 --from ${seed} --accounts ${values.accounts} --regions ${values.regions}\n`,
  );
}
