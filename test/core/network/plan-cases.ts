/** What is planned for a VPC, and what keeps a plan from being made: the rows of the VPC table. */
import { ENDPOINTS_FOR_ALL, type NetworkCase, NONE, UNKNOWN } from './case.ts';
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
  nat,
  route,
  routeTable,
  subnetIs,
  vpcIs,
  withNat,
  without,
  world,
  zonesFor,
} from './steps.ts';
import {
  ACCOUNT,
  NAT,
  NEW_AGENT,
  OWNER,
  REGION,
  type Step,
  SUBNET_A,
  SUBNET_C,
  SUBNET_PUBLIC,
  VPC,
} from './world.ts';

const BOTH = ['ssm', 'ssmmessages'];
const [SG, INGRESS, SSM, MESSAGES, EC2MESSAGES] = ENDPOINTS_FOR_ALL as [
  string,
  string,
  string,
  string,
  string,
];
const OURS = { 'dhmc-rollout:managed': 'true' };
const SSM_ID = 'vpce-00000000000000003';
const MESSAGES_ID = 'vpce-0000000000000000b';
const JOURNAL = [SSM_ID, MESSAGES_ID, ENDPOINT_GROUP];
const known = instance({ agent: NEW_AGENT });
const inC = instance({ id: 'i-0000000000000000c', subnet: SUBNET_C, ip: '10.0.1.10', agent: NEW_AGENT });
/** Endpoints as an earlier run of ours left them. */
const ours: Step = (made) => {
  endpoints(BOTH, { tags: OURS })(made);
  group(ENDPOINT_GROUP, { Tags: [{ Key: 'dhmc-rollout:managed', Value: 'true' }] })(made);
};
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
const shared: Step = vpcIs({ OwnerId: OWNER });
const need = {
  vpcId: VPC,
  participantId: OWNER,
  subnetIds: [SUBNET_C],
  services: BOTH,
  unknownAgents: false,
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
    why: 'the reason stands all the same',
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
    why: 'treated as no way out',
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
    name: 'custom DNS, no way out, provision',
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
      changes: ['EnableVpcDns'],
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
    why: 'nobody resolves through that',
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
    name: "somebody's group has our name",
    why: 'group names are unique in a VPC',
    world: world(known, group('sg-00000000000000009', { GroupName: 'dhmc-rollout-endpoints' })),
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  // Ours.
  {
    name: 'ours, sound',
    why: 'reconciling twice changes nothing',
    world: world(known, ours),
    journalled: JOURNAL,
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'ours, agent unknown since',
    why: 'an unknown agent alone plans nothing',
    world: world(ours),
    journalled: JOURNAL,
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'ours, rule lost',
    why: 'repaired',
    world: world(known, ours, group(ENDPOINT_GROUP, { IpPermissions: [] })),
    journalled: JOURNAL,
    expect: {
      path: 'ENDPOINTS',
      reasons: ['ENDPOINT_DRIFTED', 'ENDPOINT_SG_BLOCKS_443'],
      changes: [INGRESS],
    },
  },
  {
    name: 'ours, new block of the VPC',
    why: 'every associated block is to be admitted',
    world: world(
      known,
      ours,
      vpcIs({
        CidrBlockAssociationSet: ['10.0.0.0/16', '10.77.0.0/16'].map((CidrBlock) => ({
          CidrBlock,
          CidrBlockState: { State: 'associated' as const },
        })),
      }),
    ),
    journalled: JOURNAL,
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_DRIFTED'], changes: [INGRESS] },
  },
  {
    name: 'ours, disassociated block of the VPC',
    why: 'only associated blocks count',
    world: world(
      known,
      ours,
      vpcIs({
        CidrBlockAssociationSet: [
          { CidrBlock: '10.0.0.0/16', CidrBlockState: { State: 'associated' } },
          { CidrBlock: '10.77.0.0/16', CidrBlockState: { State: 'disassociated' } },
        ],
      }),
    ),
    journalled: JOURNAL,
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'ours, private DNS turned off',
    why: 'repaired',
    world: world(
      known,
      ours,
      edit((ec2) => {
        for (const one of ec2.VpcEndpoints) one.PrivateDnsEnabled = false;
      }),
    ),
    journalled: JOURNAL,
    expect: {
      path: 'NONE',
      reasons: ['ENDPOINT_DRIFTED', 'ENDPOINT_PRIVATE_DNS_OFF'],
      changes: ['ModifyInterfaceEndpoint', 'ModifyInterfaceEndpoint'],
    },
  },
  {
    name: 'ours, group replaced by another',
    why: 'ours is attached again',
    world: world(
      known,
      ours,
      group('sg-00000000000000009', {}),
      edit((ec2) => {
        for (const one of ec2.VpcEndpoints) one.Groups = [{ GroupId: 'sg-00000000000000009' }];
      }),
    ),
    journalled: JOURNAL,
    expect: {
      path: 'ENDPOINTS',
      reasons: ['ENDPOINT_DRIFTED', 'ENDPOINT_SG_BLOCKS_443'],
      changes: ['ModifyInterfaceEndpoint', 'ModifyInterfaceEndpoint'],
    },
  },
  {
    name: 'ours, affected instance in a new zone',
    why: 'one subnet a zone of affected instances',
    world: world(known, inC, ours),
    journalled: JOURNAL,
    expect: {
      path: 'ENDPOINTS',
      reasons: ['ENDPOINT_DRIFTED'],
      changes: ['ModifyInterfaceEndpoint', 'ModifyInterfaceEndpoint'],
    },
  },
  {
    name: 'ours, Online instance in a zone without it',
    why: 'what works across zones needs no zone of its own',
    world: world(
      known,
      instance({ id: 'i-0000000000000000c', subnet: SUBNET_C, ping: 'Online', agent: NEW_AGENT }),
      ours,
    ),
    journalled: JOURNAL,
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'ours, taken out of a zone by hand',
    why: 'the journal knows where it stood',
    world: world(
      known,
      instance({ id: 'i-0000000000000000c', subnet: SUBNET_C, ping: 'Online', agent: NEW_AGENT }),
      ours,
    ),
    journalled: [...JOURNAL, `${SSM_ID}/${SUBNET_A}`, `${SSM_ID}/${SUBNET_C}`],
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_DRIFTED'], changes: ['ModifyInterfaceEndpoint'] },
  },
  {
    name: 'ours, new zone, endpointZones: one',
    why: 'one zone is enough by configuration',
    world: world(known, inC, ours),
    journalled: JOURNAL,
    settings: { endpointZones: 'one' },
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'ours, one of two deleted by hand',
    why: 'the missing one is made again, with the group that stands',
    world: world(
      known,
      ours,
      edit((ec2) => {
        ec2.VpcEndpoints = ec2.VpcEndpoints.filter((one) => one.VpcEndpointId !== MESSAGES_ID);
      }),
    ),
    journalled: JOURNAL,
    expect: { path: 'NONE', reasons: ['NO_PATH_TO_SSM'], changes: [MESSAGES] },
  },
  {
    name: 'tagged as ours, not in the journal',
    why: 'a tag alone proves nothing',
    world: world(known, ours, group(ENDPOINT_GROUP, { IpPermissions: [] })),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_SG_BLOCKS_443'] },
  },
  {
    name: 'ours and Online through it',
    why: 'what ran through ours proves nothing without it',
    world: world(instance({ ping: 'Online', agent: NEW_AGENT }), ours),
    journalled: JOURNAL,
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'ours, pending',
    why: 'not repaired while it is made',
    world: world(
      known,
      ours,
      edit((ec2) => {
        for (const one of ec2.VpcEndpoints) Object.assign(one, { State: 'pending' });
      }),
    ),
    journalled: JOURNAL,
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_PENDING'] },
  },
  {
    name: "somebody's endpoint, faulty",
    why: 'advice only',
    world: world(
      known,
      endpoints(BOTH),
      group(ENDPOINT_GROUP, { IpPermissions: [https({ IpRanges: [{ CidrIp: '10.9.0.0/16' }] })] }),
    ),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_SG_BLOCKS_443'] },
  },
  {
    name: "somebody's endpoint faulty for ssm, ssmmessages missing",
    why: 'a row that does nothing beats a row that plans',
    world: world(known, endpoints(['ssm']), group(ENDPOINT_GROUP, { IpPermissions: [] })),
    expect: { path: 'NONE', reasons: ['ENDPOINT_SG_BLOCKS_443'] },
  },
  // Tags.
  {
    name: 'VPC tagged to be ignored',
    why: 'left alone and noted',
    world: world(vpcIs({ Tags: [{ Key: 'dhmc-rollout', Value: 'ignore' }] })),
    expect: { path: 'NONE', notes: ['IGNORED_BY_TAG'] },
  },
  {
    name: 'instance tagged to be ignored',
    why: 'not counted',
    world: world(
      known,
      withNat,
      routeTable('rtb-0000000000000000c', SUBNET_C),
      instance({ id: 'i-0000000000000000c', subnet: SUBNET_C, tags: { 'dhmc-rollout': 'ignore' } }),
    ),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'stopped instance without a way',
    why: 'stopped instances are no failures',
    world: world(
      known,
      withNat,
      routeTable('rtb-0000000000000000c', SUBNET_C),
      instance({ id: 'i-0000000000000000c', subnet: SUBNET_C, state: 'stopped' }),
    ),
    expect: { path: 'INTERNET' },
  },
  // Shared VPCs.
  {
    name: 'participant without a way',
    why: 'the owner decides, who sees its endpoints',
    world: world(known, shared),
    expect: { path: 'NONE', reasons: ['VPC_OWNER_MANAGED'] },
  },
  {
    name: "participant behind the owner's NAT gateway",
    why: 'a participant does not see it',
    world: world(known, shared, route('0.0.0.0/0', { NatGatewayId: NAT })),
    expect: { path: 'UNKNOWN', reasons: ['VPC_OWNER_MANAGED'] },
  },
  {
    name: 'participant with a public address',
    why: 'what it can see is enough',
    world: world(instance({ subnet: SUBNET_PUBLIC, publicIp: true }), shared),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'participant that is Online',
    why: 'Online proves',
    world: world(instance({ ping: 'Online', agent: NEW_AGENT }), shared),
    expect: { path: 'PROVEN' },
  },
  {
    name: 'participant, owner out of scope',
    why: 'nobody here can do it',
    world: world(known, shared),
    ownerOutOfScope: true,
    expect: { path: 'NONE', reasons: ['VPC_OWNER_OUT_OF_SCOPE'] },
  },
  {
    name: 'owner with a recorded need',
    why: "the owner's own target plans it",
    world: world(without.instances),
    needs: [need],
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES] },
  },
  {
    name: 'owner whose NAT gateway serves the need',
    why: 'the owner sees its NAT gateway',
    world: world(without.instances, withNat),
    needs: [need],
    expect: { path: 'INTERNET' },
  },
  {
    name: 'owner whose endpoints serve the need',
    why: 'the owner sees its endpoints',
    world: world(without.instances, endpoints(BOTH)),
    needs: [need],
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'owner with a need of unknown agents',
    why: 'ec2messages comes with a plan that is made anyway',
    world: world(without.instances),
    needs: [{ ...need, unknownAgents: true }],
    expect: { ...NONE, changes: [SG, INGRESS, SSM, MESSAGES, EC2MESSAGES] },
  },
  {
    name: 'owner with endpoints of ours and a need in a new zone',
    why: 'the need is met in its zone',
    world: world(known, ours, vpcIs({ OwnerId: ACCOUNT })),
    journalled: JOURNAL,
    needs: [need],
    expect: {
      path: 'ENDPOINTS',
      reasons: ['ENDPOINT_DRIFTED'],
      changes: ['ModifyInterfaceEndpoint', 'ModifyInterfaceEndpoint'],
    },
  },
];
