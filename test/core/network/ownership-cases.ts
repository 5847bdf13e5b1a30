/** Endpoints of ours and of others, what is tagged to be ignored, and shared VPCs. */
import { ENDPOINTS_FOR_ALL, type NetworkCase, NONE } from './case.ts';
import {
  ENDPOINT_GROUP,
  edit,
  endpoints,
  group,
  https,
  instance,
  route,
  routeTable,
  vpcIs,
  withNat,
  without,
  world,
} from './steps.ts';
import {
  ACCOUNT,
  NAT,
  NEW_AGENT,
  OWNER,
  type Step,
  SUBNET_A,
  SUBNET_C,
  SUBNET_PUBLIC,
  VPC,
} from './world.ts';

const BOTH = ['ssm', 'ssmmessages'];
const [SG, INGRESS, EC2MESSAGES, SSM, MESSAGES] = ENDPOINTS_FOR_ALL as [
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
const shared: Step = vpcIs({ OwnerId: OWNER });
const need = {
  vpcId: VPC,
  participantId: OWNER,
  subnetIds: [SUBNET_C],
  services: BOTH,
  unknownAgents: false,
};

export const OWNERSHIP_CASES: NetworkCase[] = [
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
    why: 'what works across zones needs no separate zone',
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
    why: 'the journal knows where it was',
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
    why: 'the missing one is made again, with the group that exists',
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
    expect: { path: 'PROVEN' },
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
    name: "someone's endpoint, faulty",
    why: 'advice only',
    world: world(
      known,
      endpoints(BOTH),
      group(ENDPOINT_GROUP, { IpPermissions: [https({ IpRanges: [{ CidrIp: '10.9.0.0/16' }] })] }),
    ),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_SG_BLOCKS_443'] },
  },
  {
    name: "someone's endpoint faulty for ssm, ssmmessages missing",
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
    why: 'no one here can do it',
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
    expect: { ...NONE, changes: [SG, INGRESS, EC2MESSAGES, SSM, MESSAGES] },
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
