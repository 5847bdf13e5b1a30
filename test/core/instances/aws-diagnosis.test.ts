/**
 * What AWS's own diagnosis looks at, item by item, and what it skips: each as the verdict, the reason and the red
 * or unknown link of the chain that come out here. The instance of every case is perfect but for its point.
 */
import { describe, expect, it } from '@jest/globals';
import { assessAccount } from '../../../functions/core/assess.ts';
import type { LinkState } from '../../../functions/core/instances/chain.ts';
import {
  explainInstance,
  type InstanceExplanation,
} from '../../../functions/core/instances/explain-instance.ts';
import { type InstanceDetail, PROFILE_ACTIONS } from '../../../functions/core/instances/facts.ts';
import type { AccountObservation, RegionObservation } from '../../../functions/core/model/observation.ts';
import type { Failure } from '../../../functions/core/model/reads.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { networkContextOf } from '../../../functions/core/network/region-network.ts';
import { judgeVpc } from '../../../functions/core/network/vpc-verdict.ts';
import {
  aConfiguration,
  aContext,
  anObservation,
  aRegion,
  aRole,
  aSetting,
  OURS,
  someInstances,
} from '../builders.ts';
import { observe } from '../network/observe.ts';
import {
  acl,
  aclRule,
  dnsAttributes,
  dnsServers,
  ENDPOINT_GROUP,
  egressOnlyTo,
  endpoints,
  group,
  instance,
  nat,
  route,
  withNat,
  world,
  zonesFor,
} from '../network/steps.ts';
import { INSTANCE, REGION, type Step, SUBNET_A, SUBNET_C, VPC } from '../network/world.ts';
import { anInstance, knownInstance, NOW } from './builders.ts';

interface Given {
  steps?: Step[];
  detail?: Partial<InstanceDetail>;
  /** Actions that the profile's role allows; left out: no profile. */
  profile?: string[];
  observation?: Partial<AccountObservation>;
  region?: Partial<RegionObservation>;
}

const PROFILE = 'arn:aws:iam::111122223333:instance-profile/web';
const value = <T>(of: T) => ({ kind: 'value' as const, value: of });

interface Diagnosis {
  codes: string[];
  explained: InstanceExplanation | null;
  links: Partial<Record<string, LinkState>>;
}

function diagnose({
  steps = [withNat],
  detail = {},
  profile,
  observation = {},
  region = {},
}: Given): Diagnosis {
  const network = observe(world(...steps));
  const [placed] = network.instances;
  if (!placed) throw new Error('the world holds no instance');
  const one: InstanceDetail = {
    ...anInstance(),
    ...placed,
    ...(profile ? { profileArn: PROFILE } : {}),
    ...detail,
  };
  const roleArn = 'arn:aws:iam::111122223333:role/web';
  const grants = value({
    profileArn: PROFILE,
    roleArn,
    trustsEc2: true,
    allowedActions: profile ?? [],
    denied: [],
  });
  const seen = aRegion(OURS, {
    region: REGION,
    network: { ...network, instances: [one] },
    instances: value(someInstances({ instances: [one], profiles: profile ? { [PROFILE]: grants } : {} })),
    ...region,
  });
  const observed = anObservation({
    regionStates: value({ [REGION]: 'ENABLED_BY_DEFAULT' as const }),
    regions: [seen],
    ...observation,
  });
  const context = aContext({
    configuration: aConfiguration({ endpoints: 'report' }),
    regions: [REGION],
    now: NOW,
  });
  const { role, targets } = assessAccount(observed, context);
  const [target] = targets;
  const codes = target?.findings.map(({ code }) => code) ?? [];
  if (!target?.grounds || !seen.network) return { codes, explained: null, links: {} };
  const joined = joinNetwork(seen.network);
  const vpc = joined.vpcs.get(VPC);
  const judged = vpc ? judgeVpc(joined, vpc, networkContextOf(observed, context)) : null;
  const path = judged?.clients.find(({ client }) => client.id === one.instanceId) ?? null;
  const explained = explainInstance(one, target.grounds, {
    partition: 'aws',
    accountId: '111122223333',
    role,
    seen,
    path,
    vpcCidrs: vpc?.cidrs ?? [],
  });
  return {
    codes,
    explained,
    links: Object.fromEntries(explained.chain.map(({ link, state }) => [link, state])),
  };
}

interface Item extends Given {
  item: string;
  verdict: string;
  reason?: string | null;
  /** Links that come out red, but for the last, which every unmanaged instance has. */
  red?: string[];
  unknown?: string[];
  codes?: string[];
}

const ALL = [...PROFILE_ACTIONS];
const without = (action: string) => ALL.filter((each) => each !== action);
const SSM = ['ssm', 'ssmmessages'];
const known = knownInstance({ nodeId: INSTANCE });
const KNOWN = { node: known.node, agentVersion: known.agentVersion };
const OLD = (version: string) => ({ node: known.node, agentVersion: version });
const denied = (action: string): { kind: 'failed'; failure: Failure } => ({
  kind: 'failed',
  failure: {
    kind: 'DENIED_BY_SCP',
    action,
    code: 'AccessDeniedException',
    message: 'with an explicit deny in a service control policy',
  },
});

const CHECKED: Item[] = [
  {
    item: 'security group of the instance: outbound 443',
    steps: [withNat, egressOnlyTo({ FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] })],
    verdict: 'PATH_BLOCKED',
    reason: 'INSTANCE_SG_BLOCKS_443',
    red: ['GROUPS'],
  },
  {
    item: 'security group of the endpoint: inbound 443',
    steps: [endpoints(SSM), group(ENDPOINT_GROUP, { IpPermissions: [] })],
    verdict: 'PATH_BLOCKED',
    reason: 'ENDPOINT_SG_BLOCKS_443',
    red: ['GROUPS'],
  },
  {
    item: 'enableDnsSupport',
    steps: [endpoints(SSM), dnsAttributes(false, true)],
    verdict: 'NO_PATH',
    reason: 'VPC_DNS_DISABLED',
    red: ['NAME', 'WAY'],
  },
  {
    item: 'enableDnsHostnames',
    steps: [endpoints(SSM), dnsAttributes(true, false)],
    verdict: 'NO_PATH',
    reason: 'VPC_DNS_DISABLED',
    red: ['NAME', 'WAY'],
  },
  {
    item: 'missing endpoint: ssm',
    steps: [endpoints(['ssmmessages'])],
    verdict: 'NO_PATH',
    reason: 'NO_PATH_TO_SSM',
    red: ['WAY'],
  },
  {
    item: 'missing endpoint: ssmmessages',
    steps: [endpoints(['ssm'])],
    verdict: 'NO_PATH',
    reason: 'NO_PATH_TO_SSM',
    red: ['WAY'],
  },
  {
    item: 'missing endpoint: ec2messages, for an agent that needs it',
    steps: [endpoints(SSM), instance({ agent: '3.2.1000.0' })],
    detail: OLD('3.2.1000.0'),
    verdict: 'NO_PATH',
    reason: 'NO_PATH_TO_SSM',
    red: ['WAY'],
  },
  {
    item: 'endpoint subnet per Availability Zone: another zone is reached as well',
    steps: [endpoints(SSM, { subnets: [SUBNET_C] })],
    verdict: 'AGENT_SILENT',
    red: [],
  },
  {
    item: 'network ACL: outbound 443',
    steps: [
      withNat,
      acl(
        [aclRule(100, 'out', 'deny', '0.0.0.0/0', [443, 443]), aclRule(100, 'in', 'allow', '0.0.0.0/0')],
        [SUBNET_A],
      ),
    ],
    verdict: 'PATH_BLOCKED',
    reason: 'NACL_BLOCKS_443',
    red: ['ACLS'],
  },
  {
    item: 'network ACL: inbound ephemeral ports',
    steps: [
      withNat,
      acl(
        [aclRule(100, 'out', 'allow', '0.0.0.0/0'), aclRule(100, 'in', 'allow', '0.0.0.0/0', [443, 443])],
        [SUBNET_A],
      ),
    ],
    verdict: 'PATH_BLOCKED',
    reason: 'NACL_BLOCKS_443',
    red: ['ACLS'],
  },
  { item: 'instance profile absent: DHMC takes its place', verdict: 'AGENT_SILENT', red: [] },
  {
    item: 'instance profile lacks ssm:UpdateInstanceInformation: DHMC takes its place',
    profile: without('ssm:UpdateInstanceInformation'),
    verdict: 'AGENT_SILENT',
    red: [],
  },
  {
    item: 'instance profile lacks ssmmessages:CreateControlChannel',
    profile: without('ssmmessages:CreateControlChannel'),
    verdict: 'PROFILE_SUPPRESSES_DHMC',
    red: ['PERMISSION'],
  },
  {
    item: 'instance profile lacks ssmmessages:CreateDataChannel',
    profile: without('ssmmessages:CreateDataChannel'),
    verdict: 'PROFILE_SUPPRESSES_DHMC',
    red: ['PERMISSION'],
  },
  {
    item: 'instance profile lacks ec2messages:GetMessages, for an agent that needs it',
    profile: without('ec2messages:GetMessages'),
    detail: OLD('3.2.1000.0'),
    verdict: 'PROFILE_SUPPRESSES_DHMC',
    red: ['PERMISSION'],
  },
  {
    item: 'agent too old',
    detail: OLD('3.1.1188.0'),
    verdict: 'AGENT_TOO_OLD',
    red: ['AGENT'],
  },
  {
    item: 'EC2 status checks',
    detail: { ...KNOWN, statusChecks: 'FAILED' },
    verdict: 'STATUS_CHECK_FAILED',
    red: ['INSTANCE'],
  },
  {
    item: 'DHMC off',
    region: { setting: value(aSetting('$None')) },
    verdict: 'NO_CREDENTIALS',
    red: ['CREDENTIALS'],
    codes: ['SETTING_NOT_SET'],
  },
  {
    item: 'DHMC role without policies',
    observation: { role: value(aRole({ attachedPolicyArns: [] })) },
    verdict: 'NO_CREDENTIALS',
    red: ['CREDENTIALS'],
    codes: ['DHMC_ROLE_POLICY_MISSING'],
  },
  {
    item: 'DHMC role with a bad trust policy',
    observation: { role: value(aRole({ trustPolicy: { Statement: [] } })) },
    verdict: 'NO_CREDENTIALS',
    red: ['CREDENTIALS'],
    codes: ['DHMC_ROLE_TRUST_WRONG'],
  },
];

const SKIPPED: Item[] = [
  {
    item: 'route tables: no default route',
    steps: [],
    verdict: 'NO_PATH',
    reason: 'NO_PATH_TO_SSM',
    red: ['WAY'],
  },
  {
    item: 'route tables: a blackhole',
    steps: [nat(), route('0.0.0.0/0', { NatGatewayId: 'nat-gone', State: 'blackhole' })],
    verdict: 'NO_PATH',
    reason: 'NO_PATH_TO_SSM',
    red: ['WAY'],
  },
  {
    item: 'NAT gateway: failed',
    steps: [nat({ State: 'failed' }), route('0.0.0.0/0', { NatGatewayId: 'nat-0000000000000000a' })],
    verdict: 'NO_PATH',
    reason: 'NO_PATH_TO_SSM',
    red: ['WAY'],
  },
  {
    item: 'transit gateway: what is behind it is not seen',
    steps: [route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' })],
    verdict: 'PATH_UNKNOWN',
    unknown: ['WAY'],
  },
  {
    item: 'endpoint policies',
    steps: [
      endpoints(SSM, {
        policy: '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}',
      }),
    ],
    verdict: 'PATH_BLOCKED',
    reason: 'ENDPOINT_POLICY_DENIES',
    red: ['PERMISSION'],
  },
  {
    item: 'hosted zones: a central zone without a route there',
    steps: [zonesFor('ssm', 'ssmmessages')],
    verdict: 'PATH_BLOCKED',
    reason: 'CENTRAL_UNREACHABLE',
    red: ['WAY'],
  },
  {
    item: 'custom DNS',
    steps: [endpoints(SSM), dnsServers('172.16.0.10')],
    verdict: 'NO_PATH',
    reason: 'DNS_CUSTOM',
    red: ['NAME', 'WAY'],
  },
  { item: 'IMDS', detail: { imdsEnabled: false }, verdict: 'IMDS_DISABLED', red: ['METADATA'] },
  {
    item: 'IPv6: an instance without IPv4',
    steps: [withNat, instance({ ip: null })],
    verdict: 'NO_PATH',
    reason: 'IPV6_ONLY',
    red: ['WAY'],
  },
];

describe.each([
  ['checks', CHECKED],
  ['skips', SKIPPED],
])('Given what AWS %s', (_what, items) => {
  it.each(items)('When it is $item, Then the verdict is $verdict', (given) => {
    const { explained, links, codes } = diagnose(given);
    const found = Object.entries(links)
      .filter(([, state]) => state === 'RED')
      .map(([link]) => link);
    expect(explained?.verdict).toBe(given.verdict);
    expect(explained?.reason).toBe(given.reason ?? null);
    if (given.red) expect(found).toEqual([...given.red, 'REGISTRATION']);
    for (const link of given.unknown ?? []) expect(links[link]).toBe('UNKNOWN');
    expect(codes).toEqual(expect.arrayContaining(given.codes ?? []));
    expect(explained?.chain.every(({ state, evidence }) => state === 'GREEN' || evidence.length > 0)).toBe(
      true,
    );
    expect(explained?.next.summary).toMatch(/\S/);
  });
});

describe('Given service control policies, which AWS skips', () => {
  it('When one denies the Region, Then the target is skipped with that reason', () => {
    const region = { setting: denied('ssm:GetServiceSetting'), instances: denied('ec2:DescribeInstances') };
    expect(diagnose({ region }).codes).toEqual(['REGION_DENIED_BY_SCP']);
  });

  it('When one denies the setting alone, Then that action is named', () => {
    expect(diagnose({ region: { setting: denied('ssm:GetServiceSetting') } }).codes).toEqual([
      'ACTION_DENIED_BY_SCP',
    ]);
  });

  it('When one keeps the profile from registering, as the simulation says, Then DHMC gives credentials', () => {
    const { explained, links } = diagnose({ profile: [] });
    expect([explained?.credentialSource, links.CREDENTIALS]).toEqual(['DHMC', 'GREEN']);
  });
});
