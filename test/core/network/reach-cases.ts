/** Whether endpoints are reached, and what security groups, policies and network ACLs let through. */
import { ENDPOINTS_FOR_ALL, type NetworkCase, NONE, UNKNOWN } from './case.ts';
import {
  acl,
  aclRule,
  ENDPOINT_GROUP,
  egressOnlyTo,
  endpoint,
  endpoints,
  group,
  https,
  instance,
  prefixList,
  subnetIs,
  withNat,
  world,
} from './steps.ts';
import { GROUP, NEW_AGENT, SUBNET_A, SUBNET_C, SUBNET_PUBLIC, VPC } from './world.ts';

const BOTH = ['ssm', 'ssmmessages'];
const everyIp = { IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
const only = (...IpPermissions: Parameters<typeof https>[0][]) =>
  group(ENDPOINT_GROUP, { IpPermissions: IpPermissions.map((one) => https(one)) });
const policy = (...Statement: object[]) => JSON.stringify({ Statement });
const allowAll = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };

export const REACH_CASES: NetworkCase[] = [
  // Endpoints.
  {
    name: 'endpoints in the VPC',
    why: 'private DNS on, available, admitted',
    world: world(endpoints(BOTH)),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'endpoints and NAT',
    why: 'the private name wins',
    world: world(withNat, endpoints(BOTH)),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'endpoint states in capitals',
    why: 'the SDK and the API disagree on capitals',
    world: world(endpoints(BOTH, { state: 'Available' })),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'endpoint for ssm alone',
    why: 'only the missing one is planned',
    world: world(instance({ agent: NEW_AGENT }), endpoints(['ssm'])),
    expect: { ...NONE, changes: [...ENDPOINTS_FOR_ALL.slice(0, 2), 'CreateInterfaceEndpoint ssmmessages'] },
  },
  {
    name: 'endpoints without ec2messages, agent unknown',
    why: 'an unknown agent alone makes no name missing',
    world: world(endpoints(BOTH)),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'endpoints without ec2messages, old agent',
    why: 'agents before 3.3.40.0 need it',
    world: world(instance({ agent: '3.2.2303.0' }), endpoints(BOTH)),
    expect: { ...NONE, changes: [...ENDPOINTS_FOR_ALL.slice(0, 2), 'CreateInterfaceEndpoint ec2messages'] },
  },
  {
    name: 'endpoints pending',
    why: 'the next pass looks again',
    world: world(endpoints(BOTH, { state: 'pending' })),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_PENDING'] },
  },
  {
    name: 'endpoint group admits another block',
    why: 'blocked even where a NAT would do, since the private name wins',
    world: world(withNat, endpoints(BOTH), only({ IpRanges: [{ CidrIp: '10.9.0.0/16' }] })),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_SG_BLOCKS_443'] },
  },
  {
    name: 'endpoint group without rules',
    why: 'security groups deny what no rule admits',
    world: world(endpoints(BOTH), only()),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_SG_BLOCKS_443'] },
  },
  {
    name: 'endpoint group admits by group reference',
    why: 'a rule may name the instance’s group',
    world: world(endpoints(BOTH), only({ UserIdGroupPairs: [{ GroupId: GROUP }] })),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'endpoint group references another group',
    why: 'the instance is not in it',
    world: world(endpoints(BOTH), only({ UserIdGroupPairs: [{ GroupId: 'sg-other' }] })),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_SG_BLOCKS_443'] },
  },
  {
    name: 'endpoint group admits by prefix list',
    why: 'the list holds the address',
    world: world(
      endpoints(BOTH),
      prefixList('pl-b', ['10.0.0.0/24']),
      only({ PrefixListIds: [{ PrefixListId: 'pl-b' }] }),
    ),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'endpoint group names a prefix list that was not read',
    why: 'never a guess',
    world: world(
      endpoints(BOTH),
      prefixList('pl-b', null),
      only({ PrefixListIds: [{ PrefixListId: 'pl-b' }] }),
    ),
    expect: UNKNOWN,
  },
  {
    name: 'endpoint group admits UDP 443',
    why: 'the agent speaks TCP',
    world: world(
      endpoints(BOTH),
      group(ENDPOINT_GROUP, { IpPermissions: [{ ...https(everyIp), IpProtocol: 'udp' }] }),
    ),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_SG_BLOCKS_443'] },
  },
  {
    name: 'endpoint policy denies',
    why: 'an explicit deny wins',
    world: world(
      endpoints(BOTH, { policy: policy(allowAll, { ...allowAll, Effect: 'Deny', Action: 'ssm:*' }) }),
    ),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_POLICY_DENIES'] },
  },
  {
    name: 'endpoint policy allows other actions only',
    why: 'what nothing allows is denied',
    world: world(endpoints(BOTH, { policy: policy({ ...allowAll, Action: ['ssm:GetParameter'] }) })),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_POLICY_DENIES'] },
  },
  {
    name: 'endpoint policy with a condition',
    why: 'conditions cannot be judged from here: a note, not a block',
    world: world(
      endpoints(BOTH, {
        policy: policy({ ...allowAll, Condition: { StringEquals: { 'aws:SourceVpc': VPC } } }),
      }),
    ),
    expect: { path: 'ENDPOINTS', notes: ['ENDPOINT_POLICY_UNDECIDED'] },
  },
  {
    name: 'endpoint policy for the own organization',
    why: 'whether the call for DHMC credentials names the organization is not documented: a note',
    world: world(
      endpoints(BOTH, {
        policy: policy({
          ...allowAll,
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1' } },
        }),
      }),
    ),
    expect: { path: 'ENDPOINTS', notes: ['ENDPOINT_POLICY_UNDECIDED'] },
  },
  {
    name: 'endpoint policy for another organization',
    why: 'no role of the account is of that organization',
    world: world(
      endpoints(BOTH, {
        policy: policy({ ...allowAll, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-other' } } }),
      }),
    ),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_POLICY_DENIES'] },
  },
  {
    name: 'endpoint without private DNS, no other way',
    why: 'advice, no second endpoint',
    world: world(endpoints(BOTH, { privateDns: false })),
    expect: { path: 'NONE', reasons: ['ENDPOINT_PRIVATE_DNS_OFF'] },
  },
  {
    name: 'endpoint without private DNS beside NAT',
    why: 'the public name resolves and is reached',
    world: world(withNat, endpoints(BOTH, { privateDns: false })),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'gateway endpoint of the same VPC',
    why: 'it answers for S3, not for Systems Manager',
    world: world(endpoint('s3', { privateDns: false })),
    expect: NONE,
  },
  // Filters of the instance and its subnet.
  {
    name: 'instance group without egress',
    why: 'outbound 443 is needed',
    world: world(withNat, egressOnlyTo()),
    expect: { path: 'INTERNET', reasons: ['INSTANCE_SG_BLOCKS_443'] },
  },
  {
    name: 'instance group allows outbound 80',
    why: 'Systems Manager speaks on 443',
    world: world(
      withNat,
      group(GROUP, { IpPermissionsEgress: [{ ...https(everyIp), FromPort: 80, ToPort: 80 }] }),
    ),
    expect: { path: 'INTERNET', reasons: ['INSTANCE_SG_BLOCKS_443'] },
  },
  {
    name: 'instance group allows 443 to a few public blocks',
    why: 'Systems Manager may or may not be among them',
    world: world(withNat, egressOnlyTo({ IpRanges: [{ CidrIp: '52.94.0.0/16' }] })),
    expect: UNKNOWN,
  },
  {
    name: 'instance group allows 443 to the VPC only, endpoints there',
    why: 'the endpoints are in the VPC',
    world: world(endpoints(BOTH), egressOnlyTo({ IpRanges: [{ CidrIp: '10.0.0.0/16' }] })),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'instance group allows 443 to the endpoint group',
    why: 'a rule may name the other end’s group',
    world: world(endpoints(BOTH), egressOnlyTo({ UserIdGroupPairs: [{ GroupId: ENDPOINT_GROUP }] })),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'instance group allows 443 to the VPC only, no egress',
    why: 'new endpoints would be reached',
    world: world(egressOnlyTo({ IpRanges: [{ CidrIp: '10.0.0.0/16' }] })),
    expect: NONE,
  },
  {
    name: 'instance group without egress, no egress',
    why: 'new endpoints would not be reached either, and both are said',
    world: world(egressOnlyTo()),
    expect: { path: 'NONE', reasons: ['INSTANCE_SG_BLOCKS_443', 'NO_PATH_TO_SSM'] },
  },
  {
    name: 'second group of the instance allows 443',
    why: 'any rule of any group is enough',
    world: world(
      withNat,
      egressOnlyTo(),
      group('sg-0000000000000000d', {}),
      instance({ groups: [GROUP, 'sg-0000000000000000d'] }),
    ),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'ACL blocks outbound 443',
    why: 'rules apply in order, the first that matches wins',
    world: world(
      withNat,
      acl(
        [
          aclRule(90, 'out', 'deny', '0.0.0.0/0', [443, 443]),
          aclRule(100, 'out', 'allow', '0.0.0.0/0'),
          aclRule(100, 'in', 'allow', '0.0.0.0/0'),
        ],
        [SUBNET_A],
      ),
    ),
    expect: { path: 'INTERNET', reasons: ['NACL_BLOCKS_443'] },
  },
  {
    name: 'ACL denies after it allowed',
    why: 'the lower rule number wins',
    world: world(
      withNat,
      acl(
        [
          aclRule(90, 'out', 'allow', '0.0.0.0/0', [443, 443]),
          aclRule(100, 'out', 'deny', '0.0.0.0/0'),
          aclRule(100, 'in', 'allow', '0.0.0.0/0'),
        ],
        [SUBNET_A],
      ),
    ),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'ACL without inbound ephemeral ports',
    why: 'ACLs are stateless: answers need a rule',
    world: world(
      withNat,
      acl(
        [aclRule(100, 'out', 'allow', '0.0.0.0/0'), aclRule(100, 'in', 'allow', '0.0.0.0/0', [443, 443])],
        [SUBNET_A],
      ),
    ),
    expect: { path: 'INTERNET', reasons: ['NACL_BLOCKS_443'] },
  },
  {
    name: 'ACL with ephemeral ports of Linux',
    why: 'Linux asks from 32768 to 61000',
    world: world(
      withNat,
      acl(
        [aclRule(100, 'out', 'allow', '0.0.0.0/0'), aclRule(100, 'in', 'allow', '0.0.0.0/0', [32768, 61000])],
        [SUBNET_A],
      ),
    ),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'ACL with ephemeral ports of Linux, Windows instance',
    why: 'Windows asks from 49152 to 65535, of which a part is open: connections fail again and again',
    world: world(
      withNat,
      instance({ windows: true }),
      acl(
        [aclRule(100, 'out', 'allow', '0.0.0.0/0'), aclRule(100, 'in', 'allow', '0.0.0.0/0', [32768, 61000])],
        [SUBNET_A],
      ),
    ),
    expect: { path: 'INTERNET', reasons: ['NACL_BLOCKS_443'] },
  },
  {
    name: 'ACL that denies RDP and SSH among the ports of a NAT gateway',
    why: 'a rule against remote administration costs one connection of 64,512',
    world: world(
      withNat,
      acl(
        [
          aclRule(90, 'in', 'deny', '0.0.0.0/0', [22, 22]),
          aclRule(91, 'in', 'deny', '0.0.0.0/0', [3389, 3389]),
          aclRule(100, 'in', 'allow', '0.0.0.0/0'),
          aclRule(100, 'out', 'allow', '0.0.0.0/0'),
        ],
        [SUBNET_A, SUBNET_PUBLIC],
      ),
    ),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'ACL with ephemeral ports of Windows, Windows instance',
    why: 'Windows asks from 49152',
    world: world(
      withNat,
      instance({ windows: true }),
      acl(
        [aclRule(100, 'out', 'allow', '0.0.0.0/0'), aclRule(100, 'in', 'allow', '0.0.0.0/0', [49152, 65535])],
        [SUBNET_A],
      ),
    ),
    expect: { path: 'INTERNET' },
  },
  {
    name: 'ACL with a short block list',
    why: 'exceptions in the public space do not decide',
    world: world(
      withNat,
      acl(
        [
          aclRule(50, 'in', 'deny', '203.0.114.0/24'),
          aclRule(100, 'out', 'allow', '0.0.0.0/0'),
          aclRule(100, 'in', 'allow', '0.0.0.0/0'),
        ],
        [SUBNET_A],
      ),
    ),
    expect: { path: 'INTERNET' },
  },
  {
    name: "ACL of the NAT gateway's subnet without its ports",
    why: 'a NAT gateway asks from 1024 to 65535',
    world: world(
      withNat,
      acl(
        [aclRule(100, 'out', 'allow', '0.0.0.0/0'), aclRule(100, 'in', 'allow', '0.0.0.0/0', [443, 443])],
        [SUBNET_PUBLIC],
      ),
    ),
    expect: { path: 'INTERNET', reasons: ['NACL_BLOCKS_443'] },
  },
  {
    name: "ACL of the NAT gateway's subnet shuts the VPC out",
    why: 'what comes from the instance passes it too',
    world: world(
      withNat,
      acl(
        [
          aclRule(50, 'in', 'deny', '10.0.0.0/16'),
          aclRule(100, 'out', 'allow', '0.0.0.0/0'),
          aclRule(100, 'in', 'allow', '0.0.0.0/0'),
        ],
        [SUBNET_PUBLIC],
      ),
    ),
    expect: { path: 'INTERNET', reasons: ['NACL_BLOCKS_443'] },
  },
  {
    name: "ACL of the endpoint's subnet blocks",
    why: 'both subnets are passed',
    world: world(
      endpoints(BOTH, { subnets: [SUBNET_C] }),
      acl(
        [
          aclRule(50, 'in', 'deny', '10.0.0.0/24'),
          aclRule(100, 'out', 'allow', '0.0.0.0/0'),
          aclRule(100, 'in', 'allow', '0.0.0.0/0'),
        ],
        [SUBNET_C],
      ),
    ),
    expect: { path: 'ENDPOINTS', reasons: ['NACL_BLOCKS_443'] },
  },
  {
    name: 'ACL blocks, endpoint in the same subnet',
    why: 'within a subnet no ACL is passed',
    world: world(endpoints(BOTH), acl([], [SUBNET_A])),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'ACL closed, no egress',
    why: 'an endpoint in the same subnet is reached all the same',
    world: world(acl([], [SUBNET_A]), subnetIs(SUBNET_A, { AvailableIpAddressCount: 251 })),
    expect: NONE,
  },
];
