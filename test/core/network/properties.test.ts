import type { IpPermission, Route } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClientPath } from '../../../functions/core/network/instance-path.ts';
import { rankOf } from '../../../functions/core/network/verdict.ts';
import { applyChanges } from './apply.ts';
import { judge } from './case.ts';
import { CASES } from './cases.ts';
import { ENDPOINT_GROUP, endpoints, group, https, instance, nat, prefixList, route, world } from './steps.ts';
import { GROUP, MAIN, NAT, type Step, SUBNET_A, SUBNET_C, SUBNET_PUBLIC, type World } from './world.ts';

const WORKING_NAT = 'nat-0000000000000000b';
const DESTINATIONS = [
  '0.0.0.0/0',
  '0.0.0.0/1',
  '128.0.0.0/1',
  '52.0.0.0/6',
  '3.0.0.0/8',
  '64.0.0.0/2',
  '192.0.0.0/3',
];
const TARGETS: Partial<Route>[] = [
  { TransitGatewayId: 'tgw-1' },
  { VpcPeeringConnectionId: 'pcx-1' },
  { GatewayId: 'igw-0000000000000000a' },
  { GatewayId: 'vgw-1' },
  { GatewayId: 'vpce-0000000000000000b' },
  { NatGatewayId: NAT },
  { NatGatewayId: NAT, State: 'blackhole' },
  { NetworkInterfaceId: 'eni-1' },
];

const routes = fc.uniqueArray(
  fc.record({ destination: fc.constantFrom(...DESTINATIONS), target: fc.constantFrom(...TARGETS) }),
  { selector: ({ destination }) => destination, maxLength: 5 },
);
const natGateway = fc.record({
  State: fc.constantFrom('available' as const, 'failed' as const, 'pending' as const),
  ConnectivityType: fc.constantFrom('public' as const, 'private' as const),
  SubnetId: fc.constantFrom(SUBNET_A, SUBNET_C, SUBNET_PUBLIC),
});
const instances = fc.array(
  fc.record({
    subnet: fc.constantFrom(SUBNET_A, SUBNET_C, SUBNET_PUBLIC),
    publicIp: fc.boolean(),
    windows: fc.boolean(),
    ping: fc.constantFrom('ConnectionLost' as const, 'ConnectionLost' as const, 'Online' as const),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Without what Online instances prove: made-up ones contradict their own network. */
function withoutEvidence(made: World): World {
  const InstanceInformationList = made.Ssm.InstanceInformationList.map((node) => ({
    ...node,
    PingStatus: 'ConnectionLost',
  }));
  return { ...made, Ssm: { InstanceInformationList } };
}
const RULES: IpPermission[] = [
  { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
  https({ IpRanges: [{ CidrIp: '10.0.0.0/16' }] }),
  https({ IpRanges: [{ CidrIp: '10.0.0.0/25' }] }),
  https({ IpRanges: [{ CidrIp: '0.0.0.0/1' }] }),
  https({ IpRanges: [{ CidrIp: '128.0.0.0/1' }] }),
  https({ PrefixListIds: [{ PrefixListId: 'pl-read' }] }),
  https({ PrefixListIds: [{ PrefixListId: 'pl-unread' }] }),
  https({ UserIdGroupPairs: [{ GroupId: GROUP }, { GroupId: ENDPOINT_GROUP }] }),
];
const rules = fc.subarray(RULES);

const anyWorld = fc
  .record({
    routes,
    natGateway,
    instances,
    egress: rules,
    ingress: rules,
    endpoints: fc.subarray(['ssm', 'ssmmessages']),
  })
  .map((made) => {
    const steps: Step[] = [
      nat(made.natGateway),
      prefixList('pl-read', ['10.0.0.0/20']),
      prefixList('pl-unread', null),
      ...made.routes.map(({ destination, target }) => route(destination, target)),
      ...made.instances.map((one, index) => instance({ ...one, id: `i-0000000000000000${index}` })),
      endpoints(made.endpoints, { subnets: [SUBNET_A, SUBNET_C] }),
      group(GROUP, { IpPermissionsEgress: made.egress }),
      group(ENDPOINT_GROUP, { IpPermissions: made.ingress }),
    ];
    return world(...steps);
  });

/** Blocked is worse than any path. */
function scoreOf({ path, reasons }: ClientPath): number {
  return reasons.length > 0 ? -1 : rankOf(path);
}

describe('Given any network', () => {
  it('when a route to a working NAT gateway is added, then no path gets worse', () => {
    fc.assert(
      fc.property(anyWorld.map(withoutEvidence), fc.constantFrom(...DESTINATIONS), (before, destination) => {
        const taken = before.Ec2.RouteTables.find(({ RouteTableId }) => RouteTableId === MAIN)?.Routes;
        fc.pre(!taken?.some(({ DestinationCidrBlock }) => DestinationCidrBlock === destination));
        const after = structuredClone(before);
        nat({ NatGatewayId: WORKING_NAT, AvailabilityMode: 'regional', SubnetId: undefined })(after);
        route(destination, { NatGatewayId: WORKING_NAT })(after);
        const ranks = (made: World) => judge({ world: made }).clients.map(({ path }) => rankOf(path));
        const was = ranks(before);
        for (const [index, rank] of ranks(after).entries())
          expect(rank).toBeGreaterThanOrEqual(was[index] ?? 0);
      }),
      { numRuns: 150 },
    );
  });

  it('when a rule is taken from a security group, then no path gets better', () => {
    fc.assert(
      fc.property(anyWorld, fc.boolean(), fc.nat(7), (before, own, index) => {
        const after = structuredClone(before);
        const groupId = own ? GROUP : ENDPOINT_GROUP;
        const there = after.Ec2.SecurityGroups.find(({ GroupId }) => GroupId === groupId);
        const list = own ? there?.IpPermissionsEgress : there?.IpPermissions;
        fc.pre(list !== undefined && index < list.length);
        list?.splice(index, 1);
        const scores = (made: World) => judge({ world: made }).clients.map(scoreOf);
        const was = scores(before);
        for (const [at, score] of scores(after).entries()) expect(score).toBeLessThanOrEqual(was[at] ?? 0);
      }),
      { numRuns: 150 },
    );
  });

  it('when the plan is carried out, then the next plan is empty and the cost is what it said', () => {
    fc.assert(
      fc.property(anyWorld, (before) => {
        const first = judge({ world: before });
        const { world: after, made } = applyChanges(before, first.changes);
        const second = judge({ world: after, journalled: made });
        expect(second.changes).toEqual([]);
        const planned = first.changes.reduce((sum, { monthlyCostUsd }) => sum + monthlyCostUsd, 0);
        expect(second.currentMonthlyUsd).toBeCloseTo(planned, 2);
      }),
      { numRuns: 150 },
    );
  });
});

describe('Given a network case, when its plan is carried out, then the next plan is empty', () => {
  it.each(CASES.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const first = judge(one);
    const { world: after, made } = applyChanges(one.world, first.changes);
    const second = judge({ ...one, world: after, journalled: [...(one.journalled ?? []), ...made] });
    expect(second.changes).toEqual([]);
    if (first.changes.length > 0) expect(second.reasons).not.toContain('NO_PATH_TO_SSM');
  });
});
