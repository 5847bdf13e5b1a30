import { describe, expect, it } from '@jest/globals';
import type { NetworkObservation } from '../../../functions/core/network/facts.ts';
import { instancePathOf } from '../../../functions/core/network/instance-path.ts';
import { wantedPrefixLists } from '../../../functions/core/network/lookups.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { judgeVpc } from '../../../functions/core/network/vpc-verdict.ts';
import { contextOf, DEFAULTS } from './case.ts';
import { readLazily } from './lazily.ts';
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
  zonesFor,
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
  ['profileAssociations', 'route53profiles:ListProfileAssociations', [withNat]],
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
      const sentence = sentences.map((one) => one.sentence).join(' ');
      if (!['securityGroups', 'networkAcls'].includes(key)) expect(sentence).toContain(action);
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
    ['securityGroups', 'ec2:DescribeSecurityGroups'],
  ] as const)('when %s could not be read, then the path is NONE and nothing is planned', (key, action) => {
    const verdict = judgeObservation({ ...observe(world()), [key]: failed(action) });
    expect(verdict).toMatchObject({ path: 'NONE', reasons: ['ACCESS_DENIED'], changes: [] });
  });

  it.each([
    ['subnets', 'ec2:DescribeSubnets'],
    ['routeTables', 'ec2:DescribeRouteTables'],
    ['endpoints', 'ec2:DescribeVpcEndpoints'],
    ['natGateways', 'ec2:DescribeNatGateways'],
    ['securityGroups', 'ec2:DescribeSecurityGroups'],
    ['networkAcls', 'ec2:DescribeNetworkAcls'],
    ['resolverRuleIds', 'route53resolver:ListResolverRuleAssociations'],
    ['profileAssociations', 'route53profiles:ListProfileAssociations'],
  ] as const)('when %s could not be read, then the path of the instance names the read', (key, action) => {
    const { clients } = judgeObservation({ ...observe(world(withNat)), [key]: failed(action) });
    const paths = clients.map((path) => instancePathOf(path, { shared: false, ignored: false }));
    expect(paths.map(({ path, unread }) => [path, unread.map((read) => read.action)])).toEqual([
      ['UNKNOWN', [action]],
    ]);
  });

  it('when the Region lacks the feature, then there is none of it', () => {
    const { failure } = failed('route53profiles:ListProfileAssociations');
    const lacking = {
      kind: 'failed' as const,
      failure: { ...failure, kind: 'UNSUPPORTED_IN_REGION' as const },
    };
    const observation = {
      ...observe(world(withNat)),
      profileAssociations: lacking,
      blockPublicAccess: lacking,
    };
    expect(judgeObservation(observation).path).toBe('INTERNET');
  });
});

describe('Given the lists of a Region, when look-ups are asked for in rounds', () => {
  const asked = (...steps: Step[]) => readLazily(observe(world(...steps)), DEFAULTS).asked.sort();
  const online = instance({ ping: 'Online', agent: NEW_AGENT });
  const NAMES = ['hostedZones', 'profileAssociations', 'resolverRuleIds'];
  const PLAN = ['endpointServices', 'resolverEndpoints'];

  it('when nothing runs, then nothing is asked', () => {
    expect(asked(without.instances)).toEqual([]);
  });

  it('when an instance over NAT is Online, then what may capture ssmmessages is asked, not the DNS attributes', () => {
    expect(asked(withNat, online)).toEqual([...NAMES, 'natGateways', 'blockPublicAccess'].sort());
  });

  it('when a zone holds the other name of an Online instance, then the attributes count as well', () => {
    expect(asked(withNat, online, zonesFor('ssmmessages'))).toContain('dnsAttributes');
  });

  it('when no one over NAT is Online, then the attributes are asked, which may stop every name', () => {
    expect(asked(withNat, instance({ agent: NEW_AGENT }))).toEqual(
      [...NAMES, 'blockPublicAccess', 'dnsAttributes', 'natGateways'].sort(),
    );
  });

  it('when endpoints hold every name, then their attributes and the rules are asked, no zone', () => {
    expect(asked(endpoints(['ssm', 'ssmmessages']), instance({ agent: NEW_AGENT }))).toEqual([
      'blockPublicAccess',
      'dnsAttributes',
      'resolverRuleIds',
    ]);
  });

  it('when an agent is old, then whether the Region offers ec2messages is asked', () => {
    expect(asked(withNat, instance({ ping: 'Online', agent: '3.2.900.0' }))).toContain('endpointServices');
  });

  it('when an endpoint carries our mark, then all is asked, since the VPC is judged without it too', () => {
    const marked = endpoints(['ssm', 'ssmmessages'], { tags: { 'dhmc-rollout:managed': 'true' } });
    expect(asked(marked, online)).toEqual([...NAMES, ...PLAN, 'blockPublicAccess', 'dnsAttributes'].sort());
  });

  it('when there is no egress, or none that is visible, then all is asked', () => {
    const all = [...NAMES, ...PLAN, 'blockPublicAccess', 'dnsAttributes'].sort();
    expect(asked()).toEqual(all);
    expect(asked(route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' }))).toEqual(all);
  });

  it('when the first DNS server is in the VPC, then whose interface it is, is asked', () => {
    expect(asked(dnsServers('10.0.1.7'))).toContain('networkInterfaces');
    expect(asked(dnsServers('172.16.0.10'))).not.toContain('networkInterfaces');
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
