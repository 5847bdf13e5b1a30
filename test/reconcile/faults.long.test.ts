/**
 * Throttling, dropped connections and lost answers, seeded: every target ends as without them, and nothing
 * is written twice.
 */
import { describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import { type Organization, openOrganization } from './organization.ts';
import { makeCompliant, makeSmallOrganization } from './small-organization.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const MEMBERS = 4;
const REGIONS = 3;

const snapshot = () =>
  makeSmallOrganization({
    members: MEMBERS,
    regions: REGIONS,
    // One is done already, so that "nothing to do" is held under faults as well.
    shape: (account, regions, index) => {
      if (index === 0) makeCompliant(account, regions);
    },
  });

/** Successful mutations by account, Region and operation, with how often each was carried out. */
function mutationsOf(organization: Organization): Record<string, number> {
  const made: Record<string, number> = {};
  for (const call of organization.twin.calls().calls) {
    // A call whose answer was dropped is counted by what became of it: ok.
    if (!call.mutates || call.result !== 'ok') continue;
    const key = `${call.account} ${call.region} ${call.operation}`;
    made[key] = (made[key] ?? 0) + call.count;
  }
  return made;
}

const ends = (result: RunResult) =>
  result.targets.map(({ accountId, region, status, reasons, setting }) => ({
    accountId,
    region,
    status,
    reasons,
    setting,
  }));

async function inject(organization: Organization, seed: number): Promise<void> {
  const throttled = { error: { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 } };
  const faults = [
    { match: { operation: 'UpdateServiceSetting', nth: 1 }, effect: { drop: 'after' }, times: 1 },
    { match: { probability: 0.1 }, effect: throttled },
    { match: { probability: 0.025 }, effect: { drop: 'before' } },
    { match: { probability: 0.025 }, effect: { drop: 'after' } },
  ];
  const answer = await fetch(`${organization.twin.url}/_twin/faults`, {
    method: 'POST',
    body: JSON.stringify({ seed, faults }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function enforce(seed: number | null) {
  const organization = await openOrganization(snapshot());
  try {
    if (seed !== null) await inject(organization, seed);
    const result = await organization.run();
    const struck = organization.twin.calls().calls.filter((call) => call.result !== 'ok');
    return { targets: ends(result), mutations: mutationsOf(organization), struck: struck.length };
  } finally {
    await organization.close();
  }
}

describe('given 10 % throttled, 5 % dropped and a lost answer of UpdateServiceSetting', () => {
  it('when an organization is enforced with 20 seeds, then each run ends as without faults', async () => {
    const quiet = await enforce(null);
    // Side by side: most of the time goes to the SDK's waits between attempts.
    const runs = await Promise.all(SEEDS.map((seed) => enforce(seed)));
    for (const [index, run] of runs.entries()) {
      const { targets, mutations } = run;
      expect({ seed: SEEDS[index], targets, mutations }).toEqual({
        seed: SEEDS[index],
        targets: quiet.targets,
        mutations: quiet.mutations,
      });
      expect(run.struck).toBeGreaterThan(0);
    }
    expect(Object.values(quiet.mutations)).not.toHaveLength(0);
  }, 180_000);
});
