/** Names as they resolve in the field: order of servers, directories, hypervisors, the most specific holder. */
import { ENDPOINTS_FOR_ALL, INTERNET, type NetworkCase, NONE, UNKNOWN } from './case.ts';
import {
  dnsAttributes,
  dnsServers,
  ENDPOINT_GROUP,
  edit,
  endpoint,
  endpoints,
  group,
  https,
  instance,
  interfaceIs,
  profile,
  route,
  rule,
  vpcIs,
  withNat,
  world,
  zone,
  zonesFor,
} from './steps.ts';
import { dhcp, NEW_AGENT, OWNER, REGION, type Step } from './world.ts';

const BOTH = ['ssm', 'ssmmessages'];
const known = instance({ agent: NEW_AGENT });
const online = instance({ ping: 'Online', agent: NEW_AGENT });
const xen = instance({ type: 't2.micro', agent: NEW_AGENT });
const peering: Step = route('10.50.0.0/16', { VpcPeeringConnectionId: 'pcx-1' });
const secondary: Step = vpcIs({
  CidrBlockAssociationSet: ['10.0.0.0/16', '10.1.0.0/16'].map((CidrBlock) => ({
    CidrBlock,
    CidrBlockState: { State: 'associated' as const },
  })),
});
const noServers: Step = edit((ec2) => {
  ec2.DhcpOptions = [
    { ...dhcp([]), DhcpConfigurations: [{ Key: 'domain-name', Values: [{ Value: 'corp' }] }] },
  ];
});
const directory: Step = (made) => {
  dnsServers('10.0.1.7', '10.0.0.7')(made);
  interfaceIs({
    PrivateIpAddress: '10.0.1.7',
    Description: 'AWS created network interface for directory d-9067abcdef',
  })(made);
};
const noSet: Step = vpcIs({ DhcpOptionsId: 'default' });
const hub = (name: string) => `arn:aws:ec2:${REGION}:${OWNER}:vpc-endpoint/vpce-hub-${name}`;
const DNS_OFF: NetworkCase['expect'] = { path: 'INTERNET', reasons: ['VPC_DNS_DISABLED'] };
const CUSTOM: NetworkCase['expect'] = { path: 'NONE', reasons: ['DNS_CUSTOM'] };

export const DNS_CASES: NetworkCase[] = [
  // Servers.
  {
    name: 'plus two of a secondary block',
    why: 'only the primary block has Amazon’s DNS',
    world: world(known, secondary, dnsServers('10.1.0.2'), endpoints(BOTH)),
    expect: CUSTOM,
  },
  {
    name: 'plus two of the primary block beside a secondary one',
    why: 'that is Amazon’s',
    world: world(known, secondary, dnsServers('10.0.0.2'), endpoints(BOTH)),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'option set without domain-name-servers',
    why: 'it hands out none (inferred)',
    world: world(known, noServers, endpoints(BOTH)),
    expect: CUSTOM,
  },
  {
    name: 'option set without domain-name-servers behind NAT',
    why: 'without a server no egress helps',
    world: world(known, noServers, withNat),
    expect: { path: 'INTERNET', reasons: ['DNS_CUSTOM'] },
  },
  {
    name: 'no option set, Nitro',
    why: '169.254.169.253 is configured there',
    world: world(known, noSet, endpoints(BOTH)),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'no option set, Xen',
    why: 'no server is configured there, which is said and not judged',
    world: world(xen, noSet, endpoints(BOTH)),
    expect: UNKNOWN,
  },
  {
    name: 'IPv6 resolver, Nitro',
    why: 'it is Amazon’s',
    world: world(known, dnsServers('fd00:ec2::253'), endpoints(BOTH)),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'IPv6 resolver, Xen',
    why: 'Xen cannot reach it',
    world: world(xen, dnsServers('fd00:ec2::253', 'AmazonProvidedDNS'), endpoints(BOTH)),
    expect: UNKNOWN,
  },
  {
    name: 'Amazon’s DNS first, Xen',
    why: 'no difference there',
    world: world(xen, dnsServers('AmazonProvidedDNS', '172.16.0.10'), endpoints(BOTH)),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'domain controllers first, NAT',
    why: 'the public answer is likely, and works',
    world: world(known, dnsServers('172.16.0.10', '10.0.0.2'), withNat),
    expect: INTERNET,
  },
  // Directories.
  {
    name: 'directory of the VPC and endpoints',
    why: 'it forwards to Amazon’s DNS, which is not seen',
    world: world(known, directory, endpoints(BOTH)),
    expect: UNKNOWN,
  },
  {
    name: 'directory of the VPC, no egress',
    why: 'never a missing path',
    world: world(known, directory),
    expect: UNKNOWN,
  },
  {
    name: 'directory of the VPC and NAT',
    why: 'both answers are public, and that works',
    world: world(known, directory, withNat),
    expect: INTERNET,
  },
  {
    name: 'directory of the VPC, endpoint that admits no one, NAT',
    why: 'if Amazon’s answer is passed on, the endpoint blocks',
    world: world(known, directory, withNat, endpoints(BOTH), group(ENDPOINT_GROUP, { IpPermissions: [] })),
    expect: { path: 'UNKNOWN', reasons: ['ENDPOINT_SG_BLOCKS_443'], notes: ['EGRESS_UNKNOWN'] },
  },
  {
    name: 'directory of the VPC, Online',
    why: 'the ping proves ssm, and ssmmessages takes the same way',
    world: world(online, directory, endpoints(BOTH)),
    expect: { path: 'PROVEN' },
  },
  {
    name: 'self-managed server in the VPC',
    why: 'no directory: nothing says that it forwards',
    world: world(
      known,
      dnsServers('10.0.1.7'),
      interfaceIs({ PrivateIpAddress: '10.0.1.7' }),
      endpoints(BOTH),
    ),
    expect: CUSTOM,
  },
  // Attributes.
  {
    name: 'DNS support off behind NAT',
    why: 'no name resolves, whatever the egress',
    world: world(known, withNat, dnsAttributes(false, true)),
    expect: DNS_OFF,
  },
  {
    name: 'DNS support off behind NAT, turned on',
    why: 'the VPC is better for it',
    world: world(known, withNat, dnsAttributes(false, false)),
    settings: { enableVpcDns: true },
    expect: { ...DNS_OFF, notes: ['WAKES_PRIVATE_ZONES'], changes: ['EnableVpcDns', 'EnableVpcDns'] },
  },
  {
    name: 'DNS support off behind NAT, with a zone that leads nowhere',
    why: 'turned on, the zone would capture the names: not better',
    world: world(known, withNat, dnsAttributes(false, false), zonesFor(...BOTH)),
    settings: { enableVpcDns: true },
    expect: DNS_OFF,
  },
  {
    name: 'DNS support off, Online',
    why: 'names evidently resolve by other means, and ssmmessages like ssm',
    world: world(online, withNat, dnsAttributes(false, false)),
    expect: { path: 'PROVEN' },
  },
  {
    name: 'DNS hostnames off behind NAT, zones there',
    why: 'the zones sleep, the names are public',
    world: world(known, withNat, dnsAttributes(true, false), zonesFor(...BOTH)),
    expect: INTERNET,
  },
  {
    name: 'DNS hostnames off, endpoints, rule of a Profile',
    why: 'rules work without host names',
    world: world(
      known,
      withNat,
      dnsAttributes(true, false),
      endpoints(BOTH),
      rule('elsewhere.example.'),
      edit(() => undefined),
      profile(`arn:aws:route53resolver:${REGION}:${OWNER}:resolver-rule/rslvr-rr-1`),
      (made) =>
        made.Route53Resolver.ResolverRules.push({
          Id: 'rslvr-rr-1',
          DomainName: 'amazonaws.com.',
          RuleType: 'FORWARD',
        }),
    ),
    expect: UNKNOWN,
  },
  // The most specific holder.
  {
    name: 'FORWARD rule for everything, zones for the names',
    why: 'the zone is more specific',
    world: world(known, rule('.'), zonesFor(...BOTH), peering),
    expect: { path: 'CENTRAL' },
  },
  {
    name: 'FORWARD rule for one name, endpoints',
    why: 'at the same name the rule wins',
    world: world(known, rule(`ssmmessages.${REGION}.amazonaws.com.`), endpoints(BOTH)),
    expect: UNKNOWN,
  },
  {
    name: 'FORWARD rule for one name and SYSTEM for the same, endpoints',
    why: 'a more specific FORWARD is needed to win',
    world: world(known, rule('amazonaws.com.'), rule(`${REGION}.amazonaws.com.`, 'SYSTEM'), endpoints(BOTH)),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'zone of a parent over endpoints',
    why: 'the endpoint’s own name is more specific',
    world: world(known, zone('amazonaws.com.'), endpoints(BOTH)),
    expect: { path: 'ENDPOINTS' },
  },
  // Profiles.
  {
    name: 'two Profiles, the first without the names',
    why: 'the first that holds the name wins',
    world: world(
      known,
      peering,
      profile('arn:aws:route53:::hostedzone/Z9', { id: 'rp-1', priority: 100 }),
      profile('arn:aws:route53:::hostedzone/Z8', { id: 'rp-2', priority: 200 }),
      (made) => {
        made.Route53.HostedZones.push(
          { HostedZoneId: 'Z9', Name: 'corp.example.', Owner: { OwningAccount: OWNER }, VPCs: [] },
          { HostedZoneId: 'Z8', Name: `${REGION}.amazonaws.com.`, Owner: { OwningAccount: OWNER }, VPCs: [] },
        );
      },
    ),
    expect: { path: 'CENTRAL' },
  },
  {
    name: 'two Profiles, the first forwards a parent, the second has zones',
    why: 'the Profile of the lowest priority holds the name already',
    world: world(
      known,
      peering,
      profile(`arn:aws:route53resolver:${REGION}:${OWNER}:resolver-rule/rslvr-rr-0`, {
        id: 'rp-2',
        priority: 100,
      }),
      profile('arn:aws:route53:::hostedzone/Z8', { id: 'rp-1', priority: 900 }),
      (made) => {
        made.Route53Resolver.ResolverRules.push({
          Id: 'rslvr-rr-0',
          DomainName: 'amazonaws.com.',
          RuleType: 'FORWARD',
        });
        made.Route53.HostedZones.push({
          HostedZoneId: 'Z8',
          Name: `ssm.${REGION}.amazonaws.com.`,
          Owner: { OwningAccount: OWNER },
          VPCs: [],
        });
      },
    ),
    expect: UNKNOWN,
  },
  {
    name: 'Profile with another account’s endpoint for kms, NAT',
    why: 'its owner says that it is for kms alone',
    world: world(known, withNat, profile(hub('kms'))),
    foreign: ['kms'],
    expect: INTERNET,
  },
  {
    name: 'Profile with another account’s endpoint for kms, no egress',
    why: 'a known name hides nothing',
    world: world(profile(hub('kms'))),
    foreign: ['kms'],
    expect: NONE,
  },
  {
    name: 'Profile with another account’s endpoint that its owner does not name',
    why: 'it may hold any name',
    world: world(known, withNat, profile(hub('kms'))),
    expect: UNKNOWN,
  },
  {
    name: 'Profile with another account’s endpoints for both names',
    why: 'central, and a route leads there',
    world: world(known, peering, ...BOTH.map((name) => profile(hub(name)))),
    foreign: BOTH,
    expect: { path: 'CENTRAL' },
  },
  {
    name: 'Profile with another account’s endpoint for ssm alone, Online',
    why: 'ssmmessages is public, and has no path',
    world: world(online, peering, profile(hub('ssm'))),
    foreign: ['ssm'],
    expect: { path: 'NONE', reasons: ['CENTRAL_ENDPOINTS_INCOMPLETE'] },
  },
  // Everything that is wrong is said at once.
  {
    name: 'zone for ssm alone, no route, no egress',
    why: 'unreachable and incomplete',
    world: world(known, zonesFor('ssm')),
    expect: { path: 'NONE', reasons: ['CENTRAL_ENDPOINTS_INCOMPLETE', 'CENTRAL_UNREACHABLE'] },
  },
  {
    name: 'zone for ssmmessages without a route, Online over NAT',
    why: 'the ping proves ssm, no evidence removes a block of another name',
    world: world(online, withNat, zonesFor('ssmmessages')),
    expect: { path: 'CENTRAL', reasons: ['CENTRAL_UNREACHABLE'] },
  },
  {
    name: 'Online over NAT, endpoint for ssmmessages that admits no one',
    why: 'the private name wins, and sessions are blocked',
    world: world(
      online,
      withNat,
      group(ENDPOINT_GROUP, { IpPermissions: [] }),
      endpoint('ssmmessages', { id: 'vpce-0000000000000000b' }),
    ),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_SG_BLOCKS_443'], notes: [] },
  },
  {
    name: 'Online, both central',
    why: 'the same way',
    world: world(online, zonesFor(...BOTH), peering),
    expect: { path: 'PROVEN' },
  },
  {
    name: 'Online, but the group no longer allows 443',
    why: 'an established connection outlives the rule; the next session does not',
    world: world(online, withNat, group('sg-0000000000000000a', { IpPermissionsEgress: [] })),
    expect: { path: 'INTERNET', reasons: ['INSTANCE_SG_BLOCKS_443'] },
  },
  {
    name: 'two filters of one endpoint',
    why: 'each is a finding',
    world: world(
      known,
      endpoints(BOTH),
      group(ENDPOINT_GROUP, { IpPermissions: [https({ IpRanges: [{ CidrIp: '192.168.0.0/16' }] })] }),
      group('sg-0000000000000000a', { IpPermissionsEgress: [] }),
    ),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_SG_BLOCKS_443', 'INSTANCE_SG_BLOCKS_443'] },
  },
  {
    name: 'old agent, endpoints without ec2messages, Online',
    why: 'ec2messages has no path',
    world: world(instance({ ping: 'Online', agent: '3.2.900.0' }), endpoints(BOTH)),
    expect: {
      path: 'NONE',
      reasons: ['NO_PATH_TO_SSM'],
      changes: [...ENDPOINTS_FOR_ALL.slice(0, 2), 'CreateInterfaceEndpoint ec2messages'],
    },
  },
];
