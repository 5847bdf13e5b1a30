/** Entries that a crash left open are settled from live state, and where a rollback has to look for that. */
import { describe, expect, it } from '@jest/globals';
import type { ChangeAction, ChangeKind } from '../../../functions/core/model/change.ts';
import { rolledBackIn } from '../../../functions/core/rollback/entries.ts';
import type { RollbackEntry } from '../../../functions/core/rollback/entry.ts';
import { type RollbackLive, settleFrom, withSettled } from '../../../functions/core/rollback/live.ts';
import { placesOf } from '../../../functions/core/rollback/places.ts';
import { aRole, aSetting, OURS, REGION } from '../builders.ts';
import { aZone, MADE_TAGS, SAMPLES } from '../changes/samples.ts';
import {
  aGroup,
  aNetwork,
  anEndpoint,
  anEntry,
  failed,
  plan,
  ROLE_NAME,
  RUN,
  VPC,
  value,
} from './builders.ts';

const entryOf = (kind: ChangeKind, overrides: Partial<RollbackEntry> = {}) =>
  anEntry({ kind, ...SAMPLES[kind].action } as unknown as ChangeAction, { status: 'PENDING', ...overrides });
const NOTHING: RollbackLive = { roles: {}, settings: {}, formerRoles: {}, networks: {}, associations: {} };
const ROLE = { region: null };
const roleIs = (read: unknown) => ({ roles: { [ROLE_NAME]: read } }) as Partial<RollbackLive>;
const networkIs = (overrides: Parameters<typeof aNetwork>[0]) => ({
  networks: { [REGION]: aNetwork(overrides) },
});
const update = (associationName: string) =>
  ({
    associations: { [REGION]: value([{ associationId: 'a', associationName }]) },
  }) as unknown as Partial<RollbackLive>;
const UPDATE_NAME = 'dhmc-rollout-chg-1';

describe('Given an entry that a crash left open, When live state is looked at', () => {
  it.each<[string, RollbackEntry, Partial<RollbackLive>, [string, string | null] | null]>([
    [
      'the role with its tag',
      entryOf('CreateDhmcRole', ROLE),
      roleIs(value(aRole({ tags: MADE_TAGS }))),
      ['DONE', null],
    ],
    ['no role', entryOf('CreateDhmcRole', ROLE), roleIs({ kind: 'absent' }), ['FAILED', null]],
    ['a role that cannot be read', entryOf('CreateDhmcRole', ROLE), roleIs(failed()), null],
    ['a role that was not looked at', entryOf('CreateDhmcRole', ROLE), {}, null],
    ['a role, and an entry without a name', entryOf('SetServiceSetting', ROLE), roleIs(value(aRole())), null],
    [
      'a role for an entry of a Region',
      entryOf('CreateDhmcRole'),
      roleIs(value(aRole({ tags: MADE_TAGS }))),
      ['DONE', null],
    ],
    [
      'the value',
      entryOf('SetServiceSetting'),
      { settings: { [REGION]: value(aSetting(OURS)) } },
      ['DONE', null],
    ],
    [
      'another value',
      entryOf('SetServiceSetting'),
      { settings: { [REGION]: value(aSetting('x')) } },
      ['FAILED', null],
    ],
    [
      'the value in another Region',
      entryOf('SetServiceSetting'),
      { settings: { 'us-east-1': value(aSetting(OURS)) } },
      null,
    ],
    [
      'the group',
      entryOf('CreateEndpointSecurityGroup'),
      networkIs({ securityGroups: value([aGroup({ tags: MADE_TAGS })]) }),
      ['DONE', 'sg-1'],
    ],
    ['no group', entryOf('CreateEndpointSecurityGroup'), networkIs({}), ['FAILED', null]],
    [
      'the endpoint',
      entryOf('CreateInterfaceEndpoint'),
      networkIs({ endpoints: value([anEndpoint({ tags: MADE_TAGS })]) }),
      ['DONE', 'vpce-1'],
    ],
    [
      'the zone',
      entryOf('CreateHubZone'),
      networkIs({ hubZones: value([aZone({ callerReference: 'dhmc-rollout/chg-1' })]) }),
      ['DONE', 'Z1'],
    ],
    [
      'endpoints that cannot be read',
      entryOf('CreateInterfaceEndpoint'),
      networkIs({ endpoints: failed() }),
      null,
    ],
    ['a Region that was not looked at', entryOf('CreateInterfaceEndpoint'), {}, null],
    ['the update', entryOf('CreateAgentUpdate'), update(UPDATE_NAME), ['DONE', null]],
    ['another update', entryOf('CreateAgentUpdate'), update('other'), ['FAILED', null]],
    ['associations that were not looked at', entryOf('CreateAgentUpdate'), {}, null],
    ['an entry that is done', entryOf('CreateInterfaceEndpoint', { status: 'DONE' }), networkIs({}), null],
    ['an entry that failed', entryOf('CreateInterfaceEndpoint', { status: 'FAILED' }), networkIs({}), null],
  ])('and there is %s, Then it counts as that shows', (_what, entry, live, expected) => {
    const settled = settleFrom([entry], { ...NOTHING, ...live });
    expect(settled).toEqual(expected ? [{ entry, end: expected[0], madeId: expected[1] }] : []);
  });

  it('Then the journal has its end and what it made, and the other entries as they were', () => {
    const open = entryOf('CreateInterfaceEndpoint');
    const noted = entryOf('CreateEndpointSecurityGroup', { seq: 2, createdId: 'sg-0' });
    const bare: RollbackEntry = { ...entryOf('AllowEndpointIngress', { seq: 3 }), createdId: undefined };
    const other = entryOf('EnableVpcDns', { seq: 4 });
    const settled = [
      { entry: open, end: 'DONE' as const, madeId: 'vpce-1' },
      { entry: noted, end: 'DONE' as const, madeId: null },
      { entry: bare, end: 'FAILED' as const, madeId: null },
    ];
    expect(withSettled([open, noted, bare, other], settled)).toEqual([
      { ...open, status: 'DONE', createdId: 'vpce-1' },
      { ...noted, status: 'DONE', createdId: 'sg-0' },
      { ...bare, status: 'FAILED', createdId: null },
      other,
    ]);
  });
});

describe('Given entries to roll back, When it is asked where to look', () => {
  const NOWHERE = {
    roleNames: [],
    settingRegions: [],
    formerValues: [],
    vpcsByRegion: {},
    profileRegions: [],
    hubVpcsByRegion: {},
    hubZoneRegions: [],
    zoneVpcsByRegion: {},
    associationRegions: [],
  };
  const setting = (inverse: ChangeAction | null, overrides: Partial<RollbackEntry> = {}) =>
    entryOf('SetServiceSetting', { inverse, ...overrides });
  const NETWORK = { vpcsByRegion: { [REGION]: [] } };

  it.each<[string, RollbackEntry, object]>([
    ['a role', entryOf('CreateDhmcRole', ROLE), { roleNames: [ROLE_NAME] }],
    ['a setting that was not set', setting({ kind: 'ResetServiceSetting' }), { settingRegions: [REGION] }],
    ['a setting without a note of before', setting(null), { settingRegions: [REGION] }],
    [
      'a setting that named a role',
      setting({ kind: 'SetServiceSetting', value: 'a/B' }),
      { settingRegions: [REGION], formerValues: ['a/B'] },
    ],
    [
      'a setting that AWS calls none',
      setting({ kind: 'SetServiceSetting', value: '$None' }),
      { settingRegions: [REGION] },
    ],
    ['a setting without its Region', setting(null, ROLE), {}],
    ['an association', entryOf('CreateAgentUpdate'), { associationRegions: [REGION] }],
    ['a group', entryOf('CreateEndpointSecurityGroup'), NETWORK],
    ['a DNS attribute', entryOf('EnableVpcDns'), { vpcsByRegion: { [REGION]: [VPC] } }],
    ['a Profile', entryOf('AssociateProfile'), { ...NETWORK, profileRegions: [REGION] }],
    ['a hub by Profile', entryOf('CreateHubProfile'), { ...NETWORK, hubVpcsByRegion: { [REGION]: [VPC] } }],
    ['a hub by zones', entryOf('CreateHubZone'), { ...NETWORK, hubZoneRegions: [REGION] }],
    ['a zone in a VPC', entryOf('AssociateHubZone'), { ...NETWORK, zoneVpcsByRegion: { [REGION]: [VPC] } }],
  ])('for %s, Then it is that alone', (_what, entry, places) => {
    expect(placesOf([entry])).toEqual({ ...NOWHERE, ...places });
  });

  it('for many, Then each place once', () => {
    const elsewhere = { region: 'us-east-1' };
    const inVpc = (kind: ChangeKind, vpcId: string, overrides: Partial<RollbackEntry> = {}) => {
      const entry = entryOf(kind, overrides);
      return { ...entry, action: { ...entry.action, vpcId } as ChangeAction };
    };
    const kinds: ChangeKind[] = ['EnableVpcDns', 'CreateHubProfile', 'AssociateHubZone'];
    const entries = kinds.flatMap((kind) => [
      inVpc(kind, VPC),
      inVpc(kind, 'vpc-2'),
      inVpc(kind, VPC),
      inVpc(kind, 'vpc-3', elsewhere),
    ]);
    const byRegion = { [REGION]: [VPC, 'vpc-2'], 'us-east-1': ['vpc-3'] };
    expect(placesOf(entries)).toEqual({
      ...NOWHERE,
      vpcsByRegion: byRegion,
      hubVpcsByRegion: byRegion,
      zoneVpcsByRegion: byRegion,
    });
  });
});

describe('Given an association that a run made, When it is rolled back', () => {
  const made = entryOf('CreateAgentUpdate', { status: 'DONE', resource: UPDATE_NAME });
  const rolledBack = (entry: RollbackEntry, live: Partial<RollbackLive>) => {
    const { regional, findings } = plan([entry], live);
    return [
      ...regional.map(({ action, expected, resource }) => [action, expected, resource]),
      ...findings.map(({ region, finding: { code, subject } }) => `${region} ${code} ${subject}`),
    ];
  };

  it('and it is there, Then it is deleted by its name', () => {
    expect(rolledBack(made, update(UPDATE_NAME))).toEqual([
      [{ kind: 'DeleteAgentUpdate', name: UPDATE_NAME }, { exists: true }, UPDATE_NAME],
    ]);
  });

  it.each<[string, Partial<RollbackLive>]>([
    ['one of another name is there', update('other')],
    ['none is there', { associations: { [REGION]: { kind: 'absent' } } }],
    ['it was not looked at', {}],
  ])('and %s, Then nothing is deleted', (_what, live) => {
    expect(rolledBack(made, live)).toEqual([]);
  });

  it('and associations cannot be read, Then that is a finding', () => {
    expect(rolledBack(made, { associations: { [REGION]: failed() } })).toEqual([
      `${REGION} ACTION_DENIED_BY_SCP ${UPDATE_NAME}`,
    ]);
  });

  it('and the entry lacks its Region, Then nothing is deleted', () => {
    expect(rolledBack({ ...made, region: null }, update(UPDATE_NAME))).toEqual([]);
  });
});

describe('Given a journal with rollbacks', () => {
  it('when one is done, then what it names is rolled back, by run and place in it', () => {
    const isRolledBack = rolledBackIn([
      entryOf('DeleteAgentUpdate', { status: 'DONE', rollsBack: { runId: RUN, seq: 1 } }),
      entryOf('DeleteAgentUpdate', { status: 'FAILED', rollsBack: { runId: RUN, seq: 2 } }),
      entryOf('DeleteAgentUpdate', { status: 'PENDING', rollsBack: { runId: RUN, seq: 3 } }),
      entryOf('CreateAgentUpdate', { status: 'DONE', seq: 4 }),
    ]);
    expect([1, 2, 3, 4].filter((seq) => isRolledBack({ runId: RUN, seq }))).toEqual([1]);
    expect(isRolledBack({ runId: 'run-2', seq: 1 })).toBe(false);
  });
});
