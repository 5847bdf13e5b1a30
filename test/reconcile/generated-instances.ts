/** Instances of every kind, by seed: profiles, agents, metadata service, paths, status, at accounts of every state. */
import type { AccountFile, Piece, Snapshot } from '../../twin/contract.ts';
import { addAccount, CAPTURED_AT, startOrganization } from '../../twin/make/frame.ts';
import { addDhmcRole, addMemberRoles, addRole } from '../../twin/make/iam.ts';
import { addNetwork, type NewNetwork } from '../../twin/make/network.ts';
import { makeRandom, type Random } from '../../twin/make/random.ts';
import { DHMC_VALUE, regionOf, setSetting } from '../../twin/make/region.ts';

export const REGION = 'eu-west-1';
const OPERATOR = '100000000002';

/** What DHMC is in an account. */
const ACCOUNTS: Record<string, (account: AccountFile) => void> = {
  sound: (account) => {
    addDhmcRole(account);
    setSetting(account, REGION, DHMC_VALUE);
  },
  unset: () => {},
  'trust-wrong': (account) => {
    addDhmcRole(account, { trusts: 'ec2.amazonaws.com' });
    setSetting(account, REGION, DHMC_VALUE);
  },
  'policy-missing': (account) => {
    addDhmcRole(account, { managed: [] });
    setSetting(account, REGION, DHMC_VALUE);
  },
  'role-missing': (account) => setSetting(account, REGION, DHMC_VALUE),
  foreign: (account) => {
    addRole(account, {
      name: 'CustomSsm',
      path: '/ops/',
      trust: { Service: 'ssm.amazonaws.com' },
      managed: ['AmazonSSMManagedInstanceCore'],
    });
    setSetting(account, REGION, 'ops/CustomSsm');
  },
};

/** What is done to the VPC of a network. */
const PATHS: Record<string, { shape: NewNetwork['shape']; alter?: (ec2: Piece, vpcId: string) => void }> = {
  nat: { shape: 'nat' },
  public: { shape: 'public' },
  isolated: { shape: 'isolated' },
  'transit-gateway': {
    shape: 'isolated',
    alter: (ec2, vpcId) =>
      mainTable(ec2, vpcId).Routes.push({
        DestinationCidrBlock: '0.0.0.0/0',
        TransitGatewayId: 'tgw-0123456789abcdef0',
        State: 'active',
      }),
  },
  endpoints: { shape: 'isolated', alter: (ec2, vpcId) => addEndpoints(ec2, vpcId, NAMES, true) },
  'endpoints-closed': { shape: 'isolated', alter: (ec2, vpcId) => addEndpoints(ec2, vpcId, NAMES, false) },
  'endpoint-of-ssm-alone': {
    shape: 'isolated',
    alter: (ec2, vpcId) => addEndpoints(ec2, vpcId, ['ssm'], true),
  },
  'acl-closed': {
    shape: 'nat',
    alter: (ec2, vpcId) => {
      const acl = ec2.NetworkAcls.find((each: Piece) => each.VpcId === vpcId);
      const deny = { RuleAction: 'deny', RuleNumber: 50, CidrBlock: '0.0.0.0/0', Egress: true };
      acl.Entries.push({ ...deny, Protocol: '6', PortRange: { From: 443, To: 443 } });
    },
  },
  'dns-support-off': {
    shape: 'nat',
    alter: (ec2, vpcId) => {
      ec2.VpcAttributes[vpcId].EnableDnsSupport = false;
    },
  },
  'amazon-dns-first': {
    shape: 'isolated',
    alter: (ec2, vpcId) => {
      addEndpoints(ec2, vpcId, NAMES, true);
      setServers(ec2, vpcId, ['AmazonProvidedDNS', '172.16.0.10']);
    },
  },
  'controllers-first': {
    shape: 'isolated',
    alter: (ec2, vpcId) => {
      addEndpoints(ec2, vpcId, NAMES, true);
      setServers(ec2, vpcId, ['172.16.0.10', 'AmazonProvidedDNS']);
    },
  },
  'controllers-first-nat': {
    shape: 'nat',
    alter: (ec2, vpcId) => setServers(ec2, vpcId, ['172.16.0.10']),
  },
  'no-servers': { shape: 'nat', alter: (ec2, vpcId) => setServers(ec2, vpcId, []) },
  directory: {
    shape: 'isolated',
    alter: (ec2, vpcId) => {
      addEndpoints(ec2, vpcId, NAMES, true);
      const subnet = ec2.Subnets.find((each: Piece) => each.VpcId === vpcId);
      const PrivateIpAddress = String(subnet.CidrBlock).replace(/0\/\d+$/, '200');
      ec2.NetworkInterfaces ??= [];
      ec2.NetworkInterfaces.push({
        NetworkInterfaceId: `eni-directory-${vpcId}`,
        SubnetId: subnet.SubnetId,
        VpcId: vpcId,
        PrivateIpAddress,
        Description: 'AWS created network interface for directory d-9067abcdef',
        Groups: [],
      });
      setServers(ec2, vpcId, [PrivateIpAddress]);
    },
  },
  'no-dns': {
    shape: 'isolated',
    alter: (ec2, vpcId) => {
      addEndpoints(ec2, vpcId, NAMES, true);
      ec2.VpcAttributes[vpcId].EnableDnsHostnames = false;
    },
  },
};

/** Those that lead to `ssm`, or may. */
const WAYS = [
  'nat',
  'public',
  'transit-gateway',
  'endpoints',
  'endpoint-of-ssm-alone',
  'amazon-dns-first',
  'directory',
  'controllers-first-nat',
];
const NAMES = ['ssm', 'ssmmessages', 'ec2messages'];
const ANYWHERE = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], UserIdGroupPairs: [] };

function mainTable(ec2: Piece, vpcId: string): Piece {
  return ec2.RouteTables.find((each: Piece) => each.VpcId === vpcId);
}

/** A separate option set with these servers; without any it names none. */
function setServers(ec2: Piece, vpcId: string, servers: string[]): void {
  const DhcpOptionsId = `dopt-${vpcId}`;
  const named = { Key: 'domain-name-servers', Values: servers.map((Value) => ({ Value })) };
  ec2.DhcpOptions ??= [];
  ec2.DhcpOptions.push({ DhcpOptionsId, DhcpConfigurations: servers.length > 0 ? [named] : [] });
  ec2.Vpcs.find((each: Piece) => each.VpcId === vpcId).DhcpOptionsId = DhcpOptionsId;
}

function addEndpoints(ec2: Piece, VpcId: string, names: string[], open: boolean): void {
  const GroupId = `sg-endpoints-${VpcId}`;
  ec2.SecurityGroups.push({
    GroupId,
    GroupName: 'endpoints',
    VpcId,
    IpPermissions: open ? [ANYWHERE] : [],
    IpPermissionsEgress: [ANYWHERE],
    Tags: [],
  });
  const SubnetIds = ec2.Subnets.filter((each: Piece) => each.VpcId === VpcId).map(
    (each: Piece) => each.SubnetId,
  );
  ec2.VpcEndpoints ??= [];
  for (const name of names) {
    ec2.VpcEndpoints.push({
      VpcEndpointId: `vpce-${name}-${VpcId}`,
      VpcEndpointType: 'Interface',
      VpcId,
      ServiceName: `com.amazonaws.${REGION}.${name}`,
      State: 'available',
      PrivateDnsEnabled: true,
      SubnetIds,
      Groups: [{ GroupId, GroupName: 'endpoints' }],
      Tags: [],
    });
  }
}

const EC2 = { trust: { Service: 'ec2.amazonaws.com' }, instanceProfile: true };
const PROFILES = ['none', 'Dev', 'Ssm', 'RegistersOnly', 'NotForEc2', 'ByInstance', 'Denied'] as const;

function addProfiles(account: AccountFile): void {
  const register = 'ssm:UpdateInstanceInformation';
  const channels = ['ssmmessages:CreateControlChannel', 'ssmmessages:CreateDataChannel'];
  const allow = (Action: string | string[], more: Piece = {}) => ({
    inline: { main: { Effect: 'Allow', Action, Resource: '*', ...more } },
  });
  addRole(account, { name: 'Dev', ...EC2, ...allow('s3:GetObject') });
  addRole(account, { name: 'Ssm', ...EC2, managed: ['AmazonSSMManagedInstanceCore'] });
  addRole(account, { name: 'RegistersOnly', ...EC2, ...allow(register) });
  addRole(account, {
    name: 'NotForEc2',
    trust: { Service: 'lambda.amazonaws.com' },
    instanceProfile: true,
    managed: ['AmazonSSMManagedInstanceCore'],
  });
  const ByInstance = allow([register, ...channels], {
    Condition: { StringLike: { 'ssm:SourceInstanceARN': `arn:aws:ec2:*:${account.AccountId}:instance/*` } },
  });
  addRole(account, { name: 'ByInstance', ...EC2, ...ByInstance });
  addRole(account, {
    name: 'Denied',
    ...EC2,
    managed: ['AmazonSSMManagedInstanceCore'],
    inline: { deny: { Effect: 'Deny', Action: register, Resource: '*' } },
  });
}

export interface Generated {
  snapshot: Snapshot;
  /** Account ids with what DHMC is in them. */
  accounts: Record<string, string>;
}

/** `count` running instances, spread over accounts and VPCs; the same seed makes the same. */
export function generateInstances(count: number, seed: number): Generated {
  const random = makeRandom(seed);
  const draft = startOrganization('100000000001', OPERATOR);
  const accounts: Record<string, string> = {};
  const ids = [
    '100000000001',
    OPERATOR,
    ...Object.keys(ACCOUNTS).map((_, index) => String(200_000_000_001 + index)),
  ];
  for (const [index, id] of ids.entries()) {
    const kind = Object.keys(ACCOUNTS)[index - 2];
    const account = addAccount(draft, { id, name: kind ?? `central-${index}` });
    regionOf(account, REGION);
    addMemberRoles(account, { operatorId: OPERATOR, privilege: 'least' });
    if (kind === undefined) continue;
    accounts[id] = kind;
    ACCOUNTS[kind]?.(account);
    addProfiles(account);
    addNetworks(account, Math.round(count / Object.keys(ACCOUNTS).length), random);
  }
  return { snapshot: draft.snapshot, accounts };
}

function addNetworks(account: AccountFile, count: number, random: Random): void {
  const names = Object.keys(PATHS);
  for (const [index, name] of names.entries()) {
    const size =
      Math.floor(((index + 1) * count) / names.length) - Math.floor((index * count) / names.length);
    const { shape, alter } = PATHS[name] ?? { shape: 'nat' };
    const instances = Array.from({ length: size }, (_, at) => ({
      name: `${name}-${at}`,
      running: true,
      // What is Online without a way would be evidence of one for its neighbours.
      online: random.chance(0.15) && WAYS.includes(name),
      windows: random.chance(0.2),
    }));
    addNetwork(account, REGION, { shape, name, octet: 10 + index, instances });
    const { Ec2 } = regionOf(account, REGION);
    const vpcId = String(Ec2.Vpcs.at(-1).VpcId);
    alter?.(Ec2, vpcId);
    addClosedGroup(Ec2, vpcId);
    for (const instance of Ec2.Instances ?? []) {
      if (instance.VpcId === vpcId) vary(account, instance, random);
    }
  }
}

function addClosedGroup(ec2: Piece, VpcId: string): void {
  ec2.SecurityGroups.push({
    GroupId: `sg-closed-${VpcId}`,
    GroupName: 'closed',
    VpcId,
    IpPermissions: [],
    IpPermissionsEgress: [],
    Tags: [],
  });
}

const HOUR = 3_600_000;

function vary(account: AccountFile, instance: Piece, random: Random): void {
  const { AccountId } = account;
  const { InstanceId, VpcId } = instance;
  const { Ssm, Ec2, Agents } = regionOf(account, REGION);
  const profile = random.pick(PROFILES);
  if (profile !== 'none') {
    instance.IamInstanceProfile = {
      Arn: `arn:aws:iam::${AccountId}:instance-profile/${profile}`,
      Id: profile,
    };
  } else if (random.chance(0.1)) {
    // Deleted since: the instance still names it.
    instance.IamInstanceProfile = { Arn: `arn:aws:iam::${AccountId}:instance-profile/Gone`, Id: 'Gone' };
  }
  if (random.chance(0.08)) instance.MetadataOptions.HttpEndpoint = 'disabled';
  if (random.chance(0.1)) instance.MetadataOptions.HttpTokens = 'optional';
  if (random.chance(0.03)) instance.Operator = { Managed: true, Principal: 'eks.amazonaws.com' };
  if (random.chance(0.05)) instance.LaunchTime = new Date(Date.parse(CAPTURED_AT) + HOUR).toISOString();
  const node = Ssm.InstanceInformationList.find((each: Piece) => each.InstanceId === InstanceId);
  if (random.chance(0.08) && !node) {
    const closed = [{ GroupId: `sg-closed-${VpcId}`, GroupName: 'closed' }];
    instance.SecurityGroups = closed;
    instance.NetworkInterfaces[0].Groups = closed;
  }
  const agent: Piece = {
    Installed: true,
    Version: random.pick(['3.3.987.0', '3.3.987.0', '3.3.39.0', '3.2.582.0', '3.1.1.0']),
  };
  if (random.chance(0.1) && !node) agent.Installed = false;
  if (random.chance(0.04)) agent.Proxy = random.pick(['http://10.250.0.9:3128', 'http://proxy.corp:8080']);
  if (random.chance(0.3)) agent.Reaches = NAMES.map((name) => `${name}.${REGION}.amazonaws.com`);
  Agents[InstanceId] = agent;
  if (random.chance(0.05)) {
    const status = Ec2.InstanceStatuses.find((each: Piece) => each.InstanceId === InstanceId);
    status.InstanceStatus = { Status: 'impaired', Details: [] };
  }
  if (node) {
    node.AgentVersion = agent.Version;
    if (random.chance(0.4)) node.PingStatus = 'ConnectionLost';
  }
}
