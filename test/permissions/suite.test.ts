/**
 * The whole job under the very policies of the synthesised templates: what they lack would fail a run, what they
 * grant beyond is named.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import { type Synthesized, synthesize } from '../infra/synthesize.ts';
import { runSuite, type SuiteReport, SWITCHES } from './suite.ts';
import { UNUSED, whyUnused } from './unused.ts';
import { createUsage } from './usage.ts';

const usage = createUsage();
let synthesized: Synthesized;
let report: SuiteReport;

beforeAll(async () => {
  synthesized = await synthesize({ config: SWITCHES });
  report = await runSuite(synthesized, usage);
}, 300_000);
afterAll(() => synthesized?.remove());

const runOf = (name: string): { result: RunResult; mutating: number } => {
  const run = report.runs.find((one) => one.name === name);
  if (!run) throw new Error(`no run ${name}`);
  return run;
};
const isApplied = ({ outcome }: { outcome: string }) => outcome === 'APPLIED';
const failedChanges = ({ accounts, targets }: RunResult) =>
  [...accounts, ...targets].flatMap(({ changes }) => changes.filter(({ outcome }) => outcome === 'FAILED'));

describe('Given the roles of the templates, when the whole job is done under them', () => {
  it('Then no role was denied by its own policies', () => {
    const lacking = usage.refusals().filter(({ because }) => !/-scp$/.test(because));
    expect(lacking).toEqual([]);
    // The first snapshot's organization denies Regions and ListRegions to some accounts.
    expect(usage.refusals().length).toBeGreaterThan(0);
  });

  it('Then enforce changed what there was, a second enforce nothing, rollback put it back', () => {
    expect(runOf('first snapshot: assess').mutating).toBe(0);
    expect(runOf('first snapshot: enforce by that plan').mutating).toBeGreaterThan(20);
    // Instances that became managed since give their Regions an association; nothing else is left to change.
    const again = runOf('first snapshot: enforce again');
    const made = again.result.targets.flatMap(({ changes }) => changes.filter(isApplied));
    expect(new Set(made.map(({ kind }) => kind))).toEqual(new Set(['CreateAgentUpdate']));
    expect(again.mutating).toBe(made.length);
    expect(runOf('varied organization: enforce').mutating).toBeGreaterThan(20);
    expect(report.left).toEqual([]);
    for (const { name, result } of report.runs) {
      const denied = failedChanges(result).filter(({ error }) =>
        /not authorized|AccessDenied/.test(JSON.stringify(error ?? '')),
      );
      expect([name, denied]).toEqual([name, []]);
    }
  });

  it('Then what was granted and not used is what the table says, with its reason', () => {
    const unused = usage.grants().filter(({ count }) => count === 0);
    expect(unused.filter((grant) => whyUnused(grant) === undefined)).toEqual([]);
    for (const { sid, roles } of UNUSED) {
      expect([sid, unused.some((grant) => grant.sid === sid && roles.test(grant.role))]).toEqual([sid, true]);
    }
  });
});
