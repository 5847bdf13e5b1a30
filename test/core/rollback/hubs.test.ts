/** The rollback of a hub, by Profile or by zones, and of what gives its names to spokes: by what is there now. */
import { describe, expect, it } from '@jest/globals';
import type { ChangeAction } from '../../../functions/core/model/change.ts';
import type { EndpointFacts } from '../../../functions/core/network/facts.ts';
import type { HubHolding, HubZoneFacts } from '../../../functions/core/network/hub-facts.ts';
import type { NetworkTraces } from '../../../functions/core/network/live-state.ts';
import type { RollbackEntry } from '../../../functions/core/rollback/entry.ts';
import { REGION } from '../builders.ts';
import { ALIAS, aZone, DOMAIN, ENDPOINT_ARN } from '../changes/samples.ts';
import { aGroup, aNetwork, anEndpoint, anEntry, failed, plan, VPC, value } from './builders.ts';

const NAME = 'dhmc-rollout-vpc-1';
const entry = (seq: number, action: ChangeAction, inverse: ChangeAction | null) =>
  anEntry(action, { seq, resource: `resource-${seq}`, inverse });
const TAGGED = { clientToken: 't', tags: {} };

const made = entry(
  1,
  { kind: 'CreateHubProfile', vpcId: VPC, name: NAME, ...TAGGED },
  { kind: 'DeleteHubProfile', vpcId: VPC, name: NAME },
);
const put = entry(
  2,
  { kind: 'AddHubEndpoint', vpcId: VPC, profileId: 'rp-1', resourceArn: ENDPOINT_ARN, name: 'n' },
  { kind: 'RemoveHubEndpoint', vpcId: VPC, profileId: 'rp-1', resourceArn: ENDPOINT_ARN },
);
const shared = entry(
  3,
  { kind: 'ShareHubProfile', vpcId: VPC, name: NAME, profileArn: 'arn:rp-1', principal: 'arn:o', ...TAGGED },
  { kind: 'UnshareHubProfile', vpcId: VPC, name: NAME },
);
const zoned = entry(
  1,
  { kind: 'CreateHubZone', vpcId: VPC, domain: DOMAIN, comment: 'c' },
  { kind: 'DeleteHubZone', vpcId: VPC, zoneId: null, domain: DOMAIN },
);
const RECORD = {
  vpcId: VPC,
  zoneId: 'Z1',
  domain: DOMAIN,
  dnsName: ALIAS.dnsName,
  aliasZoneId: ALIAS.zoneId,
};
const led = entry(2, { kind: 'SetHubRecord', ...RECORD }, { kind: 'RemoveHubRecord', ...RECORD });
const SPOKE = { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN, spokeVpcId: 'vpc-spoke' };
const authorized = entry(3, { kind: 'AuthorizeHubSpoke', ...SPOKE }, { kind: 'RevokeHubSpoke', ...SPOKE });
const USE = { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN };
const associated = entry(4, { kind: 'AssociateHubZone', ...USE }, { kind: 'DisassociateHubZone', ...USE });
const revoked = entry(5, { kind: 'RevokeHubSpoke', ...SPOKE }, { kind: 'AuthorizeHubSpoke', ...SPOKE });
const left = entry(5, { kind: 'DisassociateHubZone', ...USE }, { kind: 'AssociateHubZone', ...USE });
const profile = entry(
  6,
  { kind: 'AssociateProfile', vpcId: VPC, profileId: 'rp-1', name: 'n', priority: null },
  { kind: 'DisassociateProfile', vpcId: VPC, profileId: 'rp-1', name: 'n' },
);
const ASSOCIATION = { vpcId: VPC, profileId: 'rp-1', name: 'n' };

const holding = (overrides: Partial<HubHolding> = {}, vpcId = VPC): Partial<NetworkTraces> => ({
  hubHoldings: {
    [vpcId]: value({
      profile: { profileId: 'rp-1', arn: 'arn:rp-1', name: NAME },
      resourceArns: [ENDPOINT_ARN],
      users: [],
      shareArn: 'arn:share',
      ...overrides,
    }),
  },
});
const ZONE = {
  callerReference: 'dhmc-rollout/chg-1',
  alias: ALIAS,
  vpcIds: [VPC],
  authorized: ['vpc-spoke'],
};
const zones = (...seen: Partial<HubZoneFacts>[]): Partial<NetworkTraces> => ({
  hubZones: value(seen.map((one) => aZone({ ...ZONE, ...one }))),
});
const hosted = (...ids: string[]): Partial<NetworkTraces> => ({
  hostedZones: {
    [VPC]: value(
      ids.map((hostedZoneId) => ({ hostedZoneId, name: DOMAIN, owningAccount: null, owningService: null })),
    ),
  },
});
const endpoint = (overrides: Partial<EndpointFacts>) => ({ endpoints: value([anEndpoint(overrides)]) });

const rolledBack = (journal: RollbackEntry[], seen: Partial<NetworkTraces>) => {
  const { regional, findings, vpcOf } = plan(journal, { networks: { [REGION]: aNetwork(seen) } });
  return [
    ...regional.map(({ id, action, resource, expected }) => {
      expect([vpcOf[id], expected]).toEqual([VPC, { exists: true }]);
      return `${action.kind} ${resource}`;
    }),
    ...findings.map(({ finding: { code, subject } }) => `${code} ${subject}`),
  ];
};
const IN_USE = [`ROLLBACK_HUB_IN_USE ${VPC}`];
const HUB = [made, put, shared];
const BY_ZONES = [zoned, led, authorized];
const unnoted = (one: RollbackEntry): RollbackEntry => ({ ...one, inverse: null });

const CASES: [string, RollbackEntry[], Partial<NetworkTraces>, string[]][] = [
  [
    'a hub as we left it',
    HUB,
    holding(),
    ['UnshareHubProfile resource-3', 'RemoveHubEndpoint resource-2', 'DeleteHubProfile resource-1'],
  ],
  [
    'a hub without its share',
    HUB,
    holding({ shareArn: null }),
    ['RemoveHubEndpoint resource-2', 'DeleteHubProfile resource-1'],
  ],
  [
    'a hub without its endpoint',
    HUB,
    holding({ resourceArns: ['x'] }),
    ['UnshareHubProfile resource-3', 'DeleteHubProfile resource-1'],
  ],
  ['no hub', HUB, holding({ profile: null, shareArn: null, resourceArns: [] }), []],
  ['a hub that was not asked for', HUB, {}, []],
  ['a hub with a user', HUB, holding({ users: ['vpc-2'] }), IN_USE],
  ['another hub with a user', HUB, holding({ users: ['vpc-2'] }, 'vpc-9'), ['ROLLBACK_HUB_IN_USE vpc-9']],
  [
    'a hub, and no note of before',
    HUB.map(unnoted),
    holding(),
    ['NOT_REVERSIBLE resource-3', 'NOT_REVERSIBLE resource-2', 'NOT_REVERSIBLE resource-1'],
  ],
  [
    'no hub any more, and no note of before',
    HUB.map(unnoted),
    holding({ profile: null, shareArn: null, resourceArns: [] }),
    [],
  ],
  [
    'zones as we left them',
    BY_ZONES,
    zones({}),
    ['RevokeHubSpoke resource-3', 'RemoveHubRecord resource-2', 'DeleteHubZone resource-1'],
  ],
  [
    'zones whose authorization is gone',
    BY_ZONES,
    zones({ authorized: [] }),
    ['RemoveHubRecord resource-2', 'DeleteHubZone resource-1'],
  ],
  [
    'zones whose record is gone',
    BY_ZONES,
    zones({ alias: null }),
    ['RevokeHubSpoke resource-3', 'DeleteHubZone resource-1'],
  ],
  [
    'zones whose record others changed',
    BY_ZONES,
    zones({ alias: { ...ALIAS, dnsName: 'x' } }),
    ['RevokeHubSpoke resource-3', 'ROLLBACK_CONFLICT Z1'],
  ],
  [
    'zones with other records',
    BY_ZONES,
    zones({ otherRecords: 1 }),
    ['RevokeHubSpoke resource-3', 'RemoveHubRecord resource-2', 'ROLLBACK_CONFLICT Z1'],
  ],
  ['no zones', BY_ZONES, zones(), []],
  ['zones that were not asked for', BY_ZONES, {}, []],
  ['a zone that is not the one of the change', [zoned], zones({ callerReference: 'dhmc-rollout/chg-7' }), []],
  ['zones with a user', BY_ZONES, zones({ vpcIds: [VPC, 'vpc-spoke'] }), IN_USE],
  [
    'zones, and no note of before',
    BY_ZONES.map(unnoted),
    zones({}),
    ['NOT_REVERSIBLE resource-3', 'NOT_REVERSIBLE resource-2', 'NOT_REVERSIBLE resource-1'],
  ],
  [
    'zones without what we put into them, and no note of before',
    [led, authorized].map(unnoted),
    zones({ alias: null, authorized: [] }),
    [],
  ],
  ['an association of a zone', [associated], hosted('Z0', 'Z1'), [`DisassociateHubZone ${VPC}/Z1`]],
  ['an association of another zone', [associated], hosted('Z0'), []],
  ['associations that were not asked for', [associated], {}, []],
  [
    'an own endpoint that is pending',
    [associated],
    { ...hosted('Z1'), ...endpoint({ state: 'pending' }) },
    [`ENDPOINT_PENDING ${VPC}`],
  ],
  [
    'an own endpoint that is available',
    [associated],
    { ...hosted('Z1'), ...endpoint({}) },
    [`DisassociateHubZone ${VPC}/Z1`],
  ],
  [
    'a pending endpoint of another service',
    [associated],
    {
      ...hosted('Z1'),
      ...endpoint({ state: 'pending', serviceName: 'com.amazonaws.eu-west-1.ssmmessages' }),
    },
    [`DisassociateHubZone ${VPC}/Z1`],
  ],
  [
    'a pending endpoint of another VPC',
    [associated],
    { ...hosted('Z1'), ...endpoint({ state: 'pending', vpcId: 'vpc-2' }) },
    [`DisassociateHubZone ${VPC}/Z1`],
  ],
  ['an authorization that was deleted', [revoked], zones({ authorized: [] }), []],
  ['an association that ended', [left], hosted(), []],
];

describe('Given a hub that we made, or its names in a VPC, When it is rolled back', () => {
  it.each(CASES)(
    'and there is %s, Then what we made goes unless it is used',
    (_what, journal, seen, expected) => {
      expect(rolledBack(journal, seen)).toEqual(expected);
    },
  );

  it('and a zone is deleted, Then by the id that it got', () => {
    const { regional } = plan([zoned], { networks: { [REGION]: aNetwork(zones({ alias: null })) } });
    expect(regional[0]?.action).toEqual({ kind: 'DeleteHubZone', vpcId: VPC, zoneId: 'Z1', domain: DOMAIN });
  });

  it('and it has users, Then its endpoints, their groups, rules and policies stay, and its own association goes', () => {
    const kept = [
      anEntry(
        { kind: 'CreateEndpointSecurityGroup', vpcId: VPC, groupName: 'g', description: '', tags: {} },
        { seq: 7, createdId: 'sg-1' },
      ),
      anEntry(
        { kind: 'AllowEndpointIngress', group: { kind: 'existing', id: 'sg-2' }, cidrs: ['10.0.0.0/8'] },
        { seq: 8 },
      ),
      anEntry(
        { kind: 'SetEndpointPolicy', endpointId: 'vpce-1', policy: '{}' },
        { seq: 9, inverse: { kind: 'SetEndpointPolicy', endpointId: 'vpce-1', policy: '{"Statement":[]}' } },
      ),
    ];
    const ingress = [
      {
        protocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        cidrs: ['10.0.0.0/8'],
        ipv6Cidrs: [],
        groupIds: [],
        prefixListIds: [],
      },
    ];
    const seen = (users: string[]) => ({
      ...holding({ users }),
      ...endpoint({ policy: '{}' }),
      securityGroups: value([aGroup({ tags: {} }), aGroup({ groupId: 'sg-2', ingress })]),
      profileAssociations: value([ASSOCIATION]) as never,
    });
    const all = [...HUB, profile, ...kept];
    expect(rolledBackKinds(all, seen(['vpc-2']))).toEqual(['DisassociateProfile', 'ROLLBACK_HUB_IN_USE']);
    expect(rolledBackKinds(all, seen([]))).toEqual([
      'SetEndpointPolicy',
      'RevokeEndpointIngress',
      'DisassociateProfile',
      'UnshareHubProfile',
      'RemoveHubEndpoint',
      'DeleteHubProfile',
      'ROLLBACK_CONFLICT',
    ]);
  });

  it.each<[Partial<NetworkTraces>, RollbackEntry[], string]>([
    [holding({ users: ['vpc-2'] }), HUB, 'The hub vpc-1 is kept: vpc-2 uses its Profile.'],
    [holding({ users: ['vpc-2', 'vpc-3'] }), HUB, 'The hub vpc-1 is kept: vpc-2, vpc-3 use its Profile.'],
    [holding({ users: ['a', 'b', 'c'] }), HUB, 'The hub vpc-1 is kept: a, b, c use its Profile.'],
    [
      holding({ users: ['a', 'b', 'c', 'd', 'e'] }),
      HUB,
      'The hub vpc-1 is kept: a, b, c and 2 more use its Profile.',
    ],
    [
      zones({ vpcIds: ['vpc-1', 'vpc-2'] }),
      [zoned],
      'The hub vpc-1 is kept: vpc-2 uses its private hosted zones.',
    ],
  ])('and it has users, Then %#: they are named', (seen, journal, sentence) => {
    const { findings } = plan(journal, { networks: { [REGION]: aNetwork(seen) } });
    expect(findings.map(({ finding }) => finding.sentence)).toEqual([sentence]);
  });

  it('and two zones have the same user, Then it is named once', () => {
    const other = { ...zoned, seq: 2, changeId: 'chg-2' };
    const seen = zones(
      { vpcIds: ['vpc-2'] },
      { zoneId: 'Z2', callerReference: 'dhmc-rollout/chg-2', vpcIds: ['vpc-2'] },
    );
    const { findings } = plan([zoned, other], { networks: { [REGION]: aNetwork(seen) } });
    expect(findings.map(({ finding }) => finding.sentence)).toEqual([
      'The hub vpc-1 is kept: vpc-2 uses its private hosted zones.',
    ]);
  });

  it.each<[string, Partial<NetworkTraces>]>([
    ['what the hub holds', { hubHoldings: { [VPC]: failed() } }],
    ['its zones', { hubZones: failed() }],
    ['the zones of a VPC', { hostedZones: { [VPC]: failed() } }],
  ])('and %s cannot be read, Then nothing goes, and what stays is named', (_what, unread) => {
    const { regional, findings } = plan([made, put], {
      networks: { [REGION]: aNetwork({ ...holding(), ...unread }) },
    });
    expect(regional).toEqual([]);
    expect(findings.map(({ finding }) => finding.sentence)).toEqual([
      'A service control policy denies ec2:DescribeVpcEndpoints: no. Not rolled back: resource-1, resource-2.',
    ]);
  });
});

describe('Given a move to a hub by zones, When it is rolled back', () => {
  const MODIFY = {
    kind: 'ModifyInterfaceEndpoint',
    endpointId: 'vpce-1',
    addSubnetIds: [],
    removeSubnetIds: [],
    addGroups: [],
    removeGroups: [],
  } as const;
  const off = entry(
    3,
    { ...MODIFY, addSubnetIds: [], removeSubnetIds: [], addGroups: [], removeGroups: [], privateDns: false },
    { ...MODIFY, addSubnetIds: [], removeSubnetIds: [], addGroups: [], removeGroups: [], privateDns: true },
  );
  const SSM = 'com.amazonaws.eu-west-1.ssm';
  const gone = entry(
    5,
    { kind: 'DeleteInterfaceEndpoint', endpoint: { kind: 'existing', id: 'vpce-1' } },
    {
      kind: 'CreateInterfaceEndpoint',
      vpcId: VPC,
      serviceName: SSM,
      subnetIds: [],
      groups: [],
      privateDns: false,
      ...TAGGED,
    },
  );
  const back = anEntry(gone.inverse as ChangeAction, {
    runId: 'back',
    seq: 6,
    createdId: 'vpce-9',
    rollsBack: { runId: gone.runId, seq: 5 },
  });
  const maker = anEntry(gone.inverse as ChangeAction, { runId: 'run-0', seq: 1, createdId: 'vpce-1' });
  const move = [maker, off, associated, gone];
  const scope = { of: gone.runId, regions: [REGION] };
  const steps = (journal: RollbackEntry[], seen: Partial<NetworkTraces>) => {
    const { regional, findings } = plan(journal, { networks: { [REGION]: aNetwork(seen) } }, { scope });
    return [
      ...regional.map(({ action, resource }) => `${action.kind} ${resource}`),
      ...findings.map(({ finding: { code } }) => code),
    ];
  };

  it('Then the endpoint is made again first, and its zone waits', () => {
    expect(steps(move, hosted('Z1'))).toEqual([`CreateInterfaceEndpoint ${VPC}/${SSM}`, 'ENDPOINT_PENDING']);
  });

  it('and the endpoint is pending, Then its zone and its name wait', () => {
    const pending = endpoint({ endpointId: 'vpce-9', state: 'pending', privateDns: false });
    expect(steps([...move, back], { ...hosted('Z1'), ...pending })).toEqual(['ENDPOINT_PENDING']);
  });

  it('and the endpoint is available, Then the zone leaves, and private DNS is on again', () => {
    const available = endpoint({ endpointId: 'vpce-9', privateDns: false });
    expect(steps([...move, back], { ...hosted('Z1'), ...available })).toEqual([
      `DisassociateHubZone ${VPC}/Z1`,
      'ModifyInterfaceEndpoint vpce-9',
    ]);
  });

  it.each([
    ['another service', { serviceName: 'com.amazonaws.eu-west-1.ssmmessages' }],
    ['another VPC', { vpcId: 'vpc-2' }],
  ])('and an endpoint of %s comes back, Then the zone does not wait for it', (_what, of) => {
    const other = { ...gone, inverse: { ...gone.inverse, ...of } } as RollbackEntry;
    expect(steps([other, associated], hosted('Z1'))).toContain(`DisassociateHubZone ${VPC}/Z1`);
  });
});

function rolledBackKinds(journal: RollbackEntry[], seen: Partial<NetworkTraces>): string[] {
  const { regional, findings } = plan(journal, { networks: { [REGION]: aNetwork(seen) } });
  return [...regional.map(({ action }) => action.kind), ...findings.map(({ finding }) => finding.code)];
}
