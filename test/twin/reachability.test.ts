/**
 * What an instance feels of `ssm` in networks of every kind: the egress table of AWS's documentation, names,
 * firewalls. The expectations are this file's own reading, not that of the service.
 */
import { describe, expect, it } from '@jest/globals';
import { feel } from '../../twin/agents/agents.ts';
import { createState } from '../../twin/state.ts';
import { ACCOUNT, endpoint, HUB, INSTANCE, isolated, type Net, REGION, snapshotOf } from './networks.ts';

type Verdict = 'reaches' | 'blocked' | 'unknown';
type Case = [name: string, expected: Verdict, change: (net: Net) => void];

function feelings(change: (net: Net) => void) {
  const net = isolated();
  change(net);
  return feel(createState(snapshotOf(net)), ACCOUNT, REGION, INSTANCE);
}

const toInternet = (net: Net, target: Record<string, string>, destination = '0.0.0.0/0') =>
  net.routes.push({ DestinationCidrBlock: destination, State: 'active', ...target });

const IGW = { GatewayId: 'igw-1' };
const NAT = { NatGatewayId: 'nat-1' };

const EGRESS: Case[] = [
  ['no default route', 'blocked', () => undefined],
  [
    'an internet gateway and a public address',
    'reaches',
    (net) => {
      toInternet(net, IGW);
      net.publicAddress = true;
    },
  ],
  ['an internet gateway and no public address', 'blocked', (net) => toInternet(net, IGW)],
  [
    'an internet gateway that is detached',
    'blocked',
    (net) => {
      toInternet(net, IGW);
      net.publicAddress = true;
      net.ec2.InternetGateways[0].Attachments = [];
    },
  ],
  ['a public NAT gateway', 'reaches', (net) => toInternet(net, NAT)],
  [
    'a blackhole',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      Object.assign(net.routes[0] ?? {}, { State: 'blackhole' });
    },
  ],
  [
    'a filtered route',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      Object.assign(net.routes[0] ?? {}, { State: 'filtered' });
    },
  ],
  [
    'a NAT gateway that failed',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.ec2.NatGateways[0].State = 'failed';
    },
  ],
  [
    'a NAT gateway whose subnet has no way out',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.natRoutes.length = 0;
    },
  ],
  [
    'a private NAT gateway',
    'unknown',
    (net) => {
      toInternet(net, NAT);
      net.ec2.NatGateways[0].ConnectivityType = 'private';
    },
  ],
  [
    'a regional NAT gateway',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      delete net.ec2.NatGateways[0].SubnetId;
      net.ec2.NatGateways[0].AvailabilityMode = 'regional';
    },
  ],
  [
    'an egress-only internet gateway',
    'blocked',
    (net) => toInternet(net, { EgressOnlyInternetGatewayId: 'eigw-1' }),
  ],
  ['a NAT instance', 'unknown', (net) => toInternet(net, { NetworkInterfaceId: 'eni-9' })],
  ['a transit gateway', 'unknown', (net) => toInternet(net, { TransitGatewayId: 'tgw-1' })],
  ['a virtual private gateway', 'unknown', (net) => toInternet(net, { GatewayId: 'vgw-1' })],
  [
    'a core network',
    'unknown',
    (net) => toInternet(net, { CoreNetworkArn: 'arn:aws:networkmanager::1:core-network/c' }),
  ],
  ['a local gateway', 'unknown', (net) => toInternet(net, { LocalGatewayId: 'lgw-1' })],
  ['a carrier gateway', 'unknown', (net) => toInternet(net, { CarrierGatewayId: 'cagw-1' })],
  ['a firewall endpoint', 'unknown', (net) => toInternet(net, { GatewayId: 'vpce-9' })],
  ['a peering connection', 'blocked', (net) => toInternet(net, { VpcPeeringConnectionId: 'pcx-1' })],
  [
    'two halves by NAT',
    'reaches',
    (net) => {
      toInternet(net, NAT, '0.0.0.0/1');
      toInternet(net, NAT, '128.0.0.0/1');
    },
  ],
  ['one half by NAT', 'unknown', (net) => toInternet(net, NAT, '0.0.0.0/1')],
  [
    'halves that beat a dead default',
    'reaches',
    (net) => {
      toInternet(net, { VpcPeeringConnectionId: 'pcx-1' });
      toInternet(net, NAT, '0.0.0.0/1');
      toInternet(net, NAT, '128.0.0.0/1');
    },
  ],
  [
    'a public prefix by Direct Connect',
    'unknown',
    (net) => toInternet(net, { GatewayId: 'vgw-1' }, '52.94.0.0/16'),
  ],
  [
    'a private prefix by transit gateway',
    'blocked',
    (net) => toInternet(net, { TransitGatewayId: 'tgw-1' }, '10.0.0.0/8'),
  ],
  [
    'a default inside a customer prefix list',
    'reaches',
    (net) => {
      net.routes.push({ DestinationPrefixListId: 'pl-1', State: 'active', ...NAT });
      net.ec2.ManagedPrefixLists = [
        { PrefixListId: 'pl-1', OwnerId: ACCOUNT, Entries: [{ Cidr: '0.0.0.0/0' }] },
      ];
    },
  ],
  [
    'an S3 prefix list alone',
    'blocked',
    (net) => {
      net.routes.push({ DestinationPrefixListId: 'pl-s3', State: 'active', GatewayId: 'vpce-s3' });
      net.ec2.ManagedPrefixLists = [
        { PrefixListId: 'pl-s3', OwnerId: 'AWS', Entries: [{ Cidr: '52.219.0.0/16' }] },
      ];
    },
  ],
  [
    'a table of its own without default, beside a main one with',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.ec2.RouteTables.push({
        RouteTableId: 'rtb-own',
        VpcId: 'vpc-1',
        Associations: [{ Main: false, SubnetId: 'subnet-a' }],
        Routes: [],
      });
    },
  ],
  [
    'an IPv6-only subnet',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.subnet.Ipv6Native = true;
    },
  ],
];

const block = (net: Net, mode: string) => {
  net.ec2.VpcBlockPublicAccessOptions = { InternetGatewayBlockMode: mode };
};
const exempt = (net: Net, id: string, mode: string) => {
  net.ec2.VpcBlockPublicAccessExclusions = [
    {
      ExclusionId: 'vpcbpa-exclude-1',
      ResourceArn: `arn:aws:ec2:${REGION}:${ACCOUNT}:${id}`,
      InternetGatewayExclusionMode: mode,
      State: 'create-complete',
    },
  ];
};

const BLOCKED_ACCESS: Case[] = [
  [
    'a NAT gateway under block-bidirectional',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      block(net, 'block-bidirectional');
    },
  ],
  [
    'a NAT gateway under block-ingress',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      block(net, 'block-ingress');
    },
  ],
  [
    'an internet gateway under block-ingress',
    'blocked',
    (net) => {
      toInternet(net, IGW);
      net.publicAddress = true;
      block(net, 'block-ingress');
    },
  ],
  [
    'a firewall endpoint under block-bidirectional',
    'blocked',
    (net) => {
      toInternet(net, { GatewayId: 'vpce-9' });
      block(net, 'block-bidirectional');
    },
  ],
  [
    'a NAT gateway whose subnet is exempt (egress)',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      block(net, 'block-bidirectional');
      exempt(net, 'subnet/subnet-nat', 'allow-egress');
    },
  ],
  [
    "a NAT gateway, the instance's subnet exempt",
    'blocked',
    (net) => {
      toInternet(net, NAT);
      block(net, 'block-bidirectional');
      exempt(net, 'subnet/subnet-a', 'allow-bidirectional');
    },
  ],
  [
    'an internet gateway, the VPC exempt',
    'reaches',
    (net) => {
      toInternet(net, IGW);
      net.publicAddress = true;
      block(net, 'block-ingress');
      exempt(net, 'vpc/vpc-1', 'allow-bidirectional');
    },
  ],
  [
    'an exclusion that was deleted',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      block(net, 'block-bidirectional');
      exempt(net, 'vpc/vpc-1', 'allow-egress');
      net.ec2.VpcBlockPublicAccessExclusions[0].State = 'delete-complete';
    },
  ],
];

const allow443 = (CidrIp: string) => [
  { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp }] },
];

const ENDPOINTS: Case[] = [
  ['an endpoint', 'reaches', (net) => endpoint(net)],
  [
    'an endpoint that is pending',
    'blocked',
    (net) => {
      endpoint(net).State = 'pending';
    },
  ],
  [
    'an endpoint spelled Available',
    'reaches',
    (net) => {
      endpoint(net).State = 'Available';
    },
  ],
  [
    'an endpoint without private DNS',
    'blocked',
    (net) => {
      endpoint(net).PrivateDnsEnabled = false;
    },
  ],
  [
    'an endpoint, DNS host names off',
    'blocked',
    (net) => {
      endpoint(net);
      net.ec2.VpcAttributes['vpc-1'].EnableDnsHostnames = false;
    },
  ],
  [
    'a NAT gateway, DNS support off',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.ec2.VpcAttributes['vpc-1'].EnableDnsSupport = false;
    },
  ],
  [
    'an endpoint whose group admits nothing, beside a NAT gateway',
    'blocked',
    (net) => {
      endpoint(net);
      net.group('sg-endpoint').IpPermissions = [];
      toInternet(net, NAT);
    },
  ],
  [
    "an endpoint whose group admits the instance's address",
    'reaches',
    (net) => {
      endpoint(net);
      net.group('sg-endpoint').IpPermissions = allow443('10.1.0.10/32');
    },
  ],
  [
    'an endpoint whose group admits another address',
    'blocked',
    (net) => {
      endpoint(net);
      net.group('sg-endpoint').IpPermissions = allow443('10.1.0.11/32');
    },
  ],
  [
    "an endpoint whose group admits the instance's group",
    'reaches',
    (net) => {
      endpoint(net);
      net.group('sg-endpoint').IpPermissions = [
        { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-instance' }] },
      ];
    },
  ],
  [
    'an endpoint whose group admits a prefix list',
    'reaches',
    (net) => {
      endpoint(net);
      net.group('sg-endpoint').IpPermissions = [
        { IpProtocol: 'tcp', FromPort: 0, ToPort: 65535, PrefixListIds: [{ PrefixListId: 'pl-1' }] },
      ];
      net.ec2.ManagedPrefixLists = [{ PrefixListId: 'pl-1', Entries: [{ Cidr: '10.1.0.0/24' }] }];
    },
  ],
  [
    'an endpoint whose group admits port 80',
    'blocked',
    (net) => {
      endpoint(net);
      net.group('sg-endpoint').IpPermissions = [
        { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      ];
    },
  ],
  [
    "an endpoint, the instance's group closed",
    'blocked',
    (net) => {
      endpoint(net);
      net.group('sg-instance').IpPermissionsEgress = [];
    },
  ],
  [
    "an endpoint, the instance's group open to its group",
    'reaches',
    (net) => {
      endpoint(net);
      net.group('sg-instance').IpPermissionsEgress = [
        { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: 'sg-endpoint' }] },
      ];
    },
  ],
  [
    'an endpoint whose policy denies',
    'blocked',
    (net) => {
      endpoint(net).PolicyDocument = JSON.stringify({
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ssm:GetParameter', Resource: '*' }],
      });
    },
  ],
  [
    'an endpoint whose policy admits the account',
    'reaches',
    (net) => {
      endpoint(net).PolicyDocument = JSON.stringify({
        Statement: [
          {
            Effect: 'Allow',
            Principal: '*',
            Action: 'ssm:*',
            Resource: '*',
            Condition: { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } },
          },
        ],
      });
    },
  ],
  [
    'an endpoint in another subnet whose network ACL is closed',
    'blocked',
    (net) => {
      endpoint(net).SubnetIds = ['subnet-c'];
      net.closeAcl('subnet-c', false, { From: 443, To: 443 });
    },
  ],
  [
    'endpoints in two subnets, one closed',
    'reaches',
    (net) => {
      endpoint(net).SubnetIds = ['subnet-c', 'subnet-a'];
      net.closeAcl('subnet-c', false, { From: 443, To: 443 });
    },
  ],
  [
    'an endpoint in its own subnet whose network ACL is closed',
    'reaches',
    (net) => {
      endpoint(net);
      net.closeAcl('subnet-a', false);
    },
  ],
];

const FIREWALLS: Case[] = [
  [
    "NAT, the instance's group closed",
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.group('sg-instance').IpPermissionsEgress = [];
    },
  ],
  [
    "NAT, the instance's group open to private addresses",
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.group('sg-instance').IpPermissionsEgress = allow443('10.0.0.0/8');
    },
  ],
  [
    "NAT, the instance's group open to some public addresses",
    'unknown',
    (net) => {
      toInternet(net, NAT);
      net.group('sg-instance').IpPermissionsEgress = allow443('52.0.0.0/8');
    },
  ],
  [
    "NAT, the instance's group open in halves",
    'reaches',
    (net) => {
      toInternet(net, NAT);
      net.group('sg-instance').IpPermissionsEgress = [...allow443('0.0.0.0/1'), ...allow443('128.0.0.0/1')];
    },
  ],
  [
    'NAT, the network ACL lets no 443 out',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.closeAcl('subnet-a', true, { From: 443, To: 443 });
    },
  ],
  [
    'NAT, the network ACL lets no ephemeral ports in',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.closeAcl('subnet-a', false, { From: 40000, To: 41000 });
    },
  ],
  [
    'NAT, the network ACL denies low ports in',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      net.closeAcl('subnet-a', false, { From: 0, To: 32767 });
    },
  ],
  [
    "NAT, its subnet's network ACL lets nothing below 32768 in",
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.closeAcl('subnet-nat', false, { From: 1024, To: 32767 });
    },
  ],
  [
    'a later rule of a network ACL',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      net.closeAcl('subnet-a', true, { From: 443, To: 443 }, 200);
    },
  ],
];

const zone = (Name: string, records: object[] | undefined, VPCId = 'vpc-1') => ({
  Id: 'Z1',
  Name,
  VPCs: [{ VPCRegion: REGION, VPCId }],
  ResourceRecordSets: records,
});
const alias = (Name: string, DNSName: string) => ({ Name, Type: 'A', AliasTarget: { DNSName } });
const SSM = 'ssm.eu-west-1.amazonaws.com.';
const toHub = (net: Net) => toInternet(net, { TransitGatewayId: 'tgw-1' }, '10.9.0.0/16');

const NAMES: Case[] = [
  [
    'a zone that leads to an endpoint of the VPC',
    'reaches',
    (net) => {
      endpoint(net).PrivateDnsEnabled = false;
      net.zones.push(zone(SSM, [alias(SSM, 'vpce-1-abc.ssm.eu-west-1.vpce.amazonaws.com.')]));
    },
  ],
  [
    'a zone that leads to a hub by a transit gateway',
    'unknown',
    (net) => {
      net.hubEndpoint();
      net.zones.push(zone(SSM, [alias(SSM, 'vpce-9-abc.ssm.eu-west-1.vpce.amazonaws.com.')]));
      toHub(net);
    },
  ],
  [
    'a hub, and the agent is said to reach it',
    'reaches',
    (net) => {
      net.hubEndpoint();
      net.zones.push(zone(SSM, [alias(SSM, 'vpce-9-abc.ssm.eu-west-1.vpce.amazonaws.com.')]));
      toHub(net);
      net.agent.Reaches = ['ssm'];
    },
  ],
  [
    'a hub without a route',
    'blocked',
    (net) => {
      net.hubEndpoint();
      net.zones.push(zone(SSM, [alias(SSM, 'vpce-9-abc.ssm.eu-west-1.vpce.amazonaws.com.')]));
      net.agent.Reaches = ['ssm'];
    },
  ],
  [
    'a hub whose group admits others',
    'blocked',
    (net) => {
      net.hubEndpoint('10.99.0.0/16');
      net.zones.push(zone(SSM, [alias(SSM, 'vpce-9-abc.ssm.eu-west-1.vpce.amazonaws.com.')]));
      toHub(net);
    },
  ],
  [
    'a parent zone without the name, beside a NAT gateway',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.zones.push(zone('amazonaws.com.', [{ Name: 'amazonaws.com.', Type: 'SOA', ResourceRecords: [] }]));
    },
  ],
  [
    'a parent zone with a wildcard to the endpoint',
    'reaches',
    (net) => {
      endpoint(net).PrivateDnsEnabled = false;
      net.zones.push(
        zone('eu-west-1.amazonaws.com.', [
          alias('\\052.eu-west-1.amazonaws.com.', 'vpce-1-abc.ssm.eu-west-1.vpce.amazonaws.com.'),
        ]),
      );
    },
  ],
  [
    'a zone of another name',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      net.zones.push(zone('example.com.', []));
    },
  ],
  [
    'a zone of another VPC',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      net.zones.push(zone(SSM, [], 'vpc-other'));
    },
  ],
  [
    'a zone whose records were not captured',
    'unknown',
    (net) => {
      toInternet(net, NAT);
      net.zones.push(zone(SSM, undefined));
    },
  ],
  [
    'a zone, DNS host names off, beside a NAT gateway',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      net.zones.push(zone(SSM, []));
      net.ec2.VpcAttributes['vpc-1'].EnableDnsHostnames = false;
    },
  ],
  [
    'a parent zone, the endpoint more specific',
    'reaches',
    (net) => {
      endpoint(net);
      net.zones.push(zone('amazonaws.com.', [{ Name: 'x.', Type: 'SOA' }]));
    },
  ],
  [
    'a forwarding rule for the name',
    'unknown',
    (net) => {
      endpoint(net);
      net.rule('ssm.eu-west-1.amazonaws.com.');
    },
  ],
  [
    'a forwarding rule for a parent, the endpoint more specific',
    'reaches',
    (net) => {
      endpoint(net);
      net.rule('amazonaws.com.');
    },
  ],
  [
    'a forwarding rule for everything',
    'unknown',
    (net) => {
      toInternet(net, NAT);
      net.rule('.');
    },
  ],
  [
    'a forwarding rule for another name',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      net.rule('corp.example.');
    },
  ],
  [
    "a Profile with the hub's endpoint",
    'unknown',
    (net) => {
      net.hubEndpoint();
      toHub(net);
      net.profile(`arn:aws:ec2:${REGION}:${HUB}:vpc-endpoint/vpce-9`);
    },
  ],
  [
    "a Profile with a zone to the VPC's endpoint",
    'reaches',
    (net) => {
      endpoint(net).PrivateDnsEnabled = false;
      net.zones.push({
        ...zone(SSM, [alias(SSM, 'vpce-1-abc.ssm.eu-west-1.vpce.amazonaws.com.')]),
        VPCs: [],
      });
      net.profile('arn:aws:route53:::hostedzone/Z1');
    },
  ],
  [
    "someone else's DNS, an endpoint",
    'blocked',
    (net) => {
      endpoint(net);
      net.dns('10.1.0.53');
    },
  ],
  [
    "someone else's DNS, a NAT gateway",
    'reaches',
    (net) => {
      toInternet(net, NAT);
      net.dns('10.1.0.53');
    },
  ],
  [
    "the VPC's own +2 as DNS, an endpoint",
    'reaches',
    (net) => {
      endpoint(net);
      net.dns('10.1.0.2');
    },
  ],
  [
    '169.254.169.253 as DNS, an endpoint',
    'reaches',
    (net) => {
      endpoint(net);
      net.dns('169.254.169.253');
    },
  ],
  [
    'a Resolver inbound endpoint as DNS, an endpoint in its VPC',
    'reaches',
    (net) => {
      endpoint(net);
      net.dns('10.1.0.53');
      net.resolver.ResolverEndpoints = [
        { Id: 'rslvr-in-1', Direction: 'INBOUND', HostVPCId: 'vpc-1', IpAddresses: [{ Ip: '10.1.0.53' }] },
      ];
    },
  ],
  [
    'a proxy of which the snapshot says nothing',
    'unknown',
    (net) => {
      toInternet(net, { TransitGatewayId: 'tgw-1' }, '10.9.0.0/16');
      net.agent.Proxy = 'http://10.9.0.8:3128';
    },
  ],
  [
    'a proxy that the agent is said to reach through',
    'reaches',
    (net) => {
      toInternet(net, { TransitGatewayId: 'tgw-1' }, '10.9.0.0/16');
      net.agent.Proxy = 'http://10.9.0.8:3128';
      net.agent.Reaches = ['ssm'];
    },
  ],
  [
    'a proxy without a route',
    'blocked',
    (net) => {
      net.agent.Proxy = 'http://10.9.0.8:3128';
      net.agent.Reaches = ['ssm'];
    },
  ],
];

describe.each([
  ['egress', EGRESS],
  ['Block Public Access', BLOCKED_ACCESS],
  ['endpoints', ENDPOINTS],
  ['firewalls', FIREWALLS],
  ['names', NAMES],
])('Given networks of %s', (_kind, cases) => {
  it.each(cases)('When there is %s, Then ssm: %s', (_name, expected, change) => {
    const felt = feelings(change);
    expect({ ssm: felt.names.ssm, why: felt.why }).toEqual({ ssm: expected, why: felt.why });
    expect(felt.allowed).toBe(expected === 'reaches');
  });
});

describe('Given names that take different ways', () => {
  it('When only ssm has an endpoint in an isolated VPC, Then ssmmessages is blocked', () => {
    const { names, allowed } = feelings((net) => endpoint(net));
    expect(names).toEqual({ ssm: 'reaches', ssmmessages: 'blocked', ec2messages: 'blocked' });
    expect(allowed).toBe(true);
  });

  it('When the snapshot says Online by a transit gateway, Then the names of the same way are reached too', () => {
    const { names, online } = feelings((net) => {
      toInternet(net, { TransitGatewayId: 'tgw-1' });
      net.online = true;
    });
    expect(names).toEqual({ ssm: 'reaches', ssmmessages: 'reaches', ec2messages: 'reaches' });
    expect(online).toBe(true);
  });
});
