/** What is planned for a VPC, and what keeps a plan from being made: the rows of the VPC table. */
import { ENDPOINTS_FOR_ALL, type NetworkCase, NONE, UNKNOWN } from './case.ts';
import {
  dnsAttributes,
  dnsServers,
  edit,
  endpoint,
  endpoints,
  group,
  instance,
  nat,
  route,
  routeTable,
  subnetIs,
  withNat,
  world,
  zonesFor,
} from './steps.ts';
import { NAT, NEW_AGENT, REGION, type Step, SUBNET_A, SUBNET_C, SUBNET_PUBLIC, VPC } from './world.ts';

const BOTH = ['ssm', 'ssmmessages'];
const [SG, INGRESS, , SSM, MESSAGES] = ENDPOINTS_FOR_ALL as [string, string, string, string, string];
const known = instance({ agent: NEW_AGENT });
const inC = instance({ id: 'i-0000000000000000c', subnet: SUBNET_C, ip: '10.0.1.10', agent: NEW_AGENT });
const services = (change: (name: string) => string[] | null): Step =>
  edit((ec2) => {
    ec2.VpcEndpointServices = ec2.VpcEndpointServices.flatMap((service) => {
      const zones = change(service.ServiceName?.split('.').at(-1) ?? '');
      return zones ? [{ ...service, AvailabilityZones: zones }] : [];
    });
  });
const inbound: Step = (made) => {
  made.Route53Resolver.ResolverEndpoints.push({ Id: 'rslvr-in-1', Direction: 'INBOUND', HostVPCId: VPC });
};

export const PLAN_CASES: NetworkCase[] = [
  {
    name: 'report instead of provision',
    why: 'the plan is shown, not made',
    world: world(),
    settings: { endpoints: 'report' },
    expect: { path: 'NONE', reasons: ['NO_PATH_TO_SSM'] },
  },
  {
    name: 'endpoints off',
    why: 'the reason is kept all the same',
    world: world(),
    settings: { endpoints: 'off' },
    expect: { path: 'NONE', reasons: ['NO_PATH_TO_SSM'] },
  },
  {
    name: 'known new agent',
    why: 'agents from 3.3.40.0 do without ec2messages',
    world: world(known),
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: 'known old agent',
    why: 'agents before 3.3.40.0 need ec2messages',
    world: world(instance({ agent: '3.2.582.0' })),
    expect: NONE,
  },
  {
    name: 'agent of exactly 3.3.40.0',
    why: 'the first that does without',
    world: world(instance({ agent: '3.3.40.0' })),
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: 'ec2messages: never',
    why: 'the configuration decides',
    world: world(instance({ agent: '3.2.582.0' })),
    settings: { ec2messages: 'never' },
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: 'ec2messages: always',
    why: 'the configuration decides',
    world: world(known),
    settings: { ec2messages: 'always' },
    expect: NONE,
  },
  {
    name: 'Region without ec2messages',
    why: 'Regions of 2024 and later do not offer it',
    world: world(services((name) => (name === 'ec2messages' ? null : [`${REGION}a`]))),
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: 'unknownEgress: provision behind a transit gateway',
    why: 'treated as no egress',
    world: world(known, route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' })),
    settings: { unknownEgress: 'provision' },
    expect: {
      path: 'UNKNOWN',
      reasons: ['NO_PATH_TO_SSM'],
      notes: ['EGRESS_UNKNOWN', 'REROUTES_WORKING_TRAFFIC'],
      changes: [SG, INGRESS, SSM, MESSAGES],
    },
  },
  {
    name: 'unknownEgress: provision where a rule forwards the name',
    why: 'that resolves elsewhere, an endpoint would not be found',
    world: world(known, (made) => {
      made.Route53Resolver.ResolverRules.push({ Id: 'r', DomainName: '.', RuleType: 'FORWARD' });
      made.Route53Resolver.ResolverRuleAssociations.push({ ResolverRuleId: 'r', VPCId: VPC });
    }),
    settings: { unknownEgress: 'provision' },
    expect: UNKNOWN,
  },
  {
    name: 'path: private behind a NAT gateway',
    why: 'public addresses work and are not wanted',
    world: world(withNat, known),
    settings: { path: 'private' },
    expect: {
      path: 'INTERNET',
      reasons: ['PATH_NOT_PRIVATE'],
      notes: ['REROUTES_WORKING_TRAFFIC'],
      changes: [SG, INGRESS, SSM, MESSAGES],
    },
  },
  {
    name: 'path: private, its instance Online over public addresses',
    why: 'being managed proves a way, not a private one',
    world: world(withNat, instance({ agent: NEW_AGENT, ping: 'Online' })),
    settings: { path: 'private' },
    expect: {
      path: 'PROVEN',
      reasons: ['PATH_NOT_PRIVATE'],
      notes: ['REROUTES_WORKING_TRAFFIC'],
      changes: [SG, INGRESS, SSM, MESSAGES],
    },
  },
  {
    name: 'path: private with endpoints of others',
    why: 'the path is private',
    world: world(withNat, known, endpoints(['ssm', 'ssmmessages'])),
    settings: { path: 'private' },
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'path: private without a path',
    why: 'that it is missing is the reason; the plan is the same',
    world: world(known),
    settings: { path: 'private' },
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: 'path: private, endpoints: report',
    why: 'said, and nothing made',
    world: world(withNat, known),
    settings: { path: 'private', endpoints: 'report' },
    expect: {
      path: 'INTERNET',
      reasons: ['PATH_NOT_PRIVATE'],
      notes: ['REROUTES_WORKING_TRAFFIC'],
      changes: [],
    },
  },
  {
    name: 'one unknown, one without a way',
    why: 'endpoints for the one, a note for the other',
    world: world(
      known,
      inC,
      routeTable('rtb-0000000000000000c', SUBNET_C),
      route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' }),
    ),
    expect: {
      ...NONE,
      notes: ['EGRESS_UNKNOWN', 'REROUTES_WORKING_TRAFFIC'],
      changes: [SG, INGRESS, SSM, MESSAGES],
    },
  },
  {
    name: 'custom DNS, no egress, provision',
    why: 'endpoints would not be found',
    world: world(dnsServers('172.16.0.10')),
    expect: { path: 'NONE', reasons: ['DNS_CUSTOM'] },
  },
  {
    name: 'DNS attributes off',
    why: 'off by default: reported',
    world: world(dnsAttributes(true, false)),
    expect: { path: 'NONE', reasons: ['VPC_DNS_DISABLED'] },
  },
  {
    name: 'DNS attributes off, enableVpcDns',
    why: 'turned on first, then the endpoints',
    world: world(known, dnsAttributes(true, false)),
    settings: { enableVpcDns: true },
    expect: {
      path: 'NONE',
      reasons: ['VPC_DNS_DISABLED'],
      notes: ['WAKES_PRIVATE_ZONES'],
      changes: ['EnableVpcDns', SG, INGRESS, SSM, MESSAGES],
    },
  },
  {
    name: 'DNS attributes off, endpoints dormant, enableVpcDns',
    why: 'turning them on is enough',
    world: world(known, endpoints(BOTH), dnsAttributes(false, false)),
    settings: { enableVpcDns: true },
    expect: {
      path: 'NONE',
      reasons: ['VPC_DNS_DISABLED'],
      notes: ['WAKES_PRIVATE_ZONES'],
      changes: ['EnableVpcDns', 'EnableVpcDns'],
    },
  },
  {
    name: 'DNS attributes off, zones dormant, enableVpcDns',
    why: 'the zones would wake and hold the names: no endpoint',
    world: world(
      known,
      zonesFor(...BOTH),
      route('10.50.0.0/16', { TransitGatewayId: 'tgw-1' }),
      dnsAttributes(true, false),
    ),
    settings: { enableVpcDns: true },
    expect: {
      path: 'NONE',
      reasons: ['VPC_DNS_DISABLED'],
      notes: ['WAKES_PRIVATE_ZONES'],
      changes: ['EnableVpcDns'],
    },
  },
  {
    name: 'failed endpoint holds the name',
    why: 'AWS refuses a second private DNS name',
    world: world(known, endpoint('ssm', { state: 'failed' })),
    expect: { path: 'NONE', reasons: ['PRIVATE_DNS_CONFLICT'] },
  },
  {
    name: 'endpoint being deleted',
    why: 'the next pass looks again',
    world: world(known, endpoint('ssm', { state: 'deleting' })),
    expect: { path: 'NONE', reasons: ['ENDPOINT_PENDING'] },
  },
  {
    name: 'deleted endpoint',
    why: 'it holds nothing any more',
    world: world(known, endpoint('ssm', { state: 'deleted' })),
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: 'Resolver inbound endpoint in the VPC',
    why: 'others resolve through it',
    world: world(known, inbound),
    expect: { path: 'NONE', reasons: ['DNS_HUB_VPC'] },
  },
  {
    name: 'Resolver inbound endpoint, endpointsInDnsHubs',
    why: 'the configuration allows it',
    world: world(known, inbound),
    settings: { endpointsInDnsHubs: true },
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: 'Resolver outbound endpoint in the VPC',
    why: 'no one resolves through that',
    world: world(known, (made) => {
      made.Route53Resolver.ResolverEndpoints.push({
        Id: 'rslvr-out-1',
        Direction: 'OUTBOUND',
        HostVPCId: VPC,
      });
    }),
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: 'two zones',
    why: 'one subnet a zone in which affected instances run',
    world: world(known, inC),
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: 'zones that the service does not support',
    why: 'any supported zone of the VPC',
    world: world(
      known,
      services(() => [`${REGION}c`]),
    ),
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: 'no zone that the service supports',
    why: 'the VPC has no subnet there',
    world: world(
      known,
      services(() => [`${REGION}d`]),
    ),
    expect: { path: 'NONE', reasons: ['ENDPOINT_ZONE_UNSUPPORTED'] },
  },
  {
    name: 'full subnets',
    why: 'an endpoint needs an address',
    world: world(
      known,
      ...[SUBNET_A, SUBNET_C, SUBNET_PUBLIC].map((id) => subnetIs(id, { AvailableIpAddressCount: 0 })),
    ),
    expect: { path: 'NONE', reasons: ['ENDPOINT_SUBNET_FULL'] },
  },
  {
    name: 'budget of the VPC',
    why: 'stops the plan, not the run',
    world: world(known),
    settings: { maxMonthlyUsdPerVpc: 20 },
    expect: { path: 'NONE', reasons: ['BUDGET_EXCEEDED', 'NO_PATH_TO_SSM'] },
  },
  {
    name: 'budget of the VPC, exactly',
    why: 'up to the budget is within it',
    world: world(known),
    settings: { maxMonthlyUsdPerVpc: 20.44 },
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: 'some instances work over NAT',
    why: 'private DNS moves the whole VPC',
    world: world(
      known,
      inC,
      routeTable('rtb-0000000000000000c', SUBNET_C),
      nat(),
      route('0.0.0.0/0', { NatGatewayId: NAT }, 'rtb-0000000000000000c'),
    ),
    expect: { ...NONE, notes: ['REROUTES_WORKING_TRAFFIC'], changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: "someone's group has our name",
    why: 'group names are unique in a VPC',
    world: world(known, group('sg-00000000000000009', { GroupName: 'dhmc-rollout-endpoints' })),
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
];
