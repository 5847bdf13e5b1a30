/** What a name resolves to, whether that is reached, and what Online instances prove. */
import { ENDPOINTS_FOR_ALL, type NetworkCase, NONE, UNKNOWN } from './case.ts';
import {
  acl,
  aclRule,
  dnsAttributes,
  dnsServers,
  ENDPOINT_GROUP,
  egressOnlyTo,
  endpoint,
  endpoints,
  group,
  https,
  instance,
  nat,
  prefixList,
  profile,
  route,
  rule,
  subnetIs,
  withNat,
  world,
  zone,
  zonesFor,
} from './steps.ts';
import {
  GROUP,
  INSTANCE,
  NAT,
  NEW_AGENT,
  REGION,
  type Step,
  SUBNET_A,
  SUBNET_C,
  SUBNET_PUBLIC,
} from './world.ts';

const BOTH = ['ssm', 'ssmmessages'];
const OTHER = 'i-0000000000000000b';
const inC = instance({ id: OTHER, subnet: SUBNET_C, ip: '10.0.1.10' });
const online = instance({ ping: 'Online', agent: NEW_AGENT });
const peering: Step = route('10.50.0.0/16', { VpcPeeringConnectionId: 'pcx-1' });
const everyIp = { IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
const only = (...IpPermissions: Parameters<typeof https>[0][]) =>
  group(ENDPOINT_GROUP, { IpPermissions: IpPermissions.map((one) => https(one)) });
const policy = (...Statement: object[]) => JSON.stringify({ Statement });
const allowAll = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };

export const NAME_CASES: NetworkCase[] = [
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
    why: 'conditions can not be judged from here: a note, not a block',
    world: world(
      endpoints(BOTH, {
        policy: policy({ ...allowAll, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
      }),
    ),
    expect: { path: 'ENDPOINTS', notes: ['ENDPOINT_POLICY_UNDECIDED'] },
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
    name: 'instance group allows 443 to the VPC only, no way out',
    why: 'new endpoints would be reached',
    world: world(egressOnlyTo({ IpRanges: [{ CidrIp: '10.0.0.0/16' }] })),
    expect: NONE,
  },
  {
    name: 'instance group without egress, no way out',
    why: 'new endpoints would not be reached either',
    world: world(egressOnlyTo()),
    expect: { path: 'NONE', reasons: ['INSTANCE_SG_BLOCKS_443'] },
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
    why: 'Windows asks from 49152 to 65535, of which a part is open',
    world: world(
      withNat,
      instance({ windows: true }),
      acl(
        [aclRule(100, 'out', 'allow', '0.0.0.0/0'), aclRule(100, 'in', 'allow', '0.0.0.0/0', [32768, 61000])],
        [SUBNET_A],
      ),
    ),
    expect: UNKNOWN,
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
    name: 'ACL closed, no way out',
    why: 'an endpoint in the same subnet is reached all the same',
    world: world(acl([], [SUBNET_A]), subnetIs(SUBNET_A, { AvailableIpAddressCount: 251 })),
    expect: NONE,
  },
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
    name: 'zone for ssm alone, no way out',
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
    why: 'the association does not tell the name',
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
    name: 'custom DNS beside Amazon DNS',
    why: 'one foreign server makes the answer someone else’s',
    world: world(dnsServers('10.0.0.2', '172.16.0.10')),
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
    name: 'DNS hostnames off, endpoints, no way out',
    why: 'private names need both attributes',
    world: world(endpoints(BOTH), dnsAttributes(true, false)),
    expect: { path: 'NONE', reasons: ['VPC_DNS_DISABLED'] },
  },
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
    why: 'an internet gateway tells them apart',
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
    name: 'Online with custom DNS and no way out',
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
