/** Names: private hosted zones, Resolver rules, Profiles, other DNS servers, proxies. */
import { endpoint, HUB, type Net, REGION } from '../networks.ts';
import { type Case, NAT, toInternet } from './base.ts';

const zone = (Name: string, records: object[] | undefined, VPCId = 'vpc-1') => ({
  Id: 'Z1',
  Name,
  VPCs: [{ VPCRegion: REGION, VPCId }],
  ResourceRecordSets: records,
});
const alias = (Name: string, DNSName: string) => ({ Name, Type: 'A', AliasTarget: { DNSName } });
const SSM = 'ssm.eu-west-1.amazonaws.com.';
const toHub = (net: Net) => toInternet(net, { TransitGatewayId: 'tgw-1' }, '10.9.0.0/16');

export const NAMES: Case[] = [
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
  ...(
    [
      ['the second by priority leads nowhere', 200, 'reaches'],
      ['the first by priority leads nowhere', 50, 'unknown'],
    ] as const
  ).map(
    ([what, Priority, outcome]): Case => [
      `two Profiles of the VPC, of which ${what}`,
      outcome,
      (net) => {
        endpoint(net).PrivateDnsEnabled = false;
        net.zones.push(
          { ...zone(SSM, [alias(SSM, 'vpce-1-abc.ssm.eu-west-1.vpce.amazonaws.com.')]), VPCs: [] },
          { ...zone(SSM, []), Id: 'Z2', VPCs: [] },
        );
        net.profile('arn:aws:route53:::hostedzone/Z1');
        net.profiles.ProfileAssociations.push({
          ProfileId: 'rp-2',
          ResourceId: 'vpc-1',
          Priority,
          Status: 'COMPLETE',
        });
        net.profiles.ProfileResourceAssociations.push({
          ProfileId: 'rp-2',
          ResourceArn: 'arn:aws:route53:::hostedzone/Z2',
          Status: 'COMPLETE',
        });
      },
    ],
  ),
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
