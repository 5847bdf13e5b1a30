/** The rollback of changes to what exists: each kind of entry by what is there now. */
import { describe, expect, it } from '@jest/globals';
import type { ChangeAction } from '../../../functions/core/model/change.ts';
import type { EndpointFacts, GroupRule } from '../../../functions/core/network/facts.ts';
import type { NetworkTraces } from '../../../functions/core/network/live-state.ts';
import type { RollbackEntry } from '../../../functions/core/rollback/entry.ts';
import { REGION } from '../builders.ts';
import { aGroup, aNetwork, anEndpoint, anEntry, failed, plan, VPC, value } from './builders.ts';

const SSM = `com.amazonaws.${REGION}.ssm`;
const S3 = `com.amazonaws.${REGION}.s3`;
const existing = (id: string) => ({ kind: 'existing', id }) as const;
const POLICY = (action: string) =>
  JSON.stringify({ Statement: [{ Action: action, Effect: 'Allow', Principal: '*', Resource: '*' }] });

const MODIFY = {
  kind: 'ModifyInterfaceEndpoint',
  endpointId: 'vpce-1',
  addSubnetIds: ['subnet-2'],
  removeSubnetIds: [],
  addGroups: [existing('sg-2')],
  removeGroups: [],
  privateDns: true,
} as const satisfies ChangeAction;
const modified = anEntry(MODIFY as never, {
  seq: 4,
  resource: 'vpce-1',
  inverse: {
    ...MODIFY,
    addSubnetIds: [],
    removeSubnetIds: ['subnet-2'],
    addGroups: [],
    removeGroups: [existing('sg-2')],
    privateDns: false,
  } as never,
});
const routed = anEntry(
  {
    kind: 'ModifyGatewayEndpoint',
    endpointId: 'vpce-1',
    addRouteTableIds: ['rtb-2'],
    removeRouteTableIds: [],
  },
  {
    seq: 4,
    resource: 'vpce-1',
    inverse: {
      kind: 'ModifyGatewayEndpoint',
      endpointId: 'vpce-1',
      addRouteTableIds: [],
      removeRouteTableIds: ['rtb-2'],
    },
  },
);
const restricted = anEntry(
  { kind: 'SetEndpointPolicy', endpointId: 'vpce-1', policy: POLICY('ssm:*') },
  { seq: 4, inverse: { kind: 'SetEndpointPolicy', endpointId: 'vpce-1', policy: POLICY('*') } },
);
const admitted = anEntry(
  { kind: 'AllowEndpointIngress', group: existing('sg-1'), cidrs: ['10.0.0.0/16', '10.1.0.0/16'] },
  { seq: 4, inverse: { kind: 'RevokeEndpointIngress', group: existing('sg-1'), cidrs: [] } },
);
const dns = (support: true | null, hostnames: true | null, inverse = true) =>
  anEntry(
    { kind: 'EnableVpcDns', vpcId: VPC, support, hostnames },
    {
      seq: 4,
      resource: VPC,
      inverse: inverse
        ? { kind: 'RestoreVpcDns', vpcId: VPC, support: support && false, hostnames: hostnames && false }
        : null,
    },
  );
const deleted = anEntry(
  { kind: 'DeleteInterfaceEndpoint', endpoint: existing('vpce-1') },
  {
    seq: 4,
    resource: 'vpce-1',
    inverse: {
      kind: 'CreateInterfaceEndpoint',
      vpcId: VPC,
      serviceName: SSM,
      subnetIds: ['subnet-1'],
      groups: [existing('sg-1'), existing('sg-2')],
      clientToken: 'x',
      tags: {},
    },
  },
);
const deletedGateway = anEntry(
  { kind: 'DeleteGatewayEndpoint', endpoint: existing('vpce-1') },
  {
    seq: 4,
    resource: 'vpce-1',
    inverse: {
      kind: 'CreateGatewayEndpoint',
      vpcId: VPC,
      serviceName: S3,
      routeTableIds: ['rtb-1', 'rtb-2'],
      clientToken: 'x',
      tags: {},
    },
  },
);
const profile = anEntry(
  { kind: 'AssociateProfile', vpcId: VPC, profileId: 'rp-1', name: 'dhmc-1', priority: null },
  { seq: 4, inverse: { kind: 'DisassociateProfile', vpcId: VPC, profileId: 'rp-1', name: 'dhmc-1' } },
);

const rule = (cidrs: string[]): GroupRule => ({
  protocol: 'tcp',
  fromPort: 443,
  toPort: 443,
  cidrs,
  ipv6Cidrs: [],
  groupIds: [],
  prefixListIds: [],
});
const endpoints = (...seen: Partial<EndpointFacts>[]) => ({
  endpoints: value(seen.map((one) => anEndpoint(one))),
});
const OURS = { subnetIds: ['subnet-1', 'subnet-2'], groupIds: ['sg-1', 'sg-2'], privateDns: true };
const GATEWAY = { type: 'gateway', serviceName: S3, routeTableIds: ['rtb-1', 'rtb-2'] } as const;
const gateways = (...seen: Partial<EndpointFacts>[]) =>
  endpoints(...seen.map((one) => ({ ...GATEWAY, routeTableIds: ['rtb-1', 'rtb-2'], ...one })));
const groups = (...ids: string[]) => ({ securityGroups: value(ids.map((groupId) => aGroup({ groupId }))) });
const attributes = (support: boolean, hostnames: boolean) => ({
  dnsAttributes: { [VPC]: value({ support, hostnames }) },
});
const associations = (...names: string[]) => ({
  profileAssociations: value(names.map((name) => ({ vpcId: VPC, profileId: 'rp-1', name }))) as never,
});

/** What is planned: action without its kind's name twice, expected state and place; and which codes are found of what. */
const of = (entry: RollbackEntry | RollbackEntry[], seen: Partial<NetworkTraces>) => {
  const { regional, findings, vpcOf } = plan([entry].flat(), { networks: { [REGION]: aNetwork(seen) } });
  return [
    ...regional.map(({ id, action, expected, resource }) => ({ action, expected, resource, vpc: vpcOf[id] })),
    ...findings.map(({ finding: { code, subject } }) => `${code} ${subject}`),
  ];
};
const change = (action: unknown, expected: unknown, resource: string) => ({
  action,
  expected,
  resource,
  vpc: VPC,
});
const BACK = change(modified.inverse, OURS, 'vpce-1');
const ROUTES_BACK = change(routed.inverse, { routeTableIds: ['rtb-1', 'rtb-2'] }, 'vpce-1');
const POLICY_BACK = change(restricted.inverse, { policy: POLICY('ssm:*') }, 'vpce-1');
const REVOKED = (...cidrs: string[]) =>
  change({ kind: 'RevokeEndpointIngress', group: existing('sg-1'), cidrs }, { allowed: true }, 'sg-1');
const REMADE = change(deleted.inverse, { exists: false }, `${VPC}/${SSM}`);
const GATEWAY_REMADE = change(deletedGateway.inverse, { exists: false }, `${VPC}/${S3}`);
const CONFLICT = ['ROLLBACK_CONFLICT vpce-1'];
const BOTH_GROUPS = groups('sg-1', 'sg-2');
const NOT_REVERSIBLE = ['NOT_REVERSIBLE vpce-1'];
const without = (entry: RollbackEntry) => ({ ...entry, resource: 'vpce-1', inverse: null });
const notFound = (code: string) => ({ dnsAttributes: { [VPC]: failed({ code, kind: 'UNEXPECTED' }) } });

const CASES: [string, RollbackEntry, Partial<NetworkTraces>, unknown[]][] = [
  ['an endpoint as we left it', modified, endpoints(OURS), [BACK]],
  ['an endpoint among others', modified, endpoints({ endpointId: 'vpce-0' }, OURS), [BACK]],
  [
    'an endpoint with a subnet of others besides',
    modified,
    endpoints({ ...OURS, subnetIds: ['subnet-2', 'subnet-3'] }),
    [change(modified.inverse, { ...OURS, subnetIds: ['subnet-2', 'subnet-3'] }, 'vpce-1')],
  ],
  [
    'an endpoint as it was before',
    modified,
    endpoints({ subnetIds: ['subnet-1'], groupIds: ['sg-1'], privateDns: false }),
    [],
  ],
  ['an endpoint without our subnet', modified, endpoints({ ...OURS, subnetIds: ['subnet-1'] }), CONFLICT],
  ['an endpoint without our group', modified, endpoints({ ...OURS, groupIds: ['sg-1'] }), CONFLICT],
  [
    'an endpoint whose private DNS others turned off',
    modified,
    endpoints({ ...OURS, privateDns: false }),
    CONFLICT,
  ],
  ['an endpoint that is being deleted', modified, endpoints({ ...OURS, state: 'deleting' }), []],
  ['no endpoint', modified, endpoints(), []],
  ['an endpoint, and no note of before', without(modified), endpoints(OURS), NOT_REVERSIBLE],
  ['a gateway as we left it', routed, gateways({}), [ROUTES_BACK]],
  ['a gateway as it was before', routed, gateways({ routeTableIds: ['rtb-1'] }), []],
  ['a gateway that is being deleted', routed, gateways({ state: 'deleting' }), []],
  ['no gateway', routed, gateways(), []],
  ['a gateway, and no note of before', without(routed), gateways({}), NOT_REVERSIBLE],
  ['our policy', restricted, endpoints({ policy: POLICY('ssm:*') }), [POLICY_BACK]],
  ['the policy of before', restricted, endpoints({ policy: POLICY('*') }), []],
  ['the policy of before, which AWS calls none', restricted, endpoints({ policy: null }), []],
  ['a policy of others', restricted, endpoints({ policy: POLICY('ec2:*') }), CONFLICT],
  [
    'our policy on an endpoint that is being deleted',
    restricted,
    endpoints({ policy: POLICY('ssm:*'), state: 'deleting' }),
    [],
  ],
  ['no endpoint with a policy', restricted, endpoints(), []],
  [
    'our policy, and no note of before',
    without(restricted),
    endpoints({ policy: POLICY('ssm:*') }),
    NOT_REVERSIBLE,
  ],
  [
    'our rules',
    admitted,
    { securityGroups: value([aGroup({ ingress: [rule(['10.0.0.0/16', '10.1.0.0/16'])] })]) },
    [REVOKED('10.0.0.0/16', '10.1.0.0/16')],
  ],
  [
    'one of our rules',
    admitted,
    { securityGroups: value([aGroup({ ingress: [rule(['10.1.0.0/16', '10.2.0.0/16'])] })]) },
    [REVOKED('10.1.0.0/16')],
  ],
  [
    'none of our rules',
    admitted,
    { securityGroups: value([aGroup({ ingress: [rule(['10.2.0.0/16'])] })]) },
    [],
  ],
  ['no group', admitted, {}, []],
  [
    'both attributes on',
    dns(true, true),
    attributes(true, true),
    [
      change(
        { kind: 'RestoreVpcDns', vpcId: VPC, support: false, hostnames: false },
        { support: true, hostnames: true },
        VPC,
      ),
    ],
  ],
  [
    'host names on, which alone we turned on',
    dns(null, true),
    attributes(true, true),
    [
      change(
        { kind: 'RestoreVpcDns', vpcId: VPC, support: null, hostnames: false },
        { support: null, hostnames: true },
        VPC,
      ),
    ],
  ],
  [
    'support on, which alone we turned on',
    dns(true, null),
    attributes(true, true),
    [
      change(
        { kind: 'RestoreVpcDns', vpcId: VPC, support: false, hostnames: null },
        { support: true, hostnames: null },
        VPC,
      ),
    ],
  ],
  ['host names off already', dns(null, true), attributes(true, false), []],
  ['support off already', dns(true, null), attributes(false, true), []],
  [
    'attributes on, and no note of before',
    dns(true, true, false),
    attributes(true, true),
    [`NOT_REVERSIBLE ${VPC}`],
  ],
  ['attributes that were not asked for', dns(true, true), {}, []],
  ['a VPC that is gone', dns(true, true), notFound('InvalidVpcID.NotFound'), []],
  ['a VPC that cannot be read', dns(true, true), notFound('NotFoundButNotQuite'), [`READ_FAILED ${VPC}`]],
  [
    'our association',
    profile,
    associations('by-hand', 'dhmc-1'),
    [change(profile.inverse, { exists: true }, `${VPC}/rp-1`)],
  ],
  ['an association of others', profile, associations('by-hand'), []],
  ['no pruned endpoint, and its groups', deleted, BOTH_GROUPS, [REMADE]],
  ['no pruned endpoint, and a group less', deleted, groups('sg-1'), CONFLICT],
  [
    'an endpoint of that service',
    deleted,
    { ...BOTH_GROUPS, ...endpoints({ endpointId: 'vpce-5' }) },
    CONFLICT,
  ],
  ['one that is being deleted', deleted, { ...BOTH_GROUPS, ...endpoints({ state: 'deleting' }) }, [REMADE]],
  ['one of another service', deleted, { ...BOTH_GROUPS, ...endpoints({ serviceName: S3 }) }, [REMADE]],
  ['one in another VPC', deleted, { ...BOTH_GROUPS, ...endpoints({ vpcId: 'vpc-2' }) }, [REMADE]],
  ['no pruned endpoint, and no note of it', without(deleted), BOTH_GROUPS, NOT_REVERSIBLE],
  ['no pruned gateway', deletedGateway, {}, [GATEWAY_REMADE]],
  [
    'another gateway for one of its route tables',
    deletedGateway,
    gateways({ endpointId: 'vpce-5', routeTableIds: ['rtb-2'] }),
    CONFLICT,
  ],
  [
    'another gateway for other route tables',
    deletedGateway,
    gateways({ routeTableIds: ['rtb-3'] }),
    [GATEWAY_REMADE],
  ],
  [
    'another gateway that is being deleted',
    deletedGateway,
    gateways({ state: 'deleting' }),
    [GATEWAY_REMADE],
  ],
  ['an interface endpoint of S3', deletedGateway, gateways({ type: 'interface' }), [GATEWAY_REMADE]],
  ['a gateway of another service', deletedGateway, gateways({ serviceName: 'x' }), [GATEWAY_REMADE]],
  ['a gateway in another VPC', deletedGateway, gateways({ vpcId: 'vpc-2' }), [GATEWAY_REMADE]],
  ['no pruned gateway, and no note of it', without(deletedGateway), {}, NOT_REVERSIBLE],
];

describe('Given a change to what exists, When it is rolled back', () => {
  it.each(CASES)(
    'and there is %s, Then it is undone where it is as we left it',
    (_what, entry, seen, expected) => {
      expect(of(entry, seen)).toEqual(expected);
    },
  );

  it('and others took a route table of ours, Then the gateway is kept as it is', () => {
    const two = {
      ...routed,
      action: { ...routed.action, addRouteTableIds: ['rtb-2', 'rtb-3'] },
      inverse: { ...routed.inverse, removeRouteTableIds: ['rtb-2', 'rtb-3'] },
    } as RollbackEntry;
    expect(of(two, gateways({ routeTableIds: ['rtb-1', 'rtb-3'] }))).toEqual(CONFLICT);
  });

  it('and an earlier change is rolled back with it, Then that expects what the later leaves', () => {
    const earlier = {
      ...modified,
      seq: 2,
      action: { ...MODIFY, addSubnetIds: ['subnet-1'], addGroups: [existing('sg-1')], privateDns: null },
      inverse: {
        ...MODIFY,
        addSubnetIds: [],
        addGroups: [],
        removeSubnetIds: ['subnet-1'],
        removeGroups: [existing('sg-1')],
        privateDns: null,
      },
    } as unknown as RollbackEntry;
    const back = change(
      earlier.inverse,
      { subnetIds: ['subnet-1'], groupIds: ['sg-1'], privateDns: false },
      'vpce-1',
    );
    expect(of([earlier, modified], endpoints(OURS))).toEqual([BACK, back]);
  });

  it('and an earlier change of its route tables is rolled back with it, Then that expects what the later leaves', () => {
    const earlier = {
      ...routed,
      seq: 2,
      action: { ...routed.action, addRouteTableIds: ['rtb-1'] },
      inverse: { ...routed.inverse, removeRouteTableIds: ['rtb-1'] },
    } as RollbackEntry;
    expect(of([earlier, routed], gateways({}))).toEqual([
      ROUTES_BACK,
      change(earlier.inverse, { routeTableIds: ['rtb-1'] }, 'vpce-1'),
    ]);
  });

  it('and an earlier policy is rolled back with it, Then the first of all comes back', () => {
    const earlier = anEntry(
      { kind: 'SetEndpointPolicy', endpointId: 'vpce-1', policy: POLICY('*') },
      { seq: 2, inverse: { kind: 'SetEndpointPolicy', endpointId: 'vpce-1', policy: POLICY('s3:*') } },
    );
    const back = change(earlier.inverse, { policy: POLICY('*') }, 'vpce-1');
    expect(of([earlier, restricted], endpoints({ policy: POLICY('ssm:*') }))).toEqual([POLICY_BACK, back]);
  });

  it.each([
    ['modification', modified, 'CreateInterfaceEndpoint'],
    ['policy', restricted, 'CreateInterfaceEndpoint'],
    ['route tables', routed, 'CreateGatewayEndpoint'],
    ['deletion', deleted, 'CreateInterfaceEndpoint'],
    ['deletion of a gateway', deletedGateway, 'CreateGatewayEndpoint'],
  ] as const)(
    'and the same rollback deletes the endpoint, Then its %s needs nothing',
    (_what, entry, kind) => {
      const action = {
        ...(kind === 'CreateInterfaceEndpoint' ? deleted : deletedGateway).inverse,
      } as ChangeAction;
      const maker = anEntry(action, { seq: 1, createdId: 'vpce-1', resource: 'vpce-1' });
      const there = { policy: POLICY('ssm:*'), tags: {} };
      const seen = {
        ...BOTH_GROUPS,
        ...(kind === 'CreateInterfaceEndpoint' ? endpoints({ ...OURS, ...there }) : gateways(there)),
      };
      expect(of([maker, entry], seen)).toEqual(CONFLICT);
    },
  );

  it('and the same rollback deletes the group, Then its rules need nothing', () => {
    const maker = anEntry(
      { kind: 'CreateEndpointSecurityGroup', vpcId: VPC, groupName: 'g', description: '', tags: {} },
      { seq: 1, createdId: 'sg-1' },
    );
    expect(
      of([maker, admitted], {
        securityGroups: value([aGroup({ tags: {}, ingress: [rule(['10.0.0.0/16'])] })]),
      }),
    ).toEqual(['ROLLBACK_CONFLICT sg-1']);
  });
});
