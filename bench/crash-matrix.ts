/**
 * An enforce with every switch on whose process ends at a journal entry, before or after the call, and is run
 * again: the end state must be that of a run without a crash, the journal without open entries, and a
 * rollback of all must leave nothing behind.
 *
 *     node cli/with-node.mjs bench/crash-matrix.ts [--from 1] [--to n]       each entry in turn, on the first snapshot
 *     node cli/with-node.mjs bench/crash-matrix.ts --crashes 50 [--accounts 300] [--regions 4] [--seed 6] [--from 1]
 *
 * Of an organization made by seed, entries are drawn by the seed. There every fifth rollback is of the whole
 * organization, the others of the accounts that the crash left unlike those of a run without one: entries
 * open, or no end recorded. The others are as after a run without a crash, whose rollback is of all.
 */
import type { Configuration } from '../functions/core/model/configuration.ts';
import { type Death, endProcessAt } from '../test/reconcile/death.ts';
import { EVERYTHING, outcomesOf } from '../test/reconcile/everything.ts';
import { type Organization, openOrganization } from '../test/reconcile/organization.ts';
import type { Snapshot } from '../twin/contract.ts';
import { makeRandom } from '../twin/make/random.ts';
import { diffSnapshots } from '../twin/snapshot/diff.ts';
import { readSnapshot } from '../twin/snapshot/read.ts';
import { formatJson } from '../twin/snapshot/write.ts';
import { readFlags, refuse, wholeNumber } from './flags.ts';
import { ALL_SWITCHES, makeLargeOrganization } from './large-organization.ts';

const values = readFlags({
  crashes: { type: 'string' },
  accounts: { type: 'string', default: '300' },
  regions: { type: 'string', default: '4' },
  seed: { type: 'string', default: '6' },
  from: { type: 'string', default: '1' },
  to: { type: 'string' },
});

const crashes = values.crashes === undefined ? 0 : wholeNumber('crashes', values.crashes);
const seed = wholeNumber('seed', values.seed, 0);
const from = wholeNumber('from', values.from);
const last = values.to === undefined ? null : wholeNumber('to', values.to);
const large = crashes > 0;
const snapshot = large
  ? makeLargeOrganization({
      accounts: wholeNumber('accounts', values.accounts, 3),
      regions: wholeNumber('regions', values.regions),
      seed,
    })
  : await readSnapshot('test/fixtures/snapshots/first');
const switches: Partial<Configuration> = large ? ALL_SWITCHES : EVERYTHING;
const print = (text: string) => process.stdout.write(`${text}\n`);

/** Agents follow their own clock, and addresses of endpoints are drawn. */
const DRAWN = ['InstanceInformationList', 'AvailableIpAddressCount', 'PrivateIpAddress', 'MacAddress'];

/** Members of each account, what was made since without its id, times left out, in one order. */
function linesOf({ accounts }: Snapshot): string[] {
  return [...accounts].flatMap(([accountId, account]) => {
    const before = JSON.stringify(snapshot.accounts.get(accountId));
    const written = JSON.parse(formatJson(account) || '{}', (key, value) =>
      DRAWN.includes(key) ? undefined : value,
    );
    const text = JSON.stringify(written, null, 1)
      .replace(/\b([a-z]+(?:-[a-z]+)*|run)-[0-9A-Za-z-]{6,}/g, (id, kind) =>
        before.includes(id) ? id : kind,
      )
      .replace(/"(AROA|Z)[0-9A-Z]{8,}/g, (id, kind) => (before.includes(id) ? id : kind))
      .replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"time"');
    return text.split('\n').map((line) => `${accountId} ${line.trim().replace(/,$/, '')}`);
  });
}

/** Lines that one has more often than the other. */
function lacking(own: string[], other: string[]): string[] {
  const left = new Map<string, number>();
  for (const line of other) left.set(line, (left.get(line) ?? 0) + 1);
  return own.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

async function entriesOf({ state }: Organization) {
  const journals = await Promise.all([...snapshot.accounts.keys()].map((id) => state.store.listJournal(id)));
  return journals.flat();
}

/** Accounts in which the crash left something open, or that have entries and no recorded end. */
async function inFlight(organization: Organization): Promise<string[]> {
  const { store } = organization.state;
  const entries = await entriesOf(organization);
  const begun = [...new Set(entries.map(({ accountId }) => accountId))];
  const open = new Set(
    entries.filter(({ status }) => status === 'PENDING').map(({ accountId }) => accountId),
  );
  const states = await Promise.all(begun.map((id) => store.getAccountState(id)));
  return begun.filter((id, index) => open.has(id) || !states[index]?.lastRunId);
}

async function enforceThrough(death: Death | null, whole: boolean) {
  const organization = await openOrganization(snapshot);
  const { twin, state } = organization;
  try {
    const before = twin.takeSnapshot();
    let ended = death === null;
    let accounts: string[] | null = null;
    if (death) {
      const process = new AbortController();
      const revive = endProcessAt(state.store, death, () => process.abort(new Error('the process ended')));
      await organization.run({}, switches, process.signal).catch(() => undefined);
      ended = revive();
      if (!whole) accounts = await inFlight(organization);
    }
    const again = await organization.run({}, switches);
    const enforced = linesOf(twin.takeSnapshot());
    const taken = accounts?.length === 0 ? null : accounts;
    const back = await organization.run(
      { mode: 'rollback', rollbackOf: 'all', ...(taken ? { scope: { accounts: taken } } : {}) },
      switches,
    );
    const after = twin.takeSnapshot();
    const left = diffSnapshots(before, after).filter(
      ({ accountId }) => taken === null || taken.includes(accountId ?? ''),
    );
    const entries = await entriesOf(organization);
    const open = entries.filter(({ status }) => status === 'PENDING').length;
    return {
      ended,
      again,
      back,
      enforced,
      left,
      open,
      entries,
      accounts: taken?.length ?? snapshot.accounts.size,
    };
  } finally {
    await organization.close();
  }
}

const began = performance.now();
const minutes = () => `${((performance.now() - began) / 60_000).toFixed(1)} min`;
const plain = await enforceThrough(null, true);
const count = plain.entries.filter(({ rollsBack }) => rollsBack === undefined).length;
print(
  `without a crash: ${snapshot.accounts.size} accounts, ${count} entries, rollback ${JSON.stringify(outcomesOf(plain.back))}, left ${plain.left.length} (${minutes()})`,
);

function deaths(): { death: Death; whole: boolean }[] {
  const whens = ['journalled', 'written'] as const;
  if (!large) {
    const each = Array.from({ length: last ?? count }, (_, index) => index + 1).slice(from - 1);
    return each.flatMap((atEntry) => whens.map((when) => ({ death: { atEntry, when }, whole: true })));
  }
  const random = makeRandom(seed);
  const drawn = Array.from({ length: crashes }, (_, index) => ({
    death: { atEntry: 1 + random.below(count), when: random.pick(whens) },
    whole: index % 5 === 0,
  }));
  return drawn.slice(from - 1);
}

let right = 0;
let wrong = 0;
/** Crashes whose own proof came to an end by an error, such as a machine that is too busy to answer. */
let unjudged = 0;
const drawn = deaths();
if (drawn.length === 0) refuse(`--from ${from}: there is no crash from there on, so nothing would be proved`);
for (const { death, whole } of drawn) {
  const judged = await enforceThrough(death, whole).catch((error: unknown) => {
    print(`entry ${death.atEntry} ${death.when}: not judged: ${error}`);
    return null;
  });
  if (judged === null) {
    unjudged += 1;
    continue;
  }
  const { ended, again, enforced, left, open, accounts } = judged;
  const missing = lacking(plain.enforced, enforced);
  const besides = lacking(enforced, plain.enforced);
  const good = ended && missing.length + besides.length + left.length + open === 0;
  if (good) right += 1;
  else wrong += 1;
  const line = `entry ${death.atEntry} ${death.when}: ended ${ended}, ${missing.length} lines missing, ${besides.length} besides, rollback of ${accounts} left ${left.length}, ${open} open (${minutes()})`;
  if (large || !good) print(line);
  if (good) continue;
  for (const line of missing.slice(0, 5)) print(`  lacks ${line}`);
  for (const line of besides.slice(0, 5)) print(`  has besides ${line}`);
  const unlike = new Set([...missing, ...besides].map((line) => line.slice(0, 12)));
  for (const { accountId, region, findings, notes } of again.targets) {
    if (!unlike.has(accountId)) continue;
    const said = findings.map(({ code, sentence }) => `${code}: ${sentence}`).join(' ');
    print(`  the run after it on ${accountId} ${region}: ${said} ${notes}`);
  }
  for (const difference of left) print(`  left ${JSON.stringify(difference)}`);
}
print(`crashes: ${right + wrong}, right: ${right}, wrong: ${wrong}, not judged: ${unjudged} (${minutes()})`);
process.exitCode = right > 0 && wrong + unjudged === 0 ? 0 : 1;
