/**
 * 200 account events in five minutes in an organization of 5,000 on the twin, with AWS's token buckets: runs started,
 * calls to Organizations, and how long after its event each account is recorded.
 *
 *     node cli/with-node.mjs bench/account-event-storm.ts [ACCOUNTS] [EVENTS]
 *
 * Events are collected as the queue does, 60 seconds from the first one; the runs follow each other, since they share
 * one clock that jumps over waits.
 */
import { createOnAccountEvents } from '../functions/handlers/on-account-event.ts';
import { createLog } from '../functions/platform/log.ts';
import { accountCreated } from '../test/events/recorded.ts';
import { openExecutions } from '../test/events/step-functions.ts';
import { openOrganization } from '../test/reconcile/organization.ts';
import { MEMBER, makeSmallOrganization } from '../test/reconcile/small-organization.ts';

const [accounts = 5_000, events = 200] = process.argv.slice(2).map(Number);
const STORM_SECONDS = 300;
const WINDOW_SECONDS = 60;
const memberAt = (index: number) => String(Number(MEMBER) + index);

const organization = await openOrganization(
  makeSmallOrganization({ members: accounts, regions: 2 }),
  () => {},
  {
    throttling: true,
  },
);
const { twin, state } = organization;
const executions = openExecutions();
const collect = createOnAccountEvents({
  store: state.store,
  log: createLog({ level: 'SILENT', stream: 'stderr' }),
  startExecution: executions.start,
  mode: 'enforce',
  writerRole: null,
});
const began = twin.state.clock.now().getTime();
const arrivals = Array.from({ length: events }, (_, index) => ({
  accountId: memberAt(index * Math.floor(accounts / events)),
  second: (index * STORM_SECONDS) / events,
}));
const recordedAfter: number[] = [];
for (let window = 0; window < STORM_SECONDS; window += WINDOW_SECONDS) {
  const here = arrivals.filter(({ second }) => second >= window && second < window + WINDOW_SECONDS);
  const now = (twin.state.clock.now().getTime() - began) / 1000;
  if (now < window + WINDOW_SECONDS) twin.state.clock.advance(window + WINDOW_SECONDS - now);
  await collect({
    Records: here.map(({ accountId }) => ({
      messageId: accountId,
      body: JSON.stringify(accountCreated(accountId)),
    })),
  });
  await executions.run((input) =>
    organization.run(input as object, {
      exclude: { accounts: [], organizationalUnits: [], regions: [], tags: { a: 'b' } },
    }),
  );
  for (const { accountId, second } of here) {
    const record = await state.store.getAccountState(accountId);
    if (record?.status !== 'COMPLIANT') throw new Error(`${accountId} is ${record?.status}`);
    recordedAfter.push((Date.parse(record.updatedAt) - began) / 1000 - second);
  }
}
recordedAfter.sort((a, b) => a - b);
const calls = new Map<string, { ok: number; refused: number }>();
for (const { service, operation, result, count } of twin.calls().calls) {
  if (service !== 'organizations') continue;
  const entry = calls.get(operation) ?? { ok: 0, refused: 0 };
  entry[result === 'ok' ? 'ok' : 'refused'] += count;
  calls.set(operation, entry);
}
process.stdout.write(
  `${events} events in ${STORM_SECONDS} s, ${accounts} accounts, tags configured\n` +
    `runs started: ${executions.started.length}\n` +
    `calls to Organizations: ${[...calls].map(([name, { ok, refused }]) => `${name} ${ok} (refused ${refused})`).join(', ')}\n` +
    `recorded after its event: median ${recordedAfter[Math.floor(events / 2)]?.toFixed(0)} s, at most ${recordedAfter.at(-1)?.toFixed(0)} s\n`,
);
await organization.close();
