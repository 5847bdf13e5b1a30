/** A sample of each kind of change, with live state in which it was made, in which it was not, and in which none can say. */
import type { LiveState } from '../../../functions/core/changes/definition.ts';
import type { ActionOf, ChangeKind, ChangeKinds } from '../../../functions/core/model/change.ts';
import type { GroupRule } from '../../../functions/core/network/facts.ts';
import type { HubHolding, HubZoneFacts } from '../../../functions/core/network/hub-facts.ts';
import type { NetworkTraces } from '../../../functions/core/network/live-state.ts';
import { CHANGE_TAG } from '../../../functions/core/tags.ts';
import { aRole, aSetting, DEFAULT_POLICY, OURS } from '../builders.ts';
import { aGroup, aNetwork, anEndpoint, failed, ROLE_NAME, RUN, VPC, value } from '../rollback/builders.ts';

/** Of the sample: the change that made what it made, the run that wrote it. */
export const CHANGE_ID = 'chg-1';
export const MADE_TAGS = { [CHANGE_TAG]: CHANGE_ID };
export const DOMAIN = 'ssm.eu-west-1.amazonaws.com';
export const ALIAS = { dnsName: 'vpce-0a1b-xyz.ssm.eu-west-1.vpce.amazonaws.com', zoneId: 'ZVPCE' };
export const ENDPOINT_ARN = 'arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-1';
const TRUST = { Version: '2012-10-17', Statement: [] };

export interface Sample<K extends ChangeKind> {
  action: Omit<ActionOf<K>, 'kind'>;
  expected: ChangeKinds[K]['expected'];
  detail: Record<string, unknown>;
  /** Zones of interface endpoints that it adds to the bill; left out: none. */
  billedZones?: number;
  /** What a rollback has to read for it; left out: nothing besides its area. */
  reads?: Partial<Record<'dnsVpcId' | 'hubVpcId' | 'hubZoneVpcId' | 'zonesVpcId', string>>;
  readsProfiles?: true;
  made: Record<string, LiveState>;
  notMade: Record<string, LiveState>;
  unread: Record<string, LiveState>;
}

export function live(seen: Partial<LiveState>): LiveState {
  return { role: { kind: 'absent' }, setting: null, network: null, associations: null, ...seen };
}

export const role = (overrides: Parameters<typeof aRole>[0]) => live({ role: value(aRole(overrides)) });
export const setting = (...seen: Parameters<typeof aSetting>) => live({ setting: value(aSetting(...seen)) });
export const network = (overrides: Partial<NetworkTraces>) => live({ network: aNetwork(overrides) });
export const endpoints = (...seen: NonNullable<Parameters<typeof anEndpoint>[0]>[]) =>
  network({ endpoints: value(seen.map((one) => anEndpoint(one))) });
export const groups = (...seen: Parameters<typeof aGroup>[0][]) =>
  network({ securityGroups: value(seen.map((one) => aGroup(one))) });
const updates = (...names: (string | null)[]) =>
  live({
    associations: value(
      names.map((associationName) => ({
        associationId: 'a-1',
        associationName,
        documentName: 'AWS-UpdateSSMAgent',
        schedule: null,
        targets: [],
      })),
    ),
  });
const dns = (support: boolean, hostnames: boolean) =>
  network({ dnsAttributes: { [VPC]: value({ support, hostnames }) } });
const holding = (overrides: Partial<HubHolding>) =>
  network({
    hubHoldings: {
      [VPC]: value({
        profile: { profileId: 'rp-1', arn: 'arn:rp-1', name: 'dhmc-rollout-vpc-1' },
        resourceArns: [],
        users: [],
        shareArn: null,
        ...overrides,
      }),
    },
  });
export const aZone = (overrides: Partial<HubZoneFacts>): HubZoneFacts => ({
  zoneId: 'Z1',
  domain: DOMAIN,
  callerReference: 'dhmc-rollout/another',
  alias: null,
  otherRecords: 0,
  vpcIds: [],
  authorized: [],
  ...overrides,
});
const zones = (...seen: Partial<HubZoneFacts>[]) => network({ hubZones: value(seen.map(aZone)) });
const hosted = (...ids: string[]) =>
  network({
    hostedZones: {
      [VPC]: value(
        ids.map((hostedZoneId) => ({ hostedZoneId, name: DOMAIN, owningAccount: null, owningService: null })),
      ),
    },
  });
const profiles = (...seen: { vpcId?: string; profileId?: string; name?: string }[]) =>
  network({
    profileAssociations: value(
      seen.map((one) => ({ vpcId: VPC, profileId: 'rp-1', name: 'dhmc-chg-1', ...one })),
    ) as NetworkTraces['profileAssociations'],
  });
export const rule = (cidrs: string[], overrides: Partial<GroupRule> = {}) =>
  ({ protocol: 'tcp', fromPort: 443, toPort: 443, cidrs, ...overrides }) as GroupRule;

const NO_ROLE = live({});
const ROLE_UNREAD = { 'a role that was not read': live({ role: failed() }) };
const NO_NETWORK = { 'no network': live({}) };
const GROUPS_UNREAD = { ...NO_NETWORK, 'groups that were not read': network({ securityGroups: failed() }) };
const ENDPOINTS_UNREAD = { ...NO_NETWORK, 'endpoints that were not read': network({ endpoints: failed() }) };
const SETTING_UNREAD = { 'no setting': live({}), 'a setting that was not read': live({ setting: failed() }) };
const UPDATES_UNREAD = {
  'no associations': live({}),
  'associations that were not read': live({ associations: failed() }),
};
const HOLDING_UNREAD = {
  ...NO_NETWORK,
  'a hub of which nothing was read': network({}),
  'a hub that was not read': network({ hubHoldings: { [VPC]: failed() } }),
};
const ZONES_UNREAD = {
  ...NO_NETWORK,
  'zones that were not asked for': network({}),
  'zones that were not read': network({ hubZones: failed() }),
};
const HOSTED_UNREAD = {
  ...NO_NETWORK,
  'zones of another VPC': network({ hostedZones: { 'vpc-2': value([]) } }),
  'zones that were not read': network({ hostedZones: { [VPC]: failed() } }),
};
const DNS_UNREAD = {
  ...NO_NETWORK,
  'attributes of another VPC': network({
    dnsAttributes: { 'vpc-2': value({ support: true, hostnames: true }) },
  }),
  'attributes that were not read': network({ dnsAttributes: { [VPC]: failed() } }),
};
const PROFILES_UNREAD = {
  ...NO_NETWORK,
  'Profiles that were not asked for': network({}),
  'Profiles that were not read': network({ profileAssociations: failed() }),
};
const OTHER_UPDATE = { 'another update': updates('other', null), 'no update': updates() };
const OTHER_PROFILES = {
  'no Profile': profiles(),
  'a Profile in another VPC': profiles({ vpcId: 'vpc-2' }),
  'another Profile': profiles({ profileId: 'rp-2' }),
  "an administrator's association": profiles({ name: 'by-hand' }),
};

const EXISTING_GROUP = { kind: 'existing', id: 'sg-1' } as const;
const CREATED_GROUP = { kind: 'created', changeId: CHANGE_ID } as const;
const EXISTING_ENDPOINT = { kind: 'existing', id: 'vpce-1' } as const;
const GONE_STATES = ['deleting', 'deleted', 'failed', 'rejected', 'expired'];
const LIVING_STATES = ['available', 'pending', 'partial', 'pendingacceptance'];
const inStates = (states: string[]) =>
  Object.fromEntries(
    states.map((state) => [`an endpoint that is ${state}`, endpoints({ state, tags: MADE_TAGS })]),
  );
const ANY_RULES = {
  'a rule of UDP': groups({ ingress: [rule(['10.0.0.0/16', '10.1.0.0/16'], { protocol: 'udp' })] }),
  'a rule from a lower port': groups({ ingress: [rule(['10.0.0.0/16', '10.1.0.0/16'], { fromPort: 1 })] }),
  'a rule to a higher port': groups({ ingress: [rule(['10.0.0.0/16', '10.1.0.0/16'], { toPort: 444 })] }),
  'a rule of another block': groups({ ingress: [rule(['10.2.0.0/16'])] }),
};
const BOTH_BLOCKS = groups({ ingress: [rule(['10.0.0.0/16']), rule(['10.1.0.0/16'])] });
const ONE_BLOCK = groups({ ingress: [rule(['10.0.0.0/16'])] });
const POLICY = '{"Statement":[{"Action":"ssm:*","Effect":"Allow","Principal":"*","Resource":"*"}]}';
const OTHER_POLICY = '{"Statement":[]}';

export const SAMPLES: { [K in ChangeKind]: Sample<K> } = {
  CreateDhmcRole: {
    action: {
      roleName: ROLE_NAME,
      path: '/service-role/',
      trustPolicy: TRUST,
      permissionsBoundaryArn: null,
      description: 'made by a test',
    },
    expected: { exists: false },
    detail: { roleName: ROLE_NAME, path: '/service-role/' },
    made: { 'the role with its tag': role({ tags: MADE_TAGS }) },
    notMade: {
      'no role': NO_ROLE,
      'a role of that name without the tag': role({ tags: {} }),
      'a role that another change made': role({ tags: { [CHANGE_TAG]: 'chg-2' } }),
    },
    unread: ROLE_UNREAD,
  },
  DeleteDhmcRole: {
    action: { roleName: ROLE_NAME },
    expected: { changeTag: CHANGE_ID },
    detail: { roleName: ROLE_NAME },
    made: { 'no role': NO_ROLE },
    notMade: { 'a role': role({}) },
    unread: ROLE_UNREAD,
  },
  AttachDhmcRolePolicy: {
    action: { roleName: ROLE_NAME, policyArn: DEFAULT_POLICY },
    expected: { attached: false },
    detail: { roleName: ROLE_NAME, policyArn: DEFAULT_POLICY },
    made: { 'the policy among others': role({ attachedPolicyArns: ['arn:other', DEFAULT_POLICY] }) },
    notMade: { 'no role': NO_ROLE, 'another policy': role({ attachedPolicyArns: ['arn:other'] }) },
    unread: ROLE_UNREAD,
  },
  DetachDhmcRolePolicy: {
    action: { roleName: ROLE_NAME, policyArn: DEFAULT_POLICY },
    expected: { attached: true },
    detail: { roleName: ROLE_NAME, policyArn: DEFAULT_POLICY },
    made: { 'no role': NO_ROLE, 'another policy': role({ attachedPolicyArns: ['arn:other'] }) },
    notMade: { 'the policy among others': role({ attachedPolicyArns: ['arn:other', DEFAULT_POLICY] }) },
    unread: ROLE_UNREAD,
  },
  SetDhmcRoleTrust: {
    action: { roleName: ROLE_NAME, trustPolicy: TRUST },
    expected: { trustPolicy: {} },
    detail: { roleName: ROLE_NAME, trustPolicy: TRUST },
    made: { 'this trust': role({ trustPolicy: { ...TRUST } }) },
    notMade: { 'no role': NO_ROLE, 'another trust': role({ trustPolicy: {} }) },
    unread: ROLE_UNREAD,
  },
  SetServiceSetting: {
    action: { value: OURS },
    expected: { value: '$None' },
    detail: { value: OURS, previousValue: '$None' },
    made: {
      'the value, written by the run': setting(OURS, { lastModifiedUser: `arn:aws:sts::1:x/y/${RUN}` }),
      'the value, by no one that SSM names': setting(OURS),
    },
    notMade: {
      'the value, written by another': setting(OURS, { lastModifiedUser: 'arn:aws:iam::1:user/ada' }),
      'the value, written by a run whose name ends so': setting(OURS, {
        lastModifiedUser: `arn:aws:sts::1:x/y/another-${RUN}`,
      }),
      'another value, written by the run': setting('$None', {
        lastModifiedUser: `arn:aws:sts::1:x/y/${RUN}`,
      }),
    },
    unread: SETTING_UNREAD,
  },
  ResetServiceSetting: {
    action: {},
    expected: { value: OURS },
    detail: { value: null },
    made: { 'the default': setting('$None') },
    notMade: { 'a value': setting(OURS) },
    unread: SETTING_UNREAD,
  },
  CreateAgentUpdate: {
    action: { name: 'dhmc-rollout-chg-1', schedule: 'rate(14 days)', instanceIds: ['*'] },
    expected: { exists: false },
    detail: { name: 'dhmc-rollout-chg-1', schedule: 'rate(14 days)', instanceIds: ['*'] },
    made: { 'the update among others': updates(null, 'dhmc-rollout-chg-1') },
    notMade: OTHER_UPDATE,
    unread: UPDATES_UNREAD,
  },
  DeleteAgentUpdate: {
    action: { name: 'dhmc-rollout-chg-1' },
    expected: { exists: true },
    detail: { name: 'dhmc-rollout-chg-1' },
    made: OTHER_UPDATE,
    notMade: { 'the update among others': updates(null, 'dhmc-rollout-chg-1') },
    unread: UPDATES_UNREAD,
  },
  CreateEndpointSecurityGroup: {
    action: { vpcId: VPC, groupName: 'dhmc-rollout-endpoints', description: 'd', tags: { a: 'b' } },
    expected: { exists: false },
    detail: { vpcId: VPC, groupName: 'dhmc-rollout-endpoints' },
    made: { 'the group among others': groups({ tags: {} }, { tags: MADE_TAGS }) },
    notMade: { 'no group': groups(), 'a group without the tag': groups({ tags: {} }) },
    unread: GROUPS_UNREAD,
  },
  DeleteEndpointSecurityGroup: {
    action: { group: EXISTING_GROUP },
    expected: { exists: true },
    detail: { group: EXISTING_GROUP },
    made: { 'no group': groups(), 'another group': groups({ groupId: 'sg-2' }) },
    notMade: { 'the group among others': groups({ groupId: 'sg-2' }, {}) },
    unread: GROUPS_UNREAD,
  },
  AllowEndpointIngress: {
    action: { group: EXISTING_GROUP, cidrs: ['10.0.0.0/16', '10.1.0.0/16'] },
    expected: { allowed: false },
    detail: { cidrs: ['10.0.0.0/16', '10.1.0.0/16'] },
    made: { 'a rule for each block': BOTH_BLOCKS },
    notMade: { 'no group': groups(), 'a rule for one block': ONE_BLOCK, ...ANY_RULES },
    unread: GROUPS_UNREAD,
  },
  RevokeEndpointIngress: {
    action: { group: CREATED_GROUP, cidrs: ['10.0.0.0/16', '10.1.0.0/16'] },
    expected: { allowed: true },
    detail: { cidrs: ['10.0.0.0/16', '10.1.0.0/16'] },
    made: { 'no group': groups(), ...ANY_RULES },
    notMade: { 'a rule for each block': BOTH_BLOCKS, 'a rule for one block': ONE_BLOCK },
    unread: GROUPS_UNREAD,
  },
  CreateInterfaceEndpoint: {
    action: {
      vpcId: VPC,
      serviceName: 'com.amazonaws.eu-west-1.ssm',
      subnetIds: ['subnet-1', 'subnet-2'],
      groups: [EXISTING_GROUP, CREATED_GROUP],
      clientToken: 't',
      tags: {},
    },
    expected: { exists: false },
    detail: {
      vpcId: VPC,
      serviceName: 'com.amazonaws.eu-west-1.ssm',
      subnetIds: ['subnet-1', 'subnet-2'],
    },
    billedZones: 2,
    made: inStates(LIVING_STATES),
    notMade: {
      ...inStates(GONE_STATES),
      'an endpoint without the tag': endpoints({ tags: {} }),
      'no endpoint': endpoints(),
    },
    unread: ENDPOINTS_UNREAD,
  },
  CreateGatewayEndpoint: {
    action: {
      vpcId: VPC,
      serviceName: 'com.amazonaws.eu-west-1.s3',
      routeTableIds: ['rtb-1', 'rtb-2'],
      clientToken: 't',
      tags: {},
    },
    expected: { exists: false },
    detail: { vpcId: VPC, serviceName: 'com.amazonaws.eu-west-1.s3', routeTableIds: ['rtb-1', 'rtb-2'] },
    made: inStates(LIVING_STATES),
    notMade: {
      ...inStates(GONE_STATES),
      'an endpoint without the tag': endpoints({ tags: {} }),
      'no endpoint': endpoints(),
    },
    unread: ENDPOINTS_UNREAD,
  },
  DeleteInterfaceEndpoint: {
    action: { endpoint: EXISTING_ENDPOINT },
    expected: { subnetIds: ['subnet-1', 'subnet-2', 'subnet-3'], groupIds: ['sg-1'] },
    detail: { endpoint: EXISTING_ENDPOINT },
    billedZones: -3,
    made: {
      ...inStates(GONE_STATES),
      'no endpoint': endpoints(),
      'another endpoint': endpoints({ endpointId: 'vpce-2' }),
    },
    notMade: inStates(LIVING_STATES),
    unread: ENDPOINTS_UNREAD,
  },
  DeleteGatewayEndpoint: {
    action: { endpoint: CREATED_GROUP },
    expected: { routeTableIds: ['rtb-1'] },
    detail: { endpoint: CREATED_GROUP },
    made: { 'no endpoint': endpoints(), "another change's endpoint": endpoints({ tags: {} }) },
    notMade: inStates(LIVING_STATES),
    unread: ENDPOINTS_UNREAD,
  },
  ModifyGatewayEndpoint: {
    action: {
      endpointId: 'vpce-1',
      addRouteTableIds: ['rtb-2', 'rtb-3'],
      removeRouteTableIds: ['rtb-1', 'rtb-0'],
    },
    expected: { routeTableIds: ['rtb-1'] },
    detail: {
      endpointId: 'vpce-1',
      addRouteTableIds: ['rtb-2', 'rtb-3'],
      removeRouteTableIds: ['rtb-1', 'rtb-0'],
    },
    made: {
      'what was added, and others': endpoints(
        { endpointId: 'vpce-0' },
        { routeTableIds: ['rtb-2', 'rtb-3', 'rtb-9'] },
      ),
    },
    notMade: {
      'no such endpoint': endpoints({ endpointId: 'vpce-0', routeTableIds: ['rtb-2', 'rtb-3'] }),
      'one of what was added': endpoints({ routeTableIds: ['rtb-3'] }),
      'one of what was removed': endpoints({ routeTableIds: ['rtb-1', 'rtb-2', 'rtb-3'] }),
    },
    unread: ENDPOINTS_UNREAD,
  },
  ModifyInterfaceEndpoint: {
    action: {
      endpointId: 'vpce-1',
      addSubnetIds: ['subnet-3', 'subnet-4', 'subnet-5'],
      removeSubnetIds: ['subnet-1', 'subnet-2'],
      addGroups: [CREATED_GROUP, { kind: 'existing', id: 'sg-3' }],
      removeGroups: [
        { kind: 'existing', id: 'sg-9' },
        { kind: 'existing', id: 'sg-8' },
      ],
      privateDns: true,
    },
    expected: { subnetIds: [], groupIds: [], privateDns: false },
    detail: {
      endpointId: 'vpce-1',
      addSubnetIds: ['subnet-3', 'subnet-4', 'subnet-5'],
      removeSubnetIds: ['subnet-1', 'subnet-2'],
      privateDns: true,
    },
    billedZones: 1,
    made: { 'all of it': modified({}) },
    notMade: {
      'no such endpoint': modified({ endpointId: 'vpce-0' }),
      'a subnet less': modified({ subnetIds: ['subnet-3', 'subnet-4'] }),
      'a subnet that was removed': modified({ subnetIds: ['subnet-2', 'subnet-3', 'subnet-4', 'subnet-5'] }),
      'a group less': modified({ groupIds: ['sg-3'] }),
      'a group that was removed': modified({ groupIds: ['sg-1', 'sg-3', 'sg-8'] }),
      'private DNS off': modified({ privateDns: false }),
      'a group that is gone': network({
        securityGroups: value([]),
        endpoints: value([
          anEndpoint({ subnetIds: ['subnet-3', 'subnet-4', 'subnet-5'], groupIds: ['sg-1', 'sg-3'] }),
        ]),
      }),
    },
    unread: ENDPOINTS_UNREAD,
  },
  SetEndpointPolicy: {
    action: { endpointId: 'vpce-1', policy: POLICY },
    expected: { policy: OTHER_POLICY },
    detail: { endpointId: 'vpce-1', policy: POLICY, previousPolicy: OTHER_POLICY },
    made: {
      'the policy, written otherwise': endpoints(
        { endpointId: 'vpce-0' },
        { policy: JSON.stringify(JSON.parse(POLICY), null, 2) },
      ),
    },
    notMade: {
      'no such endpoint': endpoints({ endpointId: 'vpce-0', policy: POLICY }),
      'another policy': endpoints({ policy: OTHER_POLICY }),
      'no policy': endpoints({ policy: null }),
    },
    unread: ENDPOINTS_UNREAD,
  },
  EnableVpcDns: {
    action: { vpcId: VPC, support: true, hostnames: null },
    expected: { support: false, hostnames: null },
    detail: { vpcId: VPC, support: true, hostnames: null },
    reads: { dnsVpcId: VPC },
    made: { 'the attribute on': dns(true, false) },
    notMade: { 'the attribute off': dns(false, true) },
    unread: DNS_UNREAD,
  },
  RestoreVpcDns: {
    action: { vpcId: VPC, support: null, hostnames: false },
    expected: { support: null, hostnames: true },
    detail: { vpcId: VPC, support: null, hostnames: false },
    reads: { dnsVpcId: VPC },
    made: { 'the attribute off': dns(true, false) },
    notMade: { 'the attribute on': dns(false, true) },
    unread: DNS_UNREAD,
  },
  AssociateProfile: {
    action: { vpcId: VPC, profileId: 'rp-1', name: 'dhmc-chg-1', priority: null },
    expected: { exists: false },
    detail: { vpcId: VPC, profileId: 'rp-1' },
    readsProfiles: true,
    made: { 'the association among others': profiles({ name: 'by-hand' }, {}) },
    notMade: OTHER_PROFILES,
    unread: PROFILES_UNREAD,
  },
  DisassociateProfile: {
    action: { vpcId: VPC, profileId: 'rp-1', name: 'dhmc-chg-1' },
    expected: { exists: true },
    detail: { vpcId: VPC, profileId: 'rp-1' },
    readsProfiles: true,
    made: OTHER_PROFILES,
    notMade: { 'the association among others': profiles({ name: 'by-hand' }, {}) },
    unread: PROFILES_UNREAD,
  },
  CreateHubProfile: {
    action: { vpcId: VPC, name: 'dhmc-rollout-vpc-1', clientToken: 't', tags: {} },
    expected: { exists: false },
    detail: { vpcId: VPC, name: 'dhmc-rollout-vpc-1' },
    reads: { hubVpcId: VPC },
    made: { 'a Profile': holding({}) },
    notMade: { 'no Profile': holding({ profile: null }) },
    unread: HOLDING_UNREAD,
  },
  DeleteHubProfile: {
    action: { vpcId: VPC, name: 'dhmc-rollout-vpc-1' },
    expected: { exists: true },
    detail: { vpcId: VPC, name: 'dhmc-rollout-vpc-1' },
    reads: { hubVpcId: VPC },
    made: { 'no Profile': holding({ profile: null }) },
    notMade: { 'a Profile': holding({}) },
    unread: HOLDING_UNREAD,
  },
  AddHubEndpoint: {
    action: { vpcId: VPC, profileId: 'rp-1', resourceArn: ENDPOINT_ARN, name: 'n' },
    expected: { exists: false },
    detail: { vpcId: VPC, profileId: 'rp-1', resourceArn: ENDPOINT_ARN },
    reads: { hubVpcId: VPC },
    made: { 'the endpoint among others': holding({ resourceArns: ['arn:other', ENDPOINT_ARN] }) },
    notMade: { 'another endpoint': holding({ resourceArns: ['arn:other'] }) },
    unread: HOLDING_UNREAD,
  },
  RemoveHubEndpoint: {
    action: { vpcId: VPC, profileId: 'rp-1', resourceArn: ENDPOINT_ARN },
    expected: { exists: true },
    detail: { vpcId: VPC, profileId: 'rp-1', resourceArn: ENDPOINT_ARN },
    reads: { hubVpcId: VPC },
    made: { 'another endpoint': holding({ resourceArns: ['arn:other'] }) },
    notMade: { 'the endpoint among others': holding({ resourceArns: ['arn:other', ENDPOINT_ARN] }) },
    unread: HOLDING_UNREAD,
  },
  ShareHubProfile: {
    action: { vpcId: VPC, name: 'n', profileArn: 'arn:rp-1', principal: 'arn:o', clientToken: 't', tags: {} },
    expected: { exists: false },
    detail: { vpcId: VPC, profileArn: 'arn:rp-1', principal: 'arn:o' },
    reads: { hubVpcId: VPC },
    made: { 'a share': holding({ shareArn: 'arn:share' }) },
    notMade: { 'no share': holding({}) },
    unread: HOLDING_UNREAD,
  },
  UnshareHubProfile: {
    action: { vpcId: VPC, name: 'n' },
    expected: { exists: true },
    detail: { vpcId: VPC, name: 'n' },
    reads: { hubVpcId: VPC },
    made: { 'no share': holding({}) },
    notMade: { 'a share': holding({ shareArn: 'arn:share' }) },
    unread: HOLDING_UNREAD,
  },
  CreateHubZone: {
    action: { vpcId: VPC, domain: DOMAIN, comment: 'c' },
    expected: { exists: false },
    detail: { vpcId: VPC, domain: DOMAIN },
    reads: { hubZoneVpcId: VPC },
    made: { 'the zone among others': zones({}, { callerReference: `dhmc-rollout/${CHANGE_ID}` }) },
    notMade: { 'no zone': zones(), "another change's zone": zones({}) },
    unread: ZONES_UNREAD,
  },
  DeleteHubZone: {
    action: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN },
    expected: { exists: true },
    detail: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN },
    reads: { hubZoneVpcId: VPC },
    made: { 'no zone': zones(), 'another zone': zones({ zoneId: 'Z2' }) },
    notMade: { 'the zone among others': zones({ zoneId: 'Z2' }, {}) },
    unread: ZONES_UNREAD,
  },
  SetHubRecord: {
    action: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN, dnsName: ALIAS.dnsName, aliasZoneId: ALIAS.zoneId },
    expected: { exists: false },
    detail: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN, dnsName: ALIAS.dnsName },
    reads: { hubZoneVpcId: VPC },
    made: { 'the record': zones({ alias: ALIAS }) },
    notMade: {
      'no zone': zones(),
      'no record': zones({}),
      'another record': zones({ alias: { ...ALIAS, dnsName: 'vpce-2-x.y' } }),
    },
    unread: ZONES_UNREAD,
  },
  RemoveHubRecord: {
    action: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN, dnsName: ALIAS.dnsName, aliasZoneId: ALIAS.zoneId },
    expected: { exists: true },
    detail: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN, dnsName: ALIAS.dnsName },
    reads: { hubZoneVpcId: VPC },
    made: {
      'no zone': zones(),
      'no record': zones({}),
      'another record': zones({ alias: { ...ALIAS, dnsName: 'vpce-2-x.y' } }),
    },
    notMade: { 'the record': zones({ alias: ALIAS }) },
    unread: ZONES_UNREAD,
  },
  AuthorizeHubSpoke: {
    action: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN, spokeVpcId: 'vpc-spoke' },
    expected: { exists: false },
    detail: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN, spokeVpcId: 'vpc-spoke' },
    reads: { hubZoneVpcId: VPC },
    made: { 'the spoke among others': zones({ authorized: ['vpc-other', 'vpc-spoke'] }) },
    notMade: { 'no zone': zones(), 'another spoke': zones({ authorized: ['vpc-other'] }) },
    unread: ZONES_UNREAD,
  },
  RevokeHubSpoke: {
    action: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN, spokeVpcId: 'vpc-spoke' },
    expected: { exists: true },
    detail: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN, spokeVpcId: 'vpc-spoke' },
    reads: { hubZoneVpcId: VPC },
    made: { 'no zone': zones(), 'another spoke': zones({ authorized: ['vpc-other'] }) },
    notMade: { 'the spoke among others': zones({ authorized: ['vpc-other', 'vpc-spoke'] }) },
    unread: ZONES_UNREAD,
  },
  AssociateHubZone: {
    action: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN },
    expected: { exists: false },
    detail: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN },
    reads: { zonesVpcId: VPC },
    made: { 'the zone among others': hosted('Z0', 'Z1') },
    notMade: { 'another zone': hosted('Z0') },
    unread: HOSTED_UNREAD,
  },
  DisassociateHubZone: {
    action: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN },
    expected: { exists: true },
    detail: { vpcId: VPC, zoneId: 'Z1', domain: DOMAIN },
    reads: { zonesVpcId: VPC },
    made: { 'another zone': hosted('Z0') },
    notMade: { 'the zone among others': hosted('Z0', 'Z1') },
    unread: HOSTED_UNREAD,
  },
};

/** As the sample of ModifyInterfaceEndpoint leaves it. */
function modified(overrides: Parameters<typeof anEndpoint>[0]): LiveState {
  return network({
    securityGroups: value([aGroup({ tags: MADE_TAGS })]),
    endpoints: value([
      anEndpoint({
        subnetIds: ['subnet-3', 'subnet-4', 'subnet-5'],
        groupIds: ['sg-1', 'sg-3'],
        ...overrides,
      }),
    ]),
  });
}
