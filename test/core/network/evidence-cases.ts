/** What Online instances prove, and networks without IPv4. */
import { ENDPOINTS_FOR_ALL, type NetworkCase, NONE, UNKNOWN } from './case.ts';
import {
  dnsServers,
  endpoints,
  group,
  instance,
  nat,
  route,
  subnetIs,
  withNat,
  world,
  zone,
  zonesFor,
} from './steps.ts';
import { INSTANCE, NAT, NEW_AGENT, type Step, SUBNET_A, SUBNET_C, SUBNET_PUBLIC } from './world.ts';

const BOTH = ['ssm', 'ssmmessages'];
const OTHER = 'i-0000000000000000b';
const inC = instance({ id: OTHER, subnet: SUBNET_C, ip: '10.0.1.10' });
const online = instance({ ping: 'Online', agent: NEW_AGENT });
const peering: Step = route('10.50.0.0/16', { VpcPeeringConnectionId: 'pcx-1' });
const policy = (...Statement: object[]) => JSON.stringify({ Statement });
const allowAll = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };

export const EVIDENCE_CASES: NetworkCase[] = [
  // Evidence.
  {
    name: 'Online behind a transit gateway',
    why: 'its ping proves ssm, and ssmmessages takes the same way',
    world: world(online, route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' })),
    expect: { path: 'PROVEN' },
  },
  {
    name: 'ConnectionLost behind a transit gateway',
    why: 'only Online proves',
    world: world(instance({ ping: 'ConnectionLost' }), route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' })),
    expect: UNKNOWN,
  },
  {
    name: 'sibling of an Online instance',
    why: 'same subnet, kind of address and groups',
    world: world(online, instance({ id: OTHER }), route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' })),
    expect: { path: 'PROVEN' },
  },
  {
    name: 'sibling with another group',
    why: 'its groups may block',
    world: world(
      online,
      group('sg-0000000000000000d', {}),
      instance({ id: OTHER, groups: ['sg-0000000000000000d'] }),
      route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' }),
    ),
    expect: UNKNOWN,
  },
  {
    name: 'sibling in another subnet',
    why: 'its routes may differ',
    world: world(online, inC, route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' })),
    expect: UNKNOWN,
  },
  {
    name: 'sibling with another kind of address',
    why: 'an internet gateway distinguishes them',
    world: world(
      instance({ subnet: SUBNET_PUBLIC, publicIp: true, ping: 'Online' }),
      instance({ id: OTHER, subnet: SUBNET_PUBLIC }),
    ),
    expect: { ...NONE, notes: ['REROUTES_WORKING_TRAFFIC'] },
  },
  {
    name: 'Online by an endpoint for ssm alone',
    why: 'ssmmessages takes another way',
    world: world(online, endpoints(['ssm'])),
    expect: { ...NONE, changes: [...ENDPOINTS_FOR_ALL.slice(0, 2), 'CreateInterfaceEndpoint ssmmessages'] },
  },
  {
    name: 'Online with a zone for ssm alone',
    why: 'the ping proves nothing of ssmmessages',
    world: world(online, zonesFor('ssm'), peering),
    expect: { path: 'NONE', reasons: ['CENTRAL_ENDPOINTS_INCOMPLETE'] },
  },
  {
    name: 'Online with custom DNS and no egress',
    why: 'ssm evidently works, how ssmmessages resolves is not seen',
    world: world(online, dnsServers('172.16.0.10')),
    expect: UNKNOWN,
  },
  {
    name: 'Online with a policy that has conditions',
    why: 'ssm is proven, ssmmessages is noted',
    world: world(
      online,
      endpoints(BOTH, { policy: policy({ ...allowAll, Condition: { Bool: { a: 'true' } } }) }),
    ),
    expect: { path: 'ENDPOINTS', notes: ['ENDPOINT_POLICY_UNDECIDED'] },
  },
  // IPv6.
  {
    name: 'IPv6-native subnet',
    why: 'no IPv4 endpoint can help there',
    world: world(subnetIs(SUBNET_A, { Ipv6Native: true, CidrBlock: undefined }), instance({ ip: null })),
    expect: { path: 'NONE', reasons: ['IPV6_ONLY'] },
  },
  {
    name: 'IPv6-native subnet with DNS64 and NAT64',
    why: 'a NAT gateway may carry it; whether the agent asks so is open',
    world: world(
      subnetIs(SUBNET_A, { Ipv6Native: true, EnableDns64: true }),
      instance({ ip: null }),
      nat(),
      route('64:ff9b::/96', { NatGatewayId: NAT }),
    ),
    expect: UNKNOWN,
  },
  {
    name: 'IPv6-native subnet beside an isolated one',
    why: 'endpoints for the one, advice for the other',
    world: world(subnetIs(SUBNET_A, { Ipv6Native: true, CidrBlock: undefined }), instance({ ip: null }), inC),
    expect: { ...NONE, reasons: ['IPV6_ONLY', 'NO_PATH_TO_SSM'] },
  },
  {
    name: 'name resolves for the wrong Region',
    why: 'a zone of another Region does not hold the name',
    world: world(zone('ssm.us-east-1.amazonaws.com.'), withNat, instance({ id: INSTANCE })),
    expect: { path: 'INTERNET' },
  },
];
