/**
 * The accounts of the demo organization, one case of the decisions each (docs/spec/decisions.md, "Scope", "DHMC role", "Service setting"). A case makes its
 * account's state; what it doesn't say is ordinary: member roles there, no DHMC role, no setting.
 */
import type { AccountFile, Piece } from '../contract.ts';
import { addDhmcRole, addMemberRoles, addRole, DHMC_POLICY } from './iam.ts';
import { addNetwork } from './network.ts';
import { DHMC_VALUE, regionOf, setSetting, withoutDhmc } from './region.ts';

/** The last one must be opted in to. */
export const DEMO_REGIONS = ['us-east-1', 'eu-west-1', 'ap-northeast-1', 'eu-south-2'] as const;
const OPT_IN_REGION = 'eu-south-2';
const ENABLED_REGIONS = DEMO_REGIONS.filter((region) => region !== OPT_IN_REGION);

export type Unit = 'root' | 'core' | 'workloads' | 'prod' | 'test' | 'sandbox';
export type Denial = 'region' | 'region-forgets-account' | 'ssm-reads' | 'create-role' | 'setting-writes';

export interface DemoCase {
  name: string;
  /** What the account shows, as a phrase. */
  case: string;
  unit: Unit;
  /** Organizations' State where it is not ACTIVE. */
  state?: string;
  joinedAt?: string;
  denial?: Denial;
  /** Member roles that differ; `none`: no such roles. Left out: the usual two. */
  memberRoles?: 'none' | ((account: AccountFile, operatorId: string) => void);
  make?: (account: AccountFile) => void;
}

const everywhere = (account: AccountFile, value: string) => {
  for (const region of ENABLED_REGIONS) setSetting(account, region, value);
};

const SSM = { Service: 'ssm.amazonaws.com' };
const EC2 = { Service: 'ec2.amazonaws.com' };
const S3_READS = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const PING_ONLY = { Effect: 'Allow', Action: 'ssm:UpdateInstanceInformation', Resource: '*' };

/** Another team's role behind the setting in every Region. */
function foreign(name: string, role: Partial<Parameters<typeof addRole>[1]>): (account: AccountFile) => void {
  return (account) => {
    addRole(account, { name, trust: SSM, ...role });
    everywhere(account, `${(role.path ?? '/').slice(1)}${name}`);
  };
}

const SCOPE: DemoCase[] = [
  { name: 'suspended', case: 'suspended account', unit: 'sandbox', state: 'SUSPENDED', memberRoles: 'none' },
  { name: 'closed', case: 'closed account', unit: 'sandbox', state: 'CLOSED', memberRoles: 'none' },
  { name: 'closing', case: 'account being closed', unit: 'sandbox', state: 'PENDING_CLOSURE' },
  {
    name: 'pending-activation',
    case: 'account that waits for activation',
    unit: 'sandbox',
    state: 'PENDING_ACTIVATION',
    joinedAt: '2026-11-19T23:30:00+00:00',
    memberRoles: 'none',
  },
  {
    name: 'fresh-account',
    case: 'joined three hours ago, member roles not there yet',
    unit: 'test',
    joinedAt: '2026-11-19T21:00:00+00:00',
    memberRoles: 'none',
  },
  { name: 'no-role', case: 'member roles absent', unit: 'test', memberRoles: 'none' },
  {
    name: 'external-id-mismatch',
    case: 'member roles ask for an external id that is not configured',
    unit: 'test',
    memberRoles: (account, operatorId) =>
      addMemberRoles(account, { operatorId, privilege: 'least', externalId: 'another-tool' }),
  },
  {
    name: 'trusts-another-account',
    case: 'member roles trust an account that is not the operator',
    unit: 'test',
    memberRoles: (account) => addMemberRoles(account, { operatorId: '999999999999', privilege: 'least' }),
  },
  {
    name: 'narrow-reader',
    case: 'reader role may not read the service setting',
    unit: 'test',
    memberRoles: (account, operatorId) =>
      addMemberRoles(account, { operatorId, privilege: 'least', readerLacks: ['ssm:GetServiceSetting'] }),
  },
  {
    name: 'no-writer',
    case: 'reader role there, writer role absent',
    unit: 'test',
    memberRoles: (account, operatorId) =>
      addMemberRoles(account, { operatorId, privilege: 'least', writer: false }),
  },
  { name: 'scp-one-region', case: 'SCP denies every Region but one', unit: 'prod', denial: 'region' },
  {
    name: 'scp-forgets-account',
    case: 'SCP denies every Region but one, account:ListRegions included',
    unit: 'prod',
    denial: 'region-forgets-account',
  },
  { name: 'scp-no-ssm-reads', case: 'SCP denies reads of SSM alone', unit: 'prod', denial: 'ssm-reads' },
  {
    name: 'scp-no-create-role',
    case: 'SCP denies iam:CreateRole alone',
    unit: 'prod',
    denial: 'create-role',
  },
  {
    name: 'scp-no-setting-writes',
    case: 'SCP denies ssm:UpdateServiceSetting alone',
    unit: 'prod',
    denial: 'setting-writes',
  },
  {
    name: 'region-enabling',
    case: 'a Region is being enabled',
    unit: 'prod',
    make: (account) => {
      regionOf(account, OPT_IN_REGION).RegionOptStatus = 'ENABLING';
    },
  },
  {
    name: 'opt-in-region',
    case: 'opted in to a Region',
    unit: 'prod',
    make: (account) => {
      regionOf(account, OPT_IN_REGION).RegionOptStatus = 'ENABLED';
    },
  },
  {
    name: 'region-without-dhmc',
    case: 'opted in to a Region that has no DHMC',
    unit: 'prod',
    make: (account) => {
      regionOf(account, OPT_IN_REGION).RegionOptStatus = 'ENABLED';
      withoutDhmc(account, OPT_IN_REGION);
    },
  },
];

const ROLE: DemoCase[] = [
  {
    name: 'ours-trust-drifted',
    case: 'our role, its trust policy changed',
    unit: 'prod',
    make: (account) => {
      addDhmcRole(account, { ours: true, trusts: 'ec2.amazonaws.com' });
      everywhere(account, DHMC_VALUE);
    },
  },
  {
    name: 'ours-policy-detached',
    case: 'our role, its policy detached',
    unit: 'prod',
    make: (account) => {
      addDhmcRole(account, { ours: true, managed: [] });
      everywhere(account, DHMC_VALUE);
    },
  },
  {
    name: 'adopted-role',
    case: 'a sound role that is not ours, to be adopted',
    unit: 'prod',
    make: (account) => addDhmcRole(account),
  },
  {
    name: 'foreign-trust-wrong',
    case: "another team's DHMC role with the wrong trust",
    unit: 'prod',
    make: (account) => addDhmcRole(account, { trusts: 'ec2.amazonaws.com' }),
  },
  {
    name: 'foreign-policy-missing',
    case: "another team's DHMC role without its policy",
    unit: 'prod',
    make: (account) => addDhmcRole(account, { managed: [] }),
  },
  {
    name: 'privileged-role',
    case: 'DHMC role with AdministratorAccess attached',
    unit: 'prod',
    make: (account) => addDhmcRole(account, { managed: [DHMC_POLICY, 'AdministratorAccess'] }),
  },
  {
    name: 'privileged-inline',
    case: 'DHMC role with an inline policy beyond the wanted ones',
    unit: 'prod',
    make: (account) => addDhmcRole(account, { inline: { artifacts: S3_READS } }),
  },
  {
    name: 'privileged-in-use',
    case: 'our DHMC role, made privileged after the setting named it',
    unit: 'prod',
    make: (account) => {
      addDhmcRole(account, { ours: true, managed: [DHMC_POLICY, 'AmazonS3FullAccess'] });
      everywhere(account, DHMC_VALUE);
    },
  },
  {
    name: 'role-other-path',
    case: 'a sound DHMC role below another path',
    unit: 'prod',
    make: (account) => addDhmcRole(account, { path: '/' }),
  },
];

const SETTING: DemoCase[] = [
  {
    name: 'half-done',
    case: 'our role set in one Region of three',
    unit: 'prod',
    make: (account) => {
      addDhmcRole(account, { ours: true });
      setSetting(account, 'us-east-1', DHMC_VALUE);
    },
  },
  {
    name: 'dangling-setting',
    case: 'settings name our role, which was deleted',
    unit: 'prod',
    make: (account) => everywhere(account, DHMC_VALUE),
  },
  {
    name: 'empty-setting',
    case: 'a setting with an empty value',
    unit: 'prod',
    make: (account) => setSetting(account, 'us-east-1', ''),
  },
  {
    name: 'custom-role',
    case: "another team's sound role in every Region",
    unit: 'prod',
    make: foreign('CustomSsm', { path: '/ops/', managed: [DHMC_POLICY] }),
  },
  {
    name: 'custom-role-one-region',
    case: "another team's sound role in one Region, nothing in the others",
    unit: 'prod',
    make: (account) => {
      addRole(account, {
        name: 'CustomSsm',
        path: '/ops/',
        trust: SSM,
        managed: ['AmazonSSMManagedInstanceCore'],
      });
      setSetting(account, 'eu-west-1', 'ops/CustomSsm');
    },
  },
  {
    name: 'quick-setup',
    case: 'role and setting of Systems Manager Quick Setup',
    unit: 'prod',
    make: foreign('AWS-QuickSetup-SSM-DefaultEC2MgmtRole-us-east-1-a1b2c', { managed: [DHMC_POLICY] }),
  },
  {
    name: 'setting-role-missing',
    case: 'settings name a role that does not exist',
    unit: 'prod',
    make: (account) => everywhere(account, 'ops/DeletedSsm'),
  },
  {
    name: 'setting-role-bad-trust',
    case: 'settings name a role that does not trust SSM',
    unit: 'prod',
    make: foreign('InstanceSsm', { trust: EC2, managed: ['AmazonSSMManagedInstanceCore'] }),
  },
  {
    name: 'setting-role-no-channels',
    case: 'settings name a role that may ping but open no channels',
    unit: 'prod',
    make: foreign('PingSsm', { inline: { ping: PING_ONLY } }),
  },
];

const done = (account: AccountFile): void => {
  addDhmcRole(account, { ours: true });
  everywhere(account, DHMC_VALUE);
};

const DONE: DemoCase[] = [
  { name: 'done', case: 'compliant, made by this service', unit: 'prod', make: done },
  { name: 'done-fleet', case: 'compliant, instances online through DHMC', unit: 'prod', make: withFleet },
  {
    name: 'done-by-hand',
    case: 'compliant, made by another hand',
    unit: 'test',
    make: (account) => {
      addDhmcRole(account);
      everywhere(account, DHMC_VALUE);
    },
  },
];

function withFleet(account: AccountFile): void {
  done(account);
  const instances = ['api-1', 'api-2'].map((name) => ({ name, running: true, online: true }));
  addNetwork(account, 'ap-northeast-1', { shape: 'nat', name: 'fleet', octet: 20, instances });
}

const ORDINARY: [name: string, unit: Unit, make?: (account: AccountFile) => void][] = [
  ['audit', 'core'],
  ['log-archive', 'core'],
  ['shared-network', 'core'],
  ['identity', 'core'],
  ['payments-prod', 'prod', fleet('nat', 21, 'eu-west-1')],
  ['payments-test', 'test', fleet('nat', 22, 'eu-west-1')],
  ['orders-prod', 'prod', fleet('isolated', 23, 'ap-northeast-1')],
  ['orders-test', 'test'],
  ['web-prod', 'prod', fleet('public', 24, 'us-east-1')],
  ['web-test', 'test', fleet('public', 25, 'us-east-1')],
  ['data-prod', 'prod', windowsFleet],
  ['data-test', 'test', troubledFleet],
  ['search-prod', 'prod', profileFleet],
  ['search-test', 'test'],
  ['mobile-prod', 'prod', domainFleet],
  ['mobile-test', 'test'],
  ['sandbox-ana', 'sandbox'],
  ['sandbox-ken', 'sandbox'],
  ['sandbox-lee', 'sandbox'],
];

function fleet(
  shape: 'nat' | 'public' | 'isolated',
  octet: number,
  region: string,
): (account: AccountFile) => void {
  return (account) =>
    addNetwork(account, region, {
      shape,
      name: 'main',
      octet,
      instances: [
        { name: 'app-1', running: true },
        { name: 'app-2', running: true },
        { name: 'old-batch', running: false },
      ],
    });
}

function windowsFleet(account: AccountFile): void {
  const instances = [{ name: 'sql-1', running: true, windows: true }];
  addNetwork(account, 'ap-northeast-1', { shape: 'nat', name: 'sql', octet: 26, instances });
}

/** Instances with a profile that grants SSM, and with one that doesn't. */
function profileFleet(account: AccountFile): void {
  const profile: Piece = { trust: EC2, instanceProfile: true };
  addRole(account, { name: 'Ssm', trust: EC2, ...profile, managed: ['AmazonSSMManagedInstanceCore'] });
  addRole(account, { name: 'App', trust: EC2, ...profile, inline: { s3: S3_READS } });
  addNetwork(account, 'us-east-1', {
    shape: 'nat',
    name: 'search',
    octet: 27,
    instances: [
      { name: 'index', running: true, online: true, profile: 'Ssm' },
      { name: 'query', running: true, profile: 'App' },
    ],
  });
}

/** Behind a NAT gateway, and still not managed: what each lacks no role and no setting can give. */
function troubledFleet(account: AccountFile): void {
  const region = 'eu-west-1';
  addRole(account, { name: 'PingOnly', trust: EC2, instanceProfile: true, inline: { ping: PING_ONLY } });
  addNetwork(account, region, {
    shape: 'nat',
    name: 'etl',
    octet: 28,
    instances: [
      { name: 'no-imds', running: true },
      { name: 'old-agent', running: true, online: true },
      { name: 'ping-only', running: true, profile: 'PingOnly' },
      { name: 'sound', running: true },
      { name: 'spare', running: false },
    ],
  });
  const { Ec2, Ssm, Agents } = regionOf(account, region);
  const [withoutMetadata, old] = Ec2.Instances;
  withoutMetadata.MetadataOptions = { ...withoutMetadata.MetadataOptions, HttpEndpoint: 'disabled' };
  Object.assign(Ssm.InstanceInformationList[0], { AgentVersion: OLD_AGENT, PingStatus: 'ConnectionLost' });
  Agents[old.InstanceId] = { Installed: true, Version: OLD_AGENT };
}

/** Before 3.2.582.0, which DHMC needs. */
const OLD_AGENT = '3.1.1732.0';

/** Domain-joined: no default route, and DNS servers that would not find endpoints. */
function domainFleet(account: AccountFile): void {
  const region = 'us-east-1';
  const instances = ['dc-1', 'dc-2'].map((name) => ({ name, running: true, windows: true }));
  addNetwork(account, region, { shape: 'isolated', name: 'corp', octet: 29, instances });
  for (const options of regionOf(account, region).Ec2.DhcpOptions) {
    options.DhcpConfigurations = [{ Key: 'domain-name-servers', Values: [{ Value: '10.29.0.10' }] }];
  }
}

export const DEMO_CASES: DemoCase[] = [
  { name: 'management', case: 'management account, judged but not changed', unit: 'root' },
  { name: 'operator', case: 'operator account, role and settings to make', unit: 'core' },
  ...SCOPE,
  ...ROLE,
  ...SETTING,
  ...DONE,
  ...ORDINARY.map(
    ([name, unit, make]): DemoCase => ({ name, case: 'ordinary account', unit, ...(make ? { make } : {}) }),
  ),
];
