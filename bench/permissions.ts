/**
 * The permission report: each action that the templates grant to each role, how often the whole job used it, and
 * why not where it didn't. The job: assess, enforce with every switch, rollback, crashes, prune (test/permissions). Fails where
 * a grant has no reason, a role lacked one, or a rollback left something.
 *
 *   npm run permissions
 */
import { synthesize } from '../test/infra/synthesize.ts';
import { runSuite, SWITCHES } from '../test/permissions/suite.ts';
import { whyUnused } from '../test/permissions/unused.ts';
import { createUsage } from '../test/permissions/usage.ts';

const usage = createUsage();
const synthesized = await synthesize({ config: SWITCHES });
const { runs, left } = await runSuite(synthesized, usage).finally(() => synthesized.remove());
for (const { name, result, mutating } of runs) {
  const { accounts, targets, compliant, nonCompliant, error } = result.coverage;
  console.log(
    `${name}: ${accounts} accounts, ${targets} targets, ${compliant} compliant, ${nonCompliant} not, ${error} error; ${mutating} mutating calls`,
  );
}
console.log(`left different after the rollbacks of all: ${left.length}\n`);

const grants = usage.grants();
for (const role of new Set(grants.map((grant) => grant.role))) {
  const own = grants.filter((grant) => grant.role === role);
  const used = own.filter(({ count }) => count > 0).length;
  console.log(`${role}: ${own.length} granted, ${used} used`);
  for (const grant of own) {
    const use = grant.count > 0 ? `${grant.count} times` : `unused: ${whyUnused(grant) ?? 'NOT JUSTIFIED'}`;
    console.log(`  ${grant.action}  (${grant.sid})  ${use}`);
  }
}
const unused = grants.filter(({ count }) => count === 0);
const unjustified = unused.filter((grant) => !whyUnused(grant));
const calls = grants.reduce((sum, { count }) => sum + count, 0);
console.log(
  `\n${grants.length} granted (${new Set(grants.map(({ action }) => action)).size} different actions), ${grants.length - unused.length} used by ${calls} authorized calls, ${unused.length} unused, of which ${unjustified.length} without a reason`,
);
const refused = new Map<string, number>();
for (const { role, action, because } of usage.refusals()) {
  const key = `${role} ${action}: ${because}`;
  refused.set(key, (refused.get(key) ?? 0) + 1);
}
for (const [key, count] of refused) console.log(`denied ${count} times: ${key}`);
// What policies of the organization deny is part of the job.
const lacking = usage.refusals().filter(({ because }) => !/-scp$/.test(because));
process.exitCode = unjustified.length + lacking.length + left.length === 0 ? 0 : 1;
