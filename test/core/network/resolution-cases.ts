/** What names resolve to: zones, Profiles, Resolver rules, DNS of others, DNS attributes. */
import { type NetworkCase, NONE, UNKNOWN } from './case.ts';
import {
  dnsAttributes,
  dnsServers,
  endpoint,
  endpoints,
  instance,
  profile,
  route,
  rule,
  withNat,
  world,
  zone,
  zonesFor,
} from './steps.ts';
import { NEW_AGENT, REGION, type Step } from './world.ts';

const BOTH = ['ssm', 'ssmmessages'];
const peering: Step = route('10.50.0.0/16', { VpcPeeringConnectionId: 'pcx-1' });

export const RESOLUTION_CASES: NetworkCase[] = [
  // Central endpoints.
  {
    name: 'zones for all names and a peering route',
    why: 'resolves to central endpoints, and a route leads there',
    world: world(instance({ agent: NEW_AGENT }), zonesFor(...BOTH), peering),
    expect: { path: 'CENTRAL' },
  },
  {
    name: 'zones for all names and a transit gateway default',
    why: 'the default leads there too',
    world: world(
      instance({ agent: NEW_AGENT }),
      zonesFor(...BOTH),
      route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' }),
    ),
    expect: { path: 'CENTRAL' },
  },
  {
    name: 'zones for all names, no route',
    why: 'resolving is not reaching',
    world: world(zonesFor(...BOTH)),
    expect: { path: 'CENTRAL', reasons: ['CENTRAL_UNREACHABLE'] },
  },
  {
    name: 'zones for all names, NAT alone',
    why: 'a NAT gateway does not lead to private addresses of others',
    world: world(withNat, zonesFor(...BOTH)),
    expect: { path: 'CENTRAL', reasons: ['CENTRAL_UNREACHABLE'] },
  },
  {
    name: 'zones for all names, route only in the NAT subnet',
    why: 'a NAT gateway forwards by the routes of its subnet',
    world: world(
      withNat,
      zonesFor(...BOTH),
      route('10.50.0.0/16', { TransitGatewayId: 'tgw-1' }, 'rtb-0000000000000000f'),
    ),
    expect: { path: 'CENTRAL' },
  },
  {
    name: 'zone of a parent name',
    why: 'it captures all names below it',
    world: world(zone(`${REGION}.amazonaws.com.`), peering),
    expect: { path: 'CENTRAL' },
  },
  {
    name: 'zone of an AWS service',
    why: 'zones that AWS services own are ignored',
    world: world(zone(`ssm.${REGION}.amazonaws.com.`, { OwningService: 'vpce.amazonaws.com' }), withNat),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'zone of a name that only looks alike',
    why: 'labels are compared whole',
    world: world(zone(`xssm.${REGION}.amazonaws.com.`), withNat),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'zone for ssm alone, no egress',
    why: 'the other names have no path',
    world: world(zonesFor('ssm'), peering),
    expect: { path: 'NONE', reasons: ['CENTRAL_ENDPOINTS_INCOMPLETE'] },
  },
  {
    name: 'zone for ssm alone, NAT for the rest',
    why: 'each name has a way',
    world: world(zonesFor('ssm'), peering, withNat),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'zone and an endpoint without private DNS in the same VPC',
    why: 'a hub reaches its own endpoints by the zone',
    world: world(zonesFor(...BOTH), endpoints(BOTH, { privateDns: false })),
    expect: { path: 'CENTRAL' },
  },
  {
    name: 'zones while DNS hostnames are off',
    why: 'zones work only with both attributes on',
    world: world(zonesFor(...BOTH), peering, dnsAttributes(true, false), withNat),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'Profile with a zone',
    why: 'Profiles hold zones',
    world: world(
      zone(`${REGION}.amazonaws.com.`),
      (made) => {
        for (const one of made.Route53.HostedZones) one.VPCs = [];
      },
      profile('arn:aws:route53:::hostedzone/Z0ZONE'),
      peering,
    ),
    expect: { path: 'CENTRAL' },
  },
  {
    name: 'Profile with endpoints of another VPC',
    why: 'Profiles can hold endpoints directly',
    world: world(
      instance({ agent: NEW_AGENT }),
      endpoint('ssm', { id: 'vpce-1' }),
      endpoint('ssmmessages', { id: 'vpce-2' }),
      ({ Ec2 }) => {
        for (const one of Ec2.VpcEndpoints) one.VpcId = 'vpc-0000000000000000b';
      },
      profile('arn:aws:ec2:ap-northeast-1:1:vpc-endpoint/vpce-1'),
      profile('arn:aws:ec2:ap-northeast-1:1:vpc-endpoint/vpce-2'),
      peering,
    ),
    expect: { path: 'CENTRAL' },
  },
  {
    name: "Profile with another account's zone",
    why: 'the association does not name it',
    world: world(profile('arn:aws:route53:::hostedzone/ZOTHER'), peering),
    expect: UNKNOWN,
  },
  {
    name: 'Profile with firewall rules only',
    why: 'they answer for nothing',
    world: world(
      profile('arn:aws:route53resolver:ap-northeast-1:1:firewall-rule-group/rslvr-frg-1'),
      withNat,
    ),
    expect: { path: 'INTERNET' },
  },
  // Resolver rules and other DNS.
  {
    name: 'FORWARD rule for the name',
    why: 'it resolves elsewhere',
    world: world(rule(`ssm.${REGION}.amazonaws.com.`), withNat),
    expect: UNKNOWN,
  },
  {
    name: 'FORWARD rule for everything',
    why: 'a rule for a parent captures the name',
    world: world(rule('.'), withNat),
    expect: UNKNOWN,
  },
  {
    name: 'FORWARD rule beats a zone of the same name',
    why: 'rules come first',
    world: world(rule(`ssm.${REGION}.amazonaws.com.`), zonesFor(...BOTH), peering),
    expect: UNKNOWN,
  },
  {
    name: 'FORWARD rule for everything, endpoints there',
    why: 'the endpoint’s own name is more specific',
    world: world(rule('.'), endpoints(BOTH)),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'FORWARD rule for just the names, endpoints there',
    why: 'a rule beats a zone of the same name',
    world: world(...BOTH.map((name) => rule(`${name}.${REGION}.amazonaws.com`)), endpoints(BOTH)),
    expect: UNKNOWN,
  },
  {
    name: 'FORWARD rule for everything, SYSTEM rule for amazonaws.com',
    why: 'a SYSTEM rule takes the name back',
    world: world(rule('.'), rule('amazonaws.com', 'SYSTEM'), withNat),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'FORWARD rule for another domain',
    why: 'it does not hold the name',
    world: world(rule('corp.example.com'), withNat),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'autodefined internet resolver',
    why: 'a RECURSIVE rule is the ordinary way',
    world: world(rule('.', 'RECURSIVE'), withNat),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'custom DNS and NAT',
    why: 'the public answer is likely, and it is reached',
    world: world(dnsServers('172.16.0.10', '172.16.0.11'), withNat),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'custom DNS and endpoints',
    why: 'private names are not resolved',
    world: world(dnsServers('172.16.0.10'), endpoints(BOTH)),
    expect: { path: 'NONE', reasons: ['DNS_CUSTOM'] },
  },
  {
    name: 'custom DNS and transit gateway',
    why: 'neither answer nor way can be seen',
    world: world(dnsServers('172.16.0.10'), route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' })),
    expect: UNKNOWN,
  },
  {
    name: 'Amazon’s DNS before someone else’s',
    why: 'servers are asked in their order, and the first answers',
    world: world(dnsServers('10.0.0.2', '172.16.0.10')),
    expect: NONE,
  },
  {
    name: 'someone else’s DNS before Amazon’s',
    why: 'the first server decides',
    world: world(dnsServers('172.16.0.10', 'AmazonProvidedDNS'), endpoints(BOTH)),
    expect: { path: 'NONE', reasons: ['DNS_CUSTOM'] },
  },
  {
    name: 'DNS by address of the VPC plus two',
    why: 'that is Amazon’s',
    world: world(dnsServers('10.0.0.2'), endpoints(BOTH)),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'DNS by link-local address',
    why: 'that is Amazon’s',
    world: world(dnsServers('169.254.169.253'), endpoints(BOTH)),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'DNS support off beside NAT',
    why: 'no name resolves',
    world: world(withNat, dnsAttributes(false, false)),
    expect: { path: 'INTERNET', reasons: ['VPC_DNS_DISABLED'] },
  },
  {
    name: 'DNS support off, custom DNS and NAT',
    why: 'other servers still answer',
    world: world(withNat, dnsServers('8.8.8.8'), dnsAttributes(false, false)),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'DNS hostnames off, endpoints, NAT',
    why: 'the public name resolves and is reached',
    world: world(withNat, endpoints(BOTH), dnsAttributes(true, false)),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'DNS hostnames off, endpoints, no egress',
    why: 'private names need both attributes',
    world: world(endpoints(BOTH), dnsAttributes(true, false)),
    expect: { path: 'NONE', reasons: ['VPC_DNS_DISABLED'] },
  },
];
