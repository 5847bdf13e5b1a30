import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ConfigurationOverride } from '../../functions/core/model/configuration.ts';
import { effectiveConfiguration } from '../../functions/core/overrides.ts';
import { aConfiguration, anAccount } from './builders.ts';
import { anOverride } from './organization-builders.ts';

const web = anAccount({ accountId: '000000000001', organizationPath: ['r-root', 'ou-prod', 'ou-prod-web'] });
const byRoot = anOverride({ organizationalUnits: ['r-root'], namedInstances: 1 });
const byUnit = anOverride({ organizationalUnits: ['ou-prod'], namedInstances: 2 });
const byDeeperUnit = anOverride({ organizationalUnits: ['ou-prod-web'], namedInstances: 3 });
const byAccount = anOverride({ accounts: [web.accountId], namedInstances: 4 });

describe('effectiveConfiguration', () => {
  const cases: [given: string, overrides: ConfigurationOverride[], namedInstances: number][] = [
    ['no override', [], 200],
    ['one of another unit', [anOverride({ organizationalUnits: ['ou-lab'], namedInstances: 9 })], 200],
    ['one of another account', [anOverride({ accounts: ['000000000009'], namedInstances: 9 })], 200],
    ['one of a unit above', [byUnit], 2],
    ['a deeper unit first', [byDeeperUnit, byUnit, byRoot], 3],
    ['a deeper unit last', [byRoot, byUnit, byDeeperUnit], 3],
    ['the account first', [byAccount, byDeeperUnit], 4],
    ['the same unit twice', [byUnit, { ...byUnit, namedInstances: 5 }], 5],
    ['the account twice', [{ ...byAccount, namedInstances: 6 }, byAccount], 4],
    [
      'one entry of a high and a deep unit',
      [anOverride({ organizationalUnits: ['r-root', 'ou-prod-web'], namedInstances: 7 }), byUnit],
      7,
    ],
    [
      'a narrower one without the setting',
      [byUnit, anOverride({ accounts: [web.accountId], prune: true })],
      2,
    ],
    ['a narrower one with no value', [byUnit, { ...byAccount, namedInstances: undefined }], 2],
  ];
  it.each(cases)('Given %s, When it is applied, Then the narrowest wins', (_, overrides, namedInstances) => {
    expect(effectiveConfiguration(aConfiguration({ overrides }), web).namedInstances).toBe(namedInstances);
  });

  it('Given several settings from several levels, When they are applied, Then each keeps its own', () => {
    const overrides = [
      anOverride({ accounts: [web.accountId], existingSetting: 'replace' }),
      anOverride({ organizationalUnits: ['ou-prod'], endpoints: 'provision', existingSetting: 'keep' }),
    ];
    const settings = aConfiguration({ overrides });
    expect(effectiveConfiguration(settings, web)).toEqual({
      ...settings,
      endpoints: 'provision',
      existingSetting: 'replace',
    });
  });

  it('Given tags on every level, When they are applied, Then they merge and the narrower value wins', () => {
    const settings = aConfiguration({
      resourceTags: { team: 'a', cost: '1' },
      overrides: [
        anOverride({ accounts: [web.accountId], resourceTags: { cost: '3' } }),
        anOverride({ organizationalUnits: ['ou-prod'], resourceTags: { cost: '2', unit: 'prod' } }),
      ],
    });
    expect(effectiveConfiguration(settings, web).resourceTags).toEqual({
      team: 'a',
      cost: '3',
      unit: 'prod',
    });
  });

  it('Given an account without a known path, When units override, Then nothing changes', () => {
    const settings = aConfiguration({ overrides: [byRoot] });
    expect(effectiveConfiguration(settings, anAccount({ organizationPath: null }))).toEqual(settings);
  });

  it('Given levels in any order, When each appears once, Then the order of entries does not matter', () => {
    const entries = fc.shuffledSubarray([byRoot, byUnit, byDeeperUnit, byAccount], { minLength: 1 });
    fc.assert(
      fc.property(entries, (overrides) => {
        const narrowest = Math.max(...overrides.map((entry) => entry.namedInstances ?? 0));
        expect(effectiveConfiguration(aConfiguration({ overrides }), web).namedInstances).toBe(narrowest);
      }),
    );
  });

  it('Given an override, When it is applied, Then the configuration itself stays as it was', () => {
    const settings = aConfiguration({ overrides: [byAccount] });
    const before = structuredClone(settings);
    effectiveConfiguration(settings, web);
    expect(settings).toEqual(before);
  });
});
