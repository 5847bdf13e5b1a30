import { describe, expect, it } from '@jest/globals';
import type { NetworkObservation } from '../../../functions/core/network/facts.ts';
import { wantedLookups, wantedPrefixLists } from '../../../functions/core/network/lookups.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { judgeVpc } from '../../../functions/core/network/vpc-verdict.ts';
import { contextOf, DEFAULTS } from './case.ts';
import { failed, observe } from './observe.ts';
import {
  blocked,
  dnsServers,
  endpoints,
  group,
  https,
  instance,
  prefixList,
  route,
  withNat,
  without,
  world,
} from './steps.ts';
import { GROUP, NEW_AGENT, type Step, VPC } from './world.ts';

const READS: [keyof NetworkObservation, string, Step[]][] = [
  ['routeTables', 'ec2:DescribeRouteTables', []],
  ['natGateways', 'ec2:DescribeNatGateways', [withNat]],
  ['prefixLists', 'ec2:DescribeManagedPrefixLists', [prefixList('pl-b', ['0.0.0.0/0'])]],
  ['endpoints', 'ec2:DescribeVpcEndpoints', []],
  ['dhcpOptions', 'ec2:DescribeDhcpOptions', [dnsServers('172.16.0.10')]],
  ['subnets', 'ec2:DescribeSubnets', []],
  ['blockPublicAccess', 'ec2:DescribeVpcBlockPublicAccessOptions', [withNat]],
  ['exclusions', 'ec2:DescribeVpcBlockPublicAccessExclusions', [withNat, blocked('block-bidirectional')]],
  ['securityGroups', 'ec2:DescribeSecurityGroups', [withNat]],
  ['networkAcls', 'ec2:DescribeNetworkAcls', [withNat]],
  ['resolverRules', 'route53resolver:ListResolverRules', [withNat]],
  ['resolverRuleIds', 'route53resolver:ListResolverRuleAssociations', [withNat]],
  ['profileResources', 'route53profiles:ListProfileAssociations', [withNat]],
];

function judgeObservation(observation: NetworkObservation) {
  const network = joinNetwork(observation);
  const vpc = network.vpcs.get(VPC);
  if (!vpc) throw new Error('no VPC');
  return judgeVpc(network, vpc, contextOf({ settings: { unknownEgress: 'provision' } }));
}

describe('Given a read that failed and on which the verdict depends', () => {
  it.each(READS)(
    'when %s could not be read, then the path is UNKNOWN, says %s, and nothing is planned',
    (key, action, steps) => {
      const observation = { ...observe(world(...steps)), [key]: failed(action) };
      const verdict = judgeObservation(observation);
      expect(verdict).toMatchObject({ path: 'UNKNOWN', changes: [], notes: ['EGRESS_UNKNOWN'] });
      const sentences = verdict.clients.flatMap(({ names }) => names.flatMap(({ facts }) => facts));
      const told = sentences.map(({ sentence }) => sentence).join(' ');
      if (!['securityGroups', 'networkAcls'].includes(key)) expect(told).toContain(action);
    },
  );

  it.each(['hostedZones', 'dnsAttributes'] as const)(
    'when %s of the VPC could not be read, then the path is UNKNOWN',
    (key) => {
      const observation = { ...observe(world()), [key]: { [VPC]: failed('route53:ListHostedZonesByVPC') } };
      expect(judgeObservation(observation)).toMatchObject({ path: 'UNKNOWN', changes: [] });
    },
  );

  it.each([
    ['endpointServices', 'ec2:DescribeVpcEndpointServices'],
    ['resolverEndpoints', 'route53resolver:ListResolverEndpoints'],
  ] as const)('when %s could not be read, then the path is NONE and nothing is planned', (key, action) => {
    const verdict = judgeObservation({ ...observe(world()), [key]: failed(action) });
    expect(verdict).toMatchObject({ path: 'NONE', reasons: ['ACCESS_DENIED'], changes: [] });
  });

  it('when the Region lacks the feature, then there is none of it', () => {
    const { failure } = failed('route53profiles:ListProfileAssociations');
    const lacking = {
      kind: 'failed' as const,
      failure: { ...failure, kind: 'UNSUPPORTED_IN_REGION' as const },
    };
    const observation = { ...observe(world(withNat)), profileResources: lacking, blockPublicAccess: lacking };
    expect(judgeObservation(observation).path).toBe('INTERNET');
  });
});

describe('Given what the lists of a Region told', () => {
  const wanted = (...steps: Step[]) => wantedLookups(joinNetwork(observe(world(...steps))), DEFAULTS);
  const online = instance({ ping: 'Online', agent: NEW_AGENT });

  it('when nothing runs, then nothing more is asked', () => {
    expect(wanted(without.instances)).toEqual({
      dnsAttributes: [],
      hostedZones: [],
      endpointServices: false,
    });
  });

  it('when an instance over NAT is Online, then nothing more is asked', () => {
    expect(wanted(withNat, online)).toEqual({ dnsAttributes: [], hostedZones: [], endpointServices: false });
  });

  it('when nobody over NAT is Online, then zones are asked, which may capture the names', () => {
    expect(wanted(withNat)).toEqual({ dnsAttributes: [], hostedZones: [VPC], endpointServices: false });
  });

  it('when endpoints stand there, then only the DNS attributes are asked', () => {
    expect(wanted(endpoints(['ssm', 'ssmmessages']))).toEqual({
      dnsAttributes: [VPC],
      hostedZones: [],
      endpointServices: false,
    });
  });

  it('when there is no way out, or none to be seen, then all is asked', () => {
    const all = { dnsAttributes: [VPC], hostedZones: [VPC], endpointServices: true };
    expect(wanted()).toEqual(all);
    expect(wanted(route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' }))).toEqual(all);
  });

  it('when routes and rules name prefix lists, then only lists of customers that are named are asked', () => {
    const made = world(
      prefixList('pl-routed', null),
      prefixList('pl-idle', null),
      prefixList('pl-s3', null, 'AWS'),
      prefixList('pl-ruled', null),
      route('pl-routed', { TransitGatewayId: 'tgw-1' }),
      route('pl-s3', { GatewayId: 'vpce-1' }),
      group(GROUP, { IpPermissionsEgress: [https({ PrefixListIds: [{ PrefixListId: 'pl-ruled' }] })] }),
    );
    expect(wantedPrefixLists(joinNetwork(observe(made)))).toEqual(['pl-routed', 'pl-ruled']);
  });
});
