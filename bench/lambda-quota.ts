/**
 * An enforce on an account with a small Lambda quota, known to start-run and not: passes, time of the twin's clock,
 * accounts recorded, crashed and not invoked.
 *
 *     node cli/with-node.mjs bench/lambda-quota.ts [--accounts 500] [--quotas 10,50,90,1000]
 */
import type { ReasonCode } from '../functions/core/reasons.ts';
import { openOrganization } from '../test/reconcile/organization.ts';
import { makeSmallOrganization } from '../test/reconcile/small-organization.ts';
import { readFlags, wholeNumber } from './flags.ts';

const values = readFlags({
  accounts: { type: 'string', default: '500' },
  quotas: { type: 'string', default: '10,50,90,1000' },
});

const quotas = values.quotas.split(',').map((quota) => wholeNumber('quotas', quota));
const members = wholeNumber('accounts', values.accounts);
for (const quota of quotas) {
  for (const isKnown of [true, false]) {
    const snapshot = makeSmallOrganization({ members, regions: 1 });
    const organization = await openOrganization(snapshot, undefined, { lambda: { quota, isKnown } });
    const began = performance.now();
    const result = await organization.run({}, { concurrency: 100 });
    const run = await organization.state.store.getRun(result.runId);
    const count = (code: ReasonCode) =>
      result.accounts.filter(({ reasons }) => reasons.includes(code)).length;
    const passes = (run?.batches ?? []).map(({ name, accounts }) => `${name} ${accounts}`).join(', ');
    const seconds = (Date.parse(result.endedAt ?? '') - Date.parse(result.startedAt)) / 1000;
    process.stdout.write(
      `quota ${quota}${isKnown ? '' : ' (not known)'}: concurrency ${run?.concurrency}, ${passes}; ${Math.round(seconds)} s of the twin's clock, ${((performance.now() - began) / 1000).toFixed(1)} s here; ${result.coverage.accounts} accounts, ${count('CRASHED')} CRASHED, ${count('NOT_INVOKED')} NOT_INVOKED\n`,
    );
    await organization.close();
  }
}
