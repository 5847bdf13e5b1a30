import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import { serveTable } from '../store/table-server.ts';
import type { ChildOrders } from './child-invocation.ts';
import { enforceThrough } from './composed-run.ts';
import { accountOf, type Organization, openOrganization } from './organization.ts';
import { MEMBER, makeSmallOrganization } from './small-organization.ts';

let organization: Organization;
afterEach(() => organization.close());

/** Runs a child; rejects as Lambda names a process that died. */
function invokeChild(orders: ChildOrders): Promise<void> {
  const child = spawn(
    'node',
    ['cli/with-node.mjs', 'test/reconcile/child-invocation.ts', JSON.stringify(orders)],
    {
      stdio: 'inherit',
    },
  );
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(Object.assign(new Error(`process ended with ${code}`), { name: 'Runtime.ExitError' }));
    });
  });
}

/** An enforce in which the member's invocation is a process that dies. */
async function enforceWithDeath(dieAt: ChildOrders['dieAt']): Promise<RunResult> {
  const { state, connection } = organization;
  const served = await serveTable(state);
  try {
    return await enforceThrough(organization, async (event, handOn, clock) => {
      if (event.account.accountId !== MEMBER) return handOn(event);
      const table = { endpoint: served.url, name: state.tableName };
      const clockOffset = clock.now().getTime() - Date.now();
      const artifacts = join(state.folder, 'artifacts');
      await invokeChild({ event, connection, table, artifacts, clockOffset, dieAt });
      return {};
    });
  } finally {
    await served.close();
  }
}

const REGIONS = 2;
/** Role, policy, two settings: four entries. bench/crash-matrix.ts goes through every entry of a larger organization. */
const deaths: ChildOrders['dieAt'][] = [
  { journalEntry: 1, when: 'written' },
  { journalEntry: 2, when: 'written' },
  { journalEntry: 3, when: 'journalled' },
];

describe('given an invocation that is killed in the middle of an account', () => {
  it.each(deaths)(
    'at journal entry $journalEntry, $when: settle passes come back, the run ends with the account in it, and the next run is right',
    async (dieAt) => {
      organization = await openOrganization(makeSmallOrganization({ members: 2, regions: REGIONS }));
      const crashed = await enforceWithDeath(dieAt);
      const { status } = accountOf(crashed, MEMBER);
      // A pass that outlives the dead invocation's lease makes it right; else the account stays an error.
      expect(['COMPLIANT', 'ERROR']).toContain(status);
      const { accounts, targets, compliant, error } = crashed.coverage;
      expect([accounts, targets, compliant + error, error > 0]).toEqual([4, 8, 8, status === 'ERROR']);
      const before = await organization.state.store.listJournal(MEMBER);
      expect(before.some((entry) => entry.status === 'PENDING')).toBe(status === 'ERROR');

      const next = await organization.run();
      expect(next.coverage).toMatchObject({ accounts: 4, targets: 8, compliant: 8 });
      const journal = await organization.state.store.listJournal(MEMBER);
      expect(journal.filter((entry) => entry.status === 'PENDING')).toEqual([]);
      const done = journal.filter((entry) => entry.status === 'DONE').map((entry) => entry.kind);
      expect(done.sort()).toEqual([
        'AttachDhmcRolePolicy',
        'CreateDhmcRole',
        'SetServiceSetting',
        'SetServiceSetting',
      ]);
      const made = organization.twin
        .calls()
        .calls.filter((call) => call.mutates && call.account === MEMBER && call.result === 'ok');
      expect(made.reduce((sum, call) => sum + call.count, 0)).toBe(2 + REGIONS);
    },
    60_000,
  );
});
