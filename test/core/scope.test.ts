import { describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RegionOptStatus } from '../../functions/core/model/observation.ts';
import type { Account, AccountState } from '../../functions/core/model/primitives.ts';
import { effectiveConfiguration } from '../../functions/core/overrides.ts';
import {
  coverageOf,
  decideAccount,
  decideEntryFailure,
  decideRegion,
  effectiveMode,
  needsOrganizationPaths,
  needsTags,
  regionsOfAccount,
  type Scope,
  selectAccounts,
  targetRegions,
} from '../../functions/core/scope.ts';
import { aConfiguration, anAccount } from './builders.ts';
import { aFailure, anOverride, excluding } from './organization-builders.ts';

const web = anAccount({ accountId: '000000000001', organizationPath: ['r-root', 'ou-prod', 'ou-prod-web'] });
const data = anAccount({
  accountId: '000000000002',
  organizationPath: ['r-root', 'ou-prod', 'ou-prod-data'],
});
const lab = anAccount({ accountId: '000000000003', organizationPath: ['r-root', 'ou-lab'] });
const pathless = anAccount({ accountId: '000000000004', organizationPath: null });
const organization = [web, data, lab, pathless];

describe('selectAccounts', () => {
  const cases: [given: string, scope: Scope, selected: Account[], unknown: string[]][] = [
    ['no scope', undefined, organization, []],
    ['a scope of Regions only', { regions: ['eu-west-1'] }, organization, []],
    ['one account', { accounts: [lab.accountId] }, [lab], []],
    ['a unit with units below it', { organizationalUnits: ['ou-prod'] }, [web, data], []],
    ['the root', { organizationalUnits: ['r-root'] }, [web, data, lab], []],
    ['account and unit', { accounts: [lab.accountId], organizationalUnits: ['ou-prod-web'] }, [web, lab], []],
    ['an account of no one', { accounts: ['999999999999', lab.accountId] }, [lab], ['999999999999']],
    ['a unit of no one', { organizationalUnits: ['ou-prod-we'] }, [], ['ou-prod-we']],
  ];
  it.each(cases)(
    'Given %s, When selecting, Then those accounts and unknown ids',
    (_, scope, selected, unknown) => {
      expect(selectAccounts(organization, scope)).toEqual({ accounts: selected, unknown });
    },
  );
});

describe('decideAccount', () => {
  const management = anAccount({ management: true });
  const tagged = anAccount({ tags: { environment: 'sandbox', owner: 'team' } });
  const enter = 'enter';
  const cases: [given: string, account: Account, configuration: Configuration, outcome: string][] = [
    ['an active account', web, aConfiguration(), enter],
    ['another account excluded', web, excluding({ accounts: [lab.accountId] }), enter],
    ['the account excluded', web, excluding({ accounts: [web.accountId] }), 'SKIPPED EXCLUDED'],
    ['its unit excluded', web, excluding({ organizationalUnits: ['ou-prod-web'] }), 'SKIPPED EXCLUDED'],
    ['a unit above excluded', web, excluding({ organizationalUnits: ['ou-prod'] }), 'SKIPPED EXCLUDED'],
    ['a sibling unit excluded', web, excluding({ organizationalUnits: ['ou-prod-data'] }), enter],
    ['no known path, a unit excluded', pathless, excluding({ organizationalUnits: ['ou-prod'] }), enter],
    ['one of two tags', tagged, excluding({ tags: { environment: 'sandbox', x: 'y' } }), 'SKIPPED EXCLUDED'],
    ['the tag with another value', tagged, excluding({ tags: { environment: 'prod' } }), enter],
    [
      'tags that were not read',
      anAccount({ tags: null }),
      excluding({ tags: { environment: 'sandbox' } }),
      enter,
    ],
    ['a tag named as an object method', web, excluding({ tags: { toString: 'x' } }), enter],
    ['the management account', management, aConfiguration(), enter],
    ['it, to be enforced', management, aConfiguration({ managementAccount: 'enforce' }), enter],
    ['it, excluded', management, aConfiguration({ managementAccount: 'exclude' }), 'SKIPPED EXCLUDED'],
    ['another, management excluded', web, aConfiguration({ managementAccount: 'exclude' }), enter],
    [
      'pending activation and excluded',
      anAccount({ state: 'PENDING_ACTIVATION' }),
      excluding({ accounts: ['111122223333'] }),
      'SKIPPED EXCLUDED',
    ],
  ];
  it.each(cases)('Given %s, When deciding, Then the outcome', (_, given, settings, outcome) => {
    expect(inShort(decideAccount(given, settings))).toBe(outcome);
  });

  const states: [AccountState, string][] = [
    ['ACTIVE', enter],
    ['PENDING_ACTIVATION', 'CONVERGING ACCOUNT_NOT_READY'],
    ['SUSPENDED', 'SKIPPED ACCOUNT_NOT_ACTIVE'],
    ['PENDING_CLOSURE', 'SKIPPED ACCOUNT_NOT_ACTIVE'],
    ['CLOSED', 'SKIPPED ACCOUNT_NOT_ACTIVE'],
  ];
  it.each(states)('Given state %s, When deciding, Then %s', (state, outcome) => {
    expect(inShort(decideAccount(anAccount({ state }), aConfiguration()))).toBe(outcome);
  });

  it('Given an excluded unit, When deciding, Then the sentence names it', () => {
    const decision = decideAccount(web, excluding({ organizationalUnits: ['ou-lab', 'ou-prod'] }));
    expect(decision).toMatchObject({ sentence: expect.stringContaining('organizational unit ou-prod') });
  });
});

describe('decideRegion', () => {
  const cases: [optStatus: RegionOptStatus | undefined, outcome: string][] = [
    ['ENABLED', 'enter'],
    ['ENABLED_BY_DEFAULT', 'enter'],
    ['ENABLING', 'CONVERGING REGION_ENABLING'],
    ['DISABLING', 'SKIPPED REGION_NOT_ENABLED'],
    ['DISABLED', 'SKIPPED REGION_NOT_ENABLED'],
    [undefined, 'enter'],
  ];
  it.each(cases)('Given opt-in status %s, When deciding, Then %s', (optStatus, outcome) => {
    expect(inShort(decideRegion('eu-south-2', optStatus, aConfiguration()))).toBe(outcome);
  });
  it.each(cases)('Given an excluded Region that is %s, When deciding, Then it is excluded', (optStatus) => {
    const decision = decideRegion('eu-south-2', optStatus, excluding({ regions: ['eu-south-2'] }));
    expect(inShort(decision)).toBe('SKIPPED EXCLUDED');
  });
});

function inShort(decision: ReturnType<typeof decideAccount>): string {
  return decision.kind === 'enter' ? 'enter' : `${decision.status} ${decision.code}`;
}

/** A policy above the account, which time alone may lift from a young one. */
const SCP_DENIAL = {
  kind: 'DENIED_BY_SCP',
  message:
    'User: x is not authorized to perform: sts:AssumeRole on resource: y with an explicit deny in a service control policy',
} as const;

describe('decideEntryFailure', () => {
  const now = new Date('2026-11-20T12:00:00.000Z');
  const old = anAccount();
  const cases: [given: string, ...Parameters<typeof decideEntryFailure>, outcome: string, retry: boolean][] =
    [
      ['an old account', aFailure(), old, now, null, 'ERROR ROLE_NOT_ASSUMABLE', false],
      [
        'an unknown age',
        aFailure(),
        anAccount({ joinedAt: null }),
        now,
        null,
        'ERROR ROLE_NOT_ASSUMABLE',
        false,
      ],
      [
        'one a second below 24 h',
        aFailure(),
        anAccount({ joinedAt: '2026-11-19T12:00:01.000Z' }),
        now,
        null,
        'CONVERGING ACCOUNT_NOT_READY',
        true,
      ],
      [
        'a young account that a policy denies',
        aFailure(SCP_DENIAL),
        anAccount({ joinedAt: '2026-11-19T12:00:01.000Z' }),
        now,
        null,
        'CONVERGING ACCOUNT_NOT_READY',
        true,
      ],
      [
        'an old account that a policy denies',
        aFailure(SCP_DENIAL),
        old,
        now,
        null,
        'ERROR ROLE_NOT_ASSUMABLE',
        false,
      ],
      [
        'one of 24 h',
        aFailure(),
        anAccount({ joinedAt: '2026-11-19T12:00:00.000Z' }),
        now,
        null,
        'ERROR ROLE_NOT_ASSUMABLE',
        false,
      ],
      [
        'one that joins in a moment',
        aFailure(),
        anAccount({ joinedAt: '2026-11-20T12:00:30.000Z' }),
        now,
        null,
        'CONVERGING ACCOUNT_NOT_READY',
        true,
      ],
      [
        'one moved 23 h ago',
        aFailure(),
        old,
        now,
        '2026-11-19T13:00:00.000Z',
        'CONVERGING ACCOUNT_NOT_READY',
        true,
      ],
      [
        'one moved 25 h ago',
        aFailure(),
        old,
        now,
        '2026-11-19T11:00:00.000Z',
        'ERROR ROLE_NOT_ASSUMABLE',
        false,
      ],
      [
        'an error of a fresh account',
        aFailure({ kind: 'NOT_READY', code: 'InvalidClientTokenId' }),
        old,
        now,
        null,
        'CONVERGING ACCOUNT_NOT_READY',
        true,
      ],
      [
        'a policy that denies',
        aFailure({ kind: 'DENIED_BY_SCP' }),
        old,
        now,
        null,
        'ERROR ROLE_NOT_ASSUMABLE',
        false,
      ],
      ['throttling', aFailure({ kind: 'THROTTLED' }), old, now, null, 'ERROR AWS_UNAVAILABLE', true],
      ['an outage', aFailure({ kind: 'UNAVAILABLE' }), old, now, null, 'ERROR AWS_UNAVAILABLE', true],
      [
        'an unknown error',
        aFailure({ kind: 'UNEXPECTED' }),
        old,
        now,
        null,
        'ERROR ROLE_NOT_ASSUMABLE',
        false,
      ],
    ];
  it.each(cases)(
    'Given %s, When the role cannot be assumed, Then the outcome',
    (_, f, a, at, since, outcome, retry) => {
      const decision = decideEntryFailure(f, a, at, since);
      expect(`${decision.status} ${decision.code}`).toBe(outcome);
      expect(decision.retry).toBe(retry);
      expect(decision.sentence).toContain(f.code);
    },
  );
});

describe('effectiveMode', () => {
  const management = anAccount({ management: true });
  const cases: [Parameters<typeof effectiveMode>[0], Account, Configuration['managementAccount'], string][] =
    [
      ['enforce', management, 'assess', 'assess'],
      ['enforce', management, 'enforce', 'enforce'],
      ['enforce', management, 'exclude', 'assess'],
      ['rollback', management, 'assess', 'assess'],
      ['assess', management, 'enforce', 'assess'],
      ['enforce', web, 'assess', 'enforce'],
    ];
  it.each(cases)('Given mode %s', (mode, given, managementAccount, expected) => {
    expect(effectiveMode(mode, given, aConfiguration({ managementAccount }))).toBe(expected);
  });
});

describe('targetRegions', () => {
  const listed = ['us-east-1', 'eu-west-1', 'eu-south-2'];
  const nothing = { unknown: [], uncovered: [] };

  it('Given all, When no scope, Then every listed Region, sorted', () => {
    expect(targetRegions(aConfiguration(), listed, undefined)).toEqual({
      regions: ['eu-south-2', 'eu-west-1', 'us-east-1'],
      ...nothing,
    });
  });
  it('Given a list with a Region twice, When no scope, Then each once', () => {
    const settings = aConfiguration({ regions: ['us-east-1', 'eu-west-1', 'us-east-1'] });
    expect(targetRegions(settings, listed, undefined)).toEqual({
      regions: ['eu-west-1', 'us-east-1'],
      ...nothing,
    });
  });
  it('Given an excluded Region, When no scope, Then it stays a target, to be reported', () => {
    const { regions } = targetRegions(excluding({ regions: ['eu-west-1'] }), listed, undefined);
    expect(regions).toContain('eu-west-1');
  });
  it('Given a scope, When it names listed Regions, Then only those', () => {
    const scope = { regions: ['eu-west-1'] };
    expect(targetRegions(aConfiguration(), listed, scope)).toEqual({ regions: ['eu-west-1'], ...nothing });
  });
  it('Given a scope outside the configured Regions, When narrowing, Then it is distinguished from unknown ones', () => {
    const scope = { regions: ['eu-west-1', 'eu-west-11'] };
    expect(targetRegions(aConfiguration({ regions: ['us-east-1'] }), listed, scope)).toEqual({
      regions: [],
      unknown: ['eu-west-11 (scope.regions)'],
      uncovered: ['eu-west-1'],
    });
  });

  it('Given overrides with Regions, When the run is planned, Then it covers them all, and each account its own', () => {
    const settings = aConfiguration({
      regions: ['us-east-1'],
      overrides: [
        anOverride({ organizationalUnits: ['ou-prod'], regions: ['us-east-1', 'eu-west-1'] }),
        anOverride({ accounts: [data.accountId], regions: ['eu-south-2'] }),
      ],
    });
    const { regions } = targetRegions(settings, listed, undefined);
    expect(regions).toEqual(['eu-south-2', 'eu-west-1', 'us-east-1']);
    const covered = organization.map((account) =>
      regionsOfAccount(regions, effectiveConfiguration(settings, account)),
    );
    expect(covered).toEqual([['eu-west-1', 'us-east-1'], ['eu-south-2'], ['us-east-1'], ['us-east-1']]);
  });
  it('Given an override that excludes Regions, When it is applied, Then it replaces the list at the top and nothing else', () => {
    const settings = {
      ...excluding({ regions: ['eu-west-1'], accounts: ['000000000009'] }),
      overrides: [anOverride({ accounts: [lab.accountId], exclude: { regions: ['us-east-1'] } })],
    };
    const own = effectiveConfiguration(settings, lab);
    expect(own.exclude).toMatchObject({ regions: ['us-east-1'], accounts: ['000000000009'] });
    expect(effectiveConfiguration(settings, web).exclude.regions).toEqual(['eu-west-1']);
  });

  const mistyped: [where: string, Configuration][] = [
    [
      'overrides.0.regions',
      aConfiguration({ overrides: [anOverride({ accounts: ['000000000001'], regions: ['us-east-9'] })] }),
    ],
    [
      'overrides.0.exclude.regions',
      aConfiguration({
        overrides: [anOverride({ accounts: ['000000000001'], exclude: { regions: ['us-east-9'] } })],
      }),
    ],
    ['regions', aConfiguration({ regions: ['us-east-1', 'us-east-9'] })],
    ['exclude.regions', excluding({ regions: ['us-east-9'] })],
    ['prices', aConfiguration({ prices: { 'us-east-9': { endpointAzHour: 1 } } })],
    [
      'waivers',
      aConfiguration({
        waivers: [{ code: 'EXCLUDED', region: 'us-east-9', owner: 'o', why: 'w', until: '2027-01-01' }],
      }),
    ],
  ];
  it.each(mistyped)('Given a Region in %s that AWS does not list, Then it is unknown', (where, settings) => {
    expect(targetRegions(settings, listed, undefined).unknown).toEqual([`us-east-9 (${where})`]);
  });
});

describe('what has to be asked of Organizations', () => {
  const wave = { name: 'w', soakSeconds: 0 };
  const waiver = { code: 'EXCLUDED', owner: 'o', why: 'w', until: '2027-01-01' };
  const cases: [given: string, Configuration, Scope, paths: boolean, tags: boolean][] = [
    ['the defaults', aConfiguration(), undefined, false, false],
    ['a scope of accounts', aConfiguration(), { accounts: ['111122223333'] }, false, false],
    ['a scope of units', aConfiguration(), { organizationalUnits: ['ou-lab'] }, true, false],
    ['excluded units', excluding({ organizationalUnits: ['ou-lab'] }), undefined, true, false],
    ['excluded tags', excluding({ tags: { a: 'b' } }), undefined, false, true],
    [
      'an override by unit',
      aConfiguration({ overrides: [anOverride({ organizationalUnits: ['ou-lab'] })] }),
      undefined,
      true,
      false,
    ],
    [
      'an override by account',
      aConfiguration({ overrides: [anOverride({ accounts: ['111122223333'] })] }),
      undefined,
      false,
      false,
    ],
    [
      'a wave by unit',
      aConfiguration({ waves: [{ ...wave, organizationalUnits: ['ou-lab'] }] }),
      undefined,
      true,
      false,
    ],
    ['a wave by tag', aConfiguration({ waves: [{ ...wave, tags: { a: 'b' } }] }), undefined, false, true],
    ['a wave by share', aConfiguration({ waves: [{ ...wave, percentage: 5 }] }), undefined, false, false],
    [
      'a waiver by unit',
      aConfiguration({ waivers: [{ ...waiver, organizationalUnit: 'ou-lab' }] }),
      undefined,
      true,
      false,
    ],
  ];
  it.each(cases)('Given %s', (_, settings, scope, paths, tags) => {
    expect(needsOrganizationPaths(settings, scope)).toBe(paths);
    expect(needsTags(settings)).toBe(tags);
  });
});

describe('Given what an account or Region is asked beyond its state', () => {
  const NOW = new Date('2026-11-20T00:00:00Z');
  const OLD = anAccount({ joinedAt: '2020-01-01T00:00:00Z' });
  const denied = (message: string) =>
    decideEntryFailure(aFailure({ kind: 'DENIED', action: 'sts:AssumeRole', message }), OLD, NOW, null);

  it.each([
    ['with an explicit deny in a service control policy', 'A service control policy denies'],
    ['because no resource control policy allows the action', 'A resource control policy denies'],
    ['with an explicit deny in a session policy', "The member role can't be assumed"],
    ['not authorized', "The member role can't be assumed"],
  ])('when it cannot be entered %s, then the sentence names the policy or the role', (message, start) => {
    const decision = denied(`not authorized to perform: sts:AssumeRole ${message}`);
    expect(decision).toMatchObject({ status: 'ERROR', code: 'ROLE_NOT_ASSUMABLE', retry: false });
    expect(decision.sentence).toContain(start);
  });

  it.each<[string, Account, string | null, string, string]>([
    ['AWS sets it up', OLD, null, 'NOT_READY', 'AWS has not finished setting up the account, and'],
    [
      'it joined an hour ago, and AWS sets it up',
      anAccount({ joinedAt: '2026-11-19T23:00:00Z' }),
      null,
      'NOT_READY',
      'The account joined the organization less than 24 h ago (2026-11-19T23:00:00Z), and',
    ],
    [
      'it moved an hour ago',
      OLD,
      '2026-11-19T23:00:00Z',
      'DENIED',
      'The account moved to its organizational unit less than 24 h ago (2026-11-19T23:00:00Z), and',
    ],
    [
      'when it joined is not known',
      anAccount({ joinedAt: null }),
      null,
      'DENIED',
      "The member role can't be assumed",
    ],
    ['it moved a day ago', OLD, '2026-11-19T00:00:00Z', 'DENIED', "The member role can't be assumed"],
  ])('when %s, then the sentence says so', (_what, account, since, kind, start) => {
    const failure = aFailure({ kind: kind as never, action: 'sts:AssumeRole' });
    expect(decideEntryFailure(failure, account, NOW, since).sentence.startsWith(start)).toBe(true);
  });

  it.each<[Configuration['regions'], string[]]>([
    ['all', ['a', 'b']],
    [['b', 'c'], ['b']],
    [[], []],
  ])('when the configuration covers %j, then of the run these Regions are its', (regions, expected) => {
    expect(regionsOfAccount(['a', 'b'], { regions })).toEqual(expected);
  });
});

describe('Given a configuration that names Regions', () => {
  const listed = ['eu-west-1', 'us-east-1'];
  const waiver = { code: 'EXCLUDED', owner: 'o', why: 'w', until: '2027-01-01' };
  it.each<[string, Partial<Configuration>, Scope, string[], string[]]>([
    [
      'one that AWS does not list',
      { regions: ['eu-west-1', 'eu-west-11'] },
      undefined,
      ['eu-west-1'],
      ['eu-west-11 (regions)'],
    ],
    ['all', { regions: 'all' }, undefined, listed, []],
    [
      'all, in an override',
      { regions: ['eu-west-1'], overrides: [anOverride({ regions: 'all' })] },
      undefined,
      listed,
      [],
    ],
    [
      'another, in an override',
      { regions: ['eu-west-1'], overrides: [anOverride({}), anOverride({ regions: ['us-east-1', 'x'] })] },
      undefined,
      listed,
      ['x (overrides.1.regions)'],
    ],
    ['none, in a waiver', { waivers: [waiver] }, undefined, listed, []],
    [
      'one, in a waiver',
      { waivers: [waiver, { ...waiver, region: 'x' }] },
      undefined,
      listed,
      ['x (waivers)'],
    ],
    [
      'all, narrowed by the scope',
      { regions: 'all' },
      { regions: ['us-east-1', 'x'] },
      ['us-east-1'],
      ['x (scope.regions)'],
    ],
  ])(
    'when it names %s, then those are targets, and unknown ones are named',
    (_what, configuration, scope, regions, unknown) => {
      const seen = targetRegions(aConfiguration(configuration), listed, scope);
      expect([seen.regions, seen.unknown, seen.uncovered]).toEqual([regions, unknown, []]);
    },
  );

  it('when the scope names one that it does not cover, then that is said', () => {
    const seen = targetRegions(aConfiguration({ regions: ['eu-west-1'] }), listed, {
      regions: ['us-east-1', 'x'],
    });
    expect([seen.regions, seen.uncovered]).toEqual([[], ['us-east-1']]);
  });

  it.each<[boolean, Partial<Configuration>]>([
    [true, { waivers: [{ ...waiver, organizationalUnit: 'ou-1' }] }],
    [false, { waivers: [waiver] }],
    [false, {}],
  ])('when it waives something, then paths are needed: %s', (needed, configuration) => {
    expect(needsOrganizationPaths(aConfiguration(configuration), undefined)).toBe(needed);
  });

  it.each<[boolean, Partial<Configuration>]>([
    [true, { ownerTag: 'owner' }],
    [false, { ownerTag: null }],
  ])('when it names the owner by a tag, then tags are needed: %s', (needed, configuration) => {
    expect(needsTags(aConfiguration(configuration))).toBe(needed);
  });
});

describe('Given accounts that are known, all or some of the organization', () => {
  const suspended = anAccount({ accountId: '000000000005', state: 'SUSPENDED' });
  const excluded = excluding({ accounts: [lab.accountId, '000000000009'] });
  it.each<[string, string, boolean, boolean]>([
    ['that can be entered', web.accountId, true, true],
    ['that is excluded', lab.accountId, true, false],
    ['that is suspended', suspended.accountId, true, false],
    ['that is not of the organization', '000000000008', true, false],
    ['that may be of the organization', '000000000008', false, true],
    ['that is excluded, and not known', '000000000009', false, false],
    ['that is excluded, and known', lab.accountId, false, false],
  ])('when one asks for an account %s, then it is covered or not', (_what, accountId, whole, covered) => {
    expect(coverageOf([...organization, suspended], excluded, whole)(accountId)).toBe(covered);
  });
});
