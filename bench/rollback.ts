/**
 * An organization made by seed, every switch on: enforce, rollback of all, and what `dhmc diff` finds between
 * before and after, which must be nothing. Counts of changes and seconds.
 *
 *     node cli/with-node.mjs bench/rollback.ts [--accounts 300] [--regions 4] [--seed 6]
 */
import type { RunResult } from '../functions/core/model/result.ts';
import { conflictsOf, outcomesOf } from '../test/reconcile/everything.ts';
import { openOrganization } from '../test/reconcile/organization.ts';
import { diffSnapshots } from '../twin/snapshot/diff.ts';
import { readFlags, wholeNumber } from './flags.ts';
import { ALL_SWITCHES, makeLargeOrganization } from './large-organization.ts';

const values = readFlags({
  accounts: { type: 'string', default: '300' },
  regions: { type: 'string', default: '4' },
  seed: { type: 'string', default: '6' },
});

function kindsOf(result: RunResult): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { changes } of [...result.accounts, ...result.targets]) {
    for (const { kind, outcome } of changes) {
      const key = `${kind} ${outcome}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return Object.fromEntries(Object.entries(counts).sort());
}

const print = (text: string) => process.stdout.write(`${text}\n`);
const show = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([key, count]) => `  ${String(count).padStart(5)} ${key}`)
    .join('\n');

const snapshot = makeLargeOrganization({
  accounts: wholeNumber('accounts', values.accounts, 3),
  regions: wholeNumber('regions', values.regions),
  seed: wholeNumber('seed', values.seed, 0),
});
const organization = await openOrganization(snapshot);
try {
  const timed = async (name: string, input: Parameters<typeof organization.run>[0]) => {
    const began = performance.now();
    const calls = organization.mutatingCalls();
    const result = await organization.run(input, ALL_SWITCHES);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    print(`${name}: ${seconds} s, ${organization.mutatingCalls() - calls} mutating calls`);
    print(`  ${JSON.stringify(result.coverage)}`);
    print(show(kindsOf(result)));
    return result;
  };
  const before = organization.twin.takeSnapshot();
  print(`${values.accounts} accounts in ${values.regions} Regions, seed ${values.seed}`);
  await timed('enforce', { mode: 'enforce' });
  print(`  ${diffSnapshots(before, organization.twin.takeSnapshot()).length} resources differ from before`);
  const back = await timed('rollback of all', { mode: 'rollback', rollbackOf: 'all' });
  const left = diffSnapshots(before, organization.twin.takeSnapshot());
  const conflicts = conflictsOf(back);
  await timed('rollback again', { mode: 'rollback', rollbackOf: 'all' });
  const journals = await Promise.all(
    [...snapshot.accounts.keys()].map((id) => organization.state.store.listJournal(id)),
  );
  const open = journals.flat().filter(({ status }) => status === 'PENDING').length;
  print(`journal: ${journals.flat().length} entries, ${open} open`);
  print(`conflicts: ${conflicts.length}; differences between before and after the rollback: ${left.length}`);
  for (const conflict of conflicts) print(`  ${conflict}`);
  for (const difference of left) print(`  ${JSON.stringify(difference)}`);
  const failed = outcomesOf(back).FAILED ?? 0;
  process.exitCode = left.length + conflicts.length + open + failed === 0 ? 0 : 1;
} finally {
  await organization.close();
}
