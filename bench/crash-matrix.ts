/**
 * An enforce with every switch on that ends at each of its journal entries in turn, before or after the call,
 * and is run again: the end state must be that of a run without a crash, the journal without open entries,
 * and a rollback of all must leave nothing behind. On the first snapshot.
 *
 *   node cli/with-node.mjs bench/crash-matrix.ts [from] [to]
 */

import { type Death, endProcessAt } from '../test/reconcile/death.ts';
import { EVERYTHING, outcomesOf, takeBack } from '../test/reconcile/everything.ts';
import { openOrganization } from '../test/reconcile/organization.ts';
import type { Snapshot } from '../twin/contract.ts';
import { diffSnapshots } from '../twin/snapshot/diff.ts';
import { readSnapshot } from '../twin/snapshot/read.ts';

const snapshot = await readSnapshot('test/fixtures/snapshots/first');

/** Without ids, which differ from run to run. */
const shape = (before: Snapshot, after: Snapshot) =>
  diffSnapshots(before, after)
    .map(({ kind, accountId, region, list }) => `${kind} ${accountId} ${region} ${list}`)
    .sort()
    .join('\n');

async function enforceThrough(death: Death | null) {
  const organization = await openOrganization(snapshot);
  const { twin, state } = organization;
  try {
    const before = twin.takeSnapshot();
    let ended = false;
    if (death) {
      const revive = endProcessAt(state.store, death);
      await organization.run({}, EVERYTHING).catch(() => undefined);
      ended = revive();
    }
    const result = await organization.run({}, EVERYTHING);
    const enforced = shape(before, twin.takeSnapshot());
    const back = await takeBack(organization, 'all');
    const left = diffSnapshots(before, twin.takeSnapshot());
    const journals = await Promise.all(
      [...snapshot.accounts.keys()].map((id) => state.store.listJournal(id)),
    );
    const open = journals.flat().filter(({ status }) => status === 'PENDING').length;
    return { ended, result, back, enforced, left, open, entries: journals.flat() };
  } finally {
    await organization.close();
  }
}

const plain = await enforceThrough(null);
const entries = plain.entries.filter(({ rollsBack }) => rollsBack === undefined).length;
console.log(
  `without a crash: ${entries} entries, rollback ${JSON.stringify(outcomesOf(plain.back))}, left ${plain.left.length}`,
);
const [from = 1, to = entries] = process.argv.slice(2).map(Number);
let right = 0;
let wrong = 0;
for (let atEntry = from; atEntry <= to; atEntry += 1) {
  for (const when of ['journalled', 'written'] as const) {
    const { ended, enforced, left, open } = await enforceThrough({ atEntry, when });
    const good = ended && enforced === plain.enforced && left.length === 0 && open === 0;
    if (good) right += 1;
    else {
      wrong += 1;
      const same = enforced === plain.enforced ? 'same' : 'other';
      console.log(
        `entry ${atEntry} ${when}: ended ${ended}, ${same} end state, ${left.length} left, ${open} open`,
      );
      const own = enforced.split('\n');
      const wanted = plain.enforced.split('\n');
      for (const line of wanted.filter((one) => !own.includes(one))) console.log(`  lacks ${line}`);
      for (const line of own.filter((one) => !wanted.includes(one))) console.log(`  has besides ${line}`);
      console.log(`  ${own.length} differences to before, wanted ${wanted.length}`);
      for (const difference of left) console.log(`  ${JSON.stringify(difference)}`);
    }
  }
}
console.log(`crashes: ${right + wrong}, right: ${right}, wrong: ${wrong}`);
process.exitCode = wrong === 0 ? 0 : 1;
