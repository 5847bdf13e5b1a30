import { afterEach, describe, expect, it } from '@jest/globals';
import { type Organization, openOrganization } from './organization.ts';
import { MEMBER, makeSmallOrganization } from './small-organization.ts';

const OTHER = String(Number(MEMBER) + 1);

let organization: Organization;
afterEach(() => organization?.close());

describe('given an override with Regions for one account', () => {
  it('when enforce runs, then that account has targets in its own Regions alone, and coverage adds up', async () => {
    organization = await openOrganization(makeSmallOrganization({ members: 2, regions: 3 }));
    const all = (await organization.run({ mode: 'assess' })).targets
      .filter(({ accountId }) => accountId === MEMBER)
      .map(({ region }) => region);
    const [only = '', excluded = ''] = all;
    const result = await organization.run(
      {},
      {
        overrides: [
          {
            accounts: [MEMBER],
            organizationalUnits: [],
            regions: [only, excluded],
            exclude: { regions: [excluded] },
          },
        ],
      },
    );
    const targetsOf = (id: string) =>
      result.targets
        .filter(({ accountId }) => accountId === id)
        .map(({ region, status }) => `${region} ${status}`);
    expect(targetsOf(MEMBER)).toEqual([`${only} COMPLIANT`, `${excluded} SKIPPED`]);
    expect(targetsOf(OTHER)).toEqual(all.map((region) => `${region} COMPLIANT`));
    const { targets, compliant, nonCompliant, converging, skipped, error } = result.coverage;
    expect(compliant + nonCompliant + converging + skipped + error).toBe(targets);
    expect(targets).toBe(result.targets.length);
  });
});
