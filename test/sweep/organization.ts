/** An organization with something of every kind that the twin serves, and what names these things in requests. */
import type { AccountFile, Piece, Snapshot } from '../../twin/contract.ts';
import { addRole } from '../../twin/make/iam.ts';
import { makeId } from '../../twin/make/ids.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { makeSmallOrganization, OPERATOR } from '../reconcile/small-organization.ts';

export const REGION = 'us-east-1';
const CREATED = '2025-01-01T00:00:00+00:00';
const ARN = `arn:aws:ec2:${REGION}:${OPERATOR}`;
const EMPTY_PROFILE = 'rp-1234567890example';
const profileArn = (id: string) => `arn:aws:route53profiles:${REGION}:${OPERATOR}:profile/${id}`;
const SHARE = `arn:aws:ram:${REGION}:${OPERATOR}:resource-share/00000001-0000-4000-8000-000000000001`;

const [ATTACHED_POLICY, SPARE_POLICY] = ['p-sweptattached', 'p-sweptspare'];
const DENIAL =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:CreateUser","Resource":"*"}]}';

/** `known` by member of a request: what a call about an existing thing says. */
export function makeSweptOrganization(): { snapshot: Snapshot; known: Record<string, Piece> } {
  const snapshot = makeSmallOrganization({ members: 3, regions: 2 });
  const account = snapshot.accounts.get(OPERATOR);
  if (!account) throw new Error(`no account ${OPERATOR}`);
  addNetwork(account, REGION, {
    shape: 'nat',
    name: 'nat',
    octet: 4,
    instances: ['web', 'db'].map((name) => ({ name, running: true, online: true, profile: 'Web' })),
  });
  addNetwork(account, REGION, { shape: 'public', name: 'public', octet: 5, instances: [] });
  addNetwork(account, REGION, { shape: 'isolated', name: 'isolated', octet: 6, instances: [] });
  addRole(account, {
    name: 'Web',
    trust: { Service: 'ec2.amazonaws.com' },
    managed: ['AmazonSSMManagedInstanceCore'],
    inline: { own: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } },
    instanceProfile: true,
    tags: { stage: 'prod', team: 'web' },
  });
  addRole(account, { name: 'Unused', trust: { Service: 'ec2.amazonaws.com' } });
  snapshot.organization.OrganizationalUnits.push({
    Id: 'ou-root-abcdefgh',
    Arn: 'arn:aws:organizations::100000000001:ou/o-swept/ou-root-abcdefgh',
    Name: 'Swept',
    ParentId: snapshot.organization.Roots[0]?.Id,
  });
  const region = account.Regions[REGION];
  if (!region) throw new Error(`no Region ${REGION}`);
  const [vpc] = region.Ec2.Vpcs;
  const [subnet] = region.Ec2.Subnets;
  const [group] = region.Ec2.SecurityGroups;
  for (const name of ['endpoints', 'swept']) {
    region.Ec2.SecurityGroups.push({
      ...group,
      GroupId: makeId('sg', name),
      GroupName: name,
      Description: name,
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '192.0.2.0/24' }] },
      ],
    });
  }
  Object.assign(region.Ec2, {
    VpcEndpoints: ['ssm', 'kms', 'logs'].map((service) => endpointOf(service, vpc, subnet, group)),
    EgressOnlyInternetGateways: [
      {
        EgressOnlyInternetGatewayId: makeId('eigw', 'one'),
        Attachments: [{ State: 'attached', VpcId: vpc.VpcId }],
        Tags: [],
      },
    ],
    ManagedPrefixLists: [
      {
        PrefixListId: makeId('pl', 'one'),
        AddressFamily: 'IPv4',
        State: 'create-complete',
        PrefixListArn: `${ARN}:prefix-list/${makeId('pl', 'one')}`,
        PrefixListName: 'offices',
        MaxEntries: 5,
        Version: 1,
        Tags: [],
        OwnerId: OPERATOR,
        Entries: [{ Cidr: '192.0.2.0/24', Description: 'one' }, { Cidr: '198.51.100.0/24' }],
      },
    ],
    VpcBlockPublicAccessOptions: {
      AwsAccountId: OPERATOR,
      AwsRegion: REGION,
      State: 'default-state',
      InternetGatewayBlockMode: 'off',
      ExclusionsAllowed: 'allowed',
      ManagedBy: 'account',
    },
    VpcBlockPublicAccessExclusions: [
      {
        ExclusionId: makeId('vpcbpa-exclude', 'one'),
        InternetGatewayExclusionMode: 'allow-egress',
        ResourceArn: `${ARN}:vpc/${vpc.VpcId}`,
        State: 'create-complete',
        CreationTimestamp: CREATED,
        Tags: [],
      },
    ],
  });
  addPrerequisites(snapshot, account);
  addNames(account, region, vpc);
  addShare(region);
  addSystemsManager(region);
  return { snapshot, known: knownOf(snapshot, account, region) };
}

/** What doctor asks: contacts, trails, Lambda's quota, trusted access and who administers StackSets. */
function addPrerequisites({ organization }: Snapshot, account: AccountFile): void {
  const stackSets = 'member.org.stacksets.cloudformation.amazonaws.com';
  account.AlternateContacts = ['BILLING', 'OPERATIONS', 'SECURITY'].map((AlternateContactType) => ({
    AlternateContactType,
    Name: 'Swept',
    Title: 'On duty',
    EmailAddress: 'swept@example.com',
    PhoneNumber: '+1 206 555 0100',
  }));
  account.CloudTrail = {
    trailList: [
      {
        Name: 'swept',
        TrailARN: `arn:aws:cloudtrail:${REGION}:${OPERATOR}:trail/swept`,
        S3BucketName: 'swept-trail',
        HomeRegion: REGION,
        IncludeGlobalServiceEvents: true,
        IsMultiRegionTrail: true,
        IsOrganizationTrail: false,
        LogFileValidationEnabled: true,
        HasCustomEventSelectors: false,
        HasInsightSelectors: false,
        Status: { IsLogging: true },
        EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [] }],
        AdvancedEventSelectors: [],
      },
    ],
  };
  const region = account.Regions[REGION];
  if (region) {
    region.Lambda = {
      AccountLimit: { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 1_000 },
      AccountUsage: { FunctionCount: 6 },
    };
  }
  organization.ResourcePolicy = {
    ResourcePolicySummary: {
      Id: 'rp-swept000',
      Arn: 'arn:aws:organizations::100000000001:resourcepolicy/o-swept/rp-swept000',
    },
    Content: '{"Version":"2012-10-17","Statement":[]}',
  };
  const target = organization.OrganizationalUnits[0]?.Id;
  for (const [Id, Targets] of [
    [ATTACHED_POLICY, [{ TargetId: target }]],
    ['p-sweptother', [{ TargetId: target }]],
    [SPARE_POLICY, []],
  ] as const) {
    organization.Policies.push({
      PolicySummary: {
        Id,
        Arn: `arn:aws:organizations::100000000001:policy/o-swept/service_control_policy/${Id}`,
        Name: Id,
        Description: '',
        Type: 'SERVICE_CONTROL_POLICY',
        AwsManaged: false,
      },
      Content: DENIAL,
      Targets: [...Targets],
    });
  }
  organization.EnabledServicePrincipals = [
    { ServicePrincipal: 'ssm.amazonaws.com', DateEnabled: CREATED },
    { ServicePrincipal: stackSets, DateEnabled: CREATED },
  ];
  organization.DelegatedAdministrators.push({
    Id: OPERATOR,
    ServicePrincipal: stackSets,
    DelegationEnabledDate: CREATED,
  });
}

function endpointOf(service: string, vpc: Piece, subnet: Piece, group: Piece): Piece {
  return {
    VpcEndpointId: makeId('vpce', service),
    VpcEndpointType: 'Interface',
    VpcId: vpc.VpcId,
    ServiceName: `com.amazonaws.${REGION}.${service}`,
    State: 'available',
    PolicyDocument: '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}',
    RouteTableIds: [],
    SubnetIds: [subnet.SubnetId],
    Groups: [group, { GroupId: makeId('sg', 'endpoints'), GroupName: 'endpoints' }].map(
      ({ GroupId, GroupName }) => ({
        GroupId,
        GroupName,
      }),
    ),
    IpAddressType: 'ipv4',
    PrivateDnsEnabled: service === 'kms',
    RequesterManaged: false,
    NetworkInterfaceIds: [],
    DnsEntries: [],
    CreationTimestamp: CREATED,
    Tags: [{ Key: 'Name', Value: service }],
    OwnerId: OPERATOR,
  };
}

function addNames(account: AccountFile, region: Piece, vpc: Piece): void {
  account.Route53.HostedZones = ['one', 'two', 'three'].map((name) => ({
    Id: `/hostedzone/Z${name.toUpperCase().padEnd(13, '0')}`,
    Name: `${name}.internal.`,
    CallerReference: name,
    Config: { PrivateZone: true },
    ResourceRecordSetCount: 2,
    VPCs: [{ VPCRegion: REGION, VPCId: vpc.VpcId }],
    ResourceRecordSets: ['a', 'b', 'c'].map((label) => ({
      Name: `${label}.${name}.internal.`,
      Type: 'A',
      TTL: 60,
      ResourceRecords: [{ Value: '10.4.0.9' }],
    })),
  }));
  const other = { VPCRegion: REGION, VPCId: region.Ec2.Vpcs.at(-1).VpcId };
  account.Route53.HostedZones.push({
    Id: '/hostedzone/ZSHARED00000000',
    Name: 'shared.internal.',
    CallerReference: 'shared',
    Config: { PrivateZone: true },
    VPCs: [{ VPCRegion: REGION, VPCId: vpc.VpcId }, other],
    VPCAssociationAuthorizations: [{ VPCRegion: REGION, VPCId: vpc.VpcId }, other],
    ResourceRecordSets: [],
  });
  const resolver = `arn:aws:route53resolver:${REGION}:${OPERATOR}`;
  Object.assign(region.Route53Resolver, {
    ResolverEndpoints: [
      {
        Id: 'rslvr-out-1',
        CreatorRequestId: 'one',
        Arn: `${resolver}:resolver-endpoint/rslvr-out-1`,
        Name: 'out',
        SecurityGroupIds: [region.Ec2.SecurityGroups[0].GroupId],
        Direction: 'OUTBOUND',
        IpAddressCount: 1,
        HostVPCId: vpc.VpcId,
        Status: 'OPERATIONAL',
        CreationTime: '2025-01-01T00:00:00.000Z',
        IpAddresses: [
          {
            IpId: 'rni-1',
            SubnetId: region.Ec2.Subnets[0].SubnetId,
            Ip: '10.4.0.20',
            Status: 'ATTACHED',
          },
        ],
      },
    ],
    ResolverRules: ['one', 'two'].map((name) => ({
      Id: `rslvr-rr-${name}`,
      Arn: `${resolver}:resolver-rule/rslvr-rr-${name}`,
      DomainName: `${name}.example.`,
      Status: 'COMPLETE',
      RuleType: 'FORWARD',
      Name: name,
      TargetIps: [{ Ip: '192.0.2.1', Port: 53 }],
      ResolverEndpointId: 'rslvr-out-1',
      OwnerId: OPERATOR,
      ShareStatus: 'NOT_SHARED',
    })),
    ResolverRuleAssociations: ['one', 'two'].map((name) => ({
      Id: `rslvr-rrassoc-${name}`,
      ResolverRuleId: `rslvr-rr-${name}`,
      Name: name,
      VPCId: vpc.VpcId,
      Status: 'COMPLETE',
    })),
  });
  const attachments = ['one', 'two'].map((name) => ({
    TransitGatewayAttachmentId: makeId('tgw-attach', name),
    TransitGatewayId: makeId('tgw', 'one'),
    TransitGatewayOwnerId: OPERATOR,
    VpcId: region.Ec2.Vpcs[name === 'one' ? 0 : 1].VpcId,
    VpcOwnerId: OPERATOR,
    State: 'available',
    SubnetIds: [region.Ec2.Subnets[0].SubnetId],
    CreationTime: CREATED,
    Tags: [],
  }));
  Object.assign(region.Ec2, {
    VpcPeeringConnections: ['one', 'two'].map((name) => ({
      VpcPeeringConnectionId: makeId('pcx', name),
      Status: { Code: 'active', Message: 'Active' },
      Tags: [],
    })),
    TransitGatewayVpcAttachments: attachments,
    TransitGatewayRouteTables: [
      {
        TransitGatewayRouteTableId: makeId('tgw-rtb', 'one'),
        TransitGatewayId: makeId('tgw', 'one'),
        State: 'available',
        Associations: attachments.map(({ TransitGatewayAttachmentId }) => ({ TransitGatewayAttachmentId })),
        Propagations: attachments.map(({ TransitGatewayAttachmentId, VpcId }) => ({
          TransitGatewayAttachmentId,
          ResourceId: VpcId,
          ResourceType: 'vpc',
          State: 'enabled',
        })),
        Routes: attachments.map(({ TransitGatewayAttachmentId, VpcId }, index) => ({
          DestinationCidrBlock: `10.${index}.0.0/16`,
          TransitGatewayAttachments: [{ TransitGatewayAttachmentId, ResourceId: VpcId, ResourceType: 'vpc' }],
          Type: 'propagated',
          State: 'active',
        })),
      },
    ],
  });
  Object.assign(region.Route53Profiles, {
    ProfileAssociations: [
      {
        Id: 'rpassoc-1',
        Name: 'one',
        OwnerId: OPERATOR,
        ProfileId: 'rp-4987774726example',
        ResourceId: vpc.VpcId,
        Status: 'COMPLETE',
        CreationTime: CREATED,
      },
    ],
    Profiles: ['rp-4987774726example', EMPTY_PROFILE].map((Id) => ({
      Id,
      Arn: profileArn(Id),
      Name: Id,
      OwnerId: OPERATOR,
      Status: 'COMPLETE',
      ShareStatus: 'NOT_SHARED',
      ClientToken: Id,
      CreationTime: CREATED,
      ModificationTime: CREATED,
      Tags: [],
    })),
    ProfileResourceAssociations: [
      {
        Id: 'rpr-2',
        Name: 'two',
        OwnerId: OPERATOR,
        ProfileId: 'rp-4987774726example',
        ResourceArn: `${ARN}:vpc-endpoint/${makeId('vpce', 'ssm')}`,
        ResourceType: 'VPC_ENDPOINT',
        Status: 'COMPLETE',
        CreationTime: CREATED,
      },
      {
        Id: 'rpr-1',
        Name: 'one',
        OwnerId: OPERATOR,
        ProfileId: 'rp-4987774726example',
        ResourceArn: 'arn:aws:route53:::hostedzone/ZONE0000000000',
        ResourceType: 'PRIVATE_HOSTED_ZONE',
        Status: 'COMPLETE',
        CreationTime: CREATED,
      },
    ],
  });
}

function addShare(region: Piece): void {
  region.Ram.ResourceShares = [
    {
      resourceShareArn: SHARE,
      name: 'swept',
      owningAccountId: OPERATOR,
      allowExternalPrincipals: false,
      status: 'ACTIVE',
      tags: [],
      creationTime: CREATED,
      lastUpdatedTime: CREATED,
      featureSet: 'STANDARD',
      resourceArns: [profileArn('rp-4987774726example')],
      principals: [],
    },
  ];
}

function addSystemsManager(region: Piece): void {
  Object.assign(region.Ssm, {
    Associations: ['one', 'two', 'three'].map((name, index) => ({
      Name: 'AWS-RunShellScript',
      AssociationId: `8dfe3659-4309-493a-8755-${String(index).padStart(12, '0')}`,
      AssociationVersion: '1',
      AssociationName: name,
      Targets: [{ Key: 'tag:stage', Values: ['prod'] }],
      LastExecutionDate: CREATED,
      Overview: { Status: 'Success', AssociationStatusAggregatedCount: { Success: 1 } },
      ScheduleExpression: 'rate(1 day)',
    })),
    Activations: [
      {
        ActivationId: 'b8c2b7f4-0000-4000-8000-000000000001',
        Description: 'branch',
        IamRole: 'service-role/Branch',
        RegistrationLimit: 10,
        RegistrationsCount: 2,
        ExpirationDate: '2027-01-01T00:00:00+00:00',
        Expired: false,
        CreatedDate: CREATED,
        Tags: [],
      },
    ],
    Documents: [
      {
        Name: 'SSM-SessionManagerRunShell',
        DocumentVersion: '1',
        Status: 'Active',
        Content: '{"schemaVersion":"1.0"}',
        DocumentType: 'Session',
        DocumentFormat: 'JSON',
      },
    ],
  });
}

function knownOf({ organization }: Snapshot, account: AccountFile, region: Piece): Record<string, Piece> {
  const { Ec2 } = region;
  const ids = (list: string, key: string) => (Ec2[list] as Piece[]).map((piece) => String(piece[key]));
  const role = account.Iam.RoleDetailList.find(({ RoleName }: Piece) => RoleName === 'Web');
  const managementId = organization.Organization.MasterAccountId;
  const moved = organization.Accounts.find(({ Id }) => Id !== OPERATOR && Id !== managementId);
  const member = String(moved?.Id);
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  const documentOf = (statement: Piece) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const [vpcId] = ids('Vpcs', 'VpcId');
  const isPublic = ({ GatewayId }: Piece) => String(GatewayId).startsWith('igw-');
  const publicTable = Ec2.RouteTables.find(({ Routes }: Piece) => Routes.some(isPublic))?.RouteTableId;
  const unit = organization.OrganizationalUnits[0]?.Id ?? organization.Roots[0]?.Id;
  const setting = '/ssm/managed-instance/default-ec2-instance-management-role';
  const stateFilter = (state: string) => [{ Name: 'state', Values: [state] }];
  const tagFilter = [{ Name: 'tag:Name', Values: ['nat'] }];
  return {
    '*': { AccountId: member, Tags: [{ Key: 'stage', Value: 'prod' }], TagKeys: ['stage'] },
    ec2: {
      VpcId: vpcId,
      VpcIds: [vpcId],
      SubnetIds: ids('Subnets', 'SubnetId').slice(0, 1),
      RouteTableId: ids('RouteTables', 'RouteTableId')[0],
      RouteTableIds: ids('RouteTables', 'RouteTableId').slice(0, 1),
      NatGatewayId: ids('NatGateways', 'NatGatewayId')[0],
      NatGatewayIds: ids('NatGateways', 'NatGatewayId'),
      InternetGatewayIds: ids('InternetGateways', 'InternetGatewayId').slice(0, 1),
      GatewayId: ids('InternetGateways', 'InternetGatewayId')[0],
      EgressOnlyInternetGatewayIds: ids('EgressOnlyInternetGateways', 'EgressOnlyInternetGatewayId'),
      VpcEndpointId: ids('VpcEndpoints', 'VpcEndpointId')[0],
      VpcEndpointIds: ids('VpcEndpoints', 'VpcEndpointId').slice(0, 1),
      ServiceName: `com.amazonaws.${REGION}.ec2messages`,
      ServiceNames: [`com.amazonaws.${REGION}.ssm`],
      GroupId: makeId('sg', 'swept'),
      VpcEndpointType: 'Interface',
      IpAddressType: 'ipv4',
      PolicyDocument: documentOf({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }),
      TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags: [{ Key: 'Name', Value: 'swept' }] }],
      SecurityGroupIds: ids('SecurityGroups', 'GroupId').slice(0, 1),
      AddSecurityGroupIds: ids('SecurityGroups', 'GroupId').slice(0, 1),
      RemoveSecurityGroupIds: ids('SecurityGroups', 'GroupId').slice(0, 1),
      AddSubnetIds: ids('Subnets', 'SubnetId').slice(1, 2),
      RemoveSubnetIds: ids('Subnets', 'SubnetId').slice(0, 1),
      TransitGatewayId: makeId('tgw', 'one'),
      TransitGatewayAttachmentIds: [makeId('tgw-attach', 'one')],
      TransitGatewayRouteTableId: makeId('tgw-rtb', 'one'),
      VpcPeeringConnectionId: makeId('pcx', 'one'),
      LocalGatewayId: makeId('lgw', 'one'),
      CarrierGatewayId: makeId('cagw', 'one'),
      NetworkInterfaceId: ids('NetworkInterfaces', 'NetworkInterfaceId')[0],
      InstanceId: ids('Instances', 'InstanceId')[0],
      DestinationPrefixListId: ids('ManagedPrefixLists', 'PrefixListId')[0],
      ClientToken: 'swept',
      GroupIds: ids('SecurityGroups', 'GroupId').slice(0, 1),
      NetworkAclIds: ids('NetworkAcls', 'NetworkAclId').slice(0, 1),
      DhcpOptionsIds: ids('DhcpOptions', 'DhcpOptionsId').slice(0, 1),
      PrefixListId: ids('ManagedPrefixLists', 'PrefixListId')[0],
      PrefixListIds: ids('ManagedPrefixLists', 'PrefixListId'),
      ExclusionIds: ids('VpcBlockPublicAccessExclusions', 'ExclusionId'),
      InstanceIds: ids('Instances', 'InstanceId').slice(0, 1),
      NetworkInterfaceIds: ids('NetworkInterfaces', 'NetworkInterfaceId').slice(0, 1),
      Resources: [vpcId],
      RegionNames: [REGION],
      ZoneNames: [`${REGION}a`],
      Filters: tagFilter,
      Filter: tagFilter,
      Attribute: 'enableDnsSupport',
      EnableDnsSupport: { Value: true },
      EnableDnsHostnames: { Value: true },
      Description: 'new',
      GroupName: 'new',
      DestinationCidrBlock: '203.0.113.0/24',
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '203.0.113.0/24' }] },
      ],
    },
    iam: {
      RoleName: role.RoleName,
      InstanceProfileName: role.InstanceProfileList[0]?.InstanceProfileName,
      PolicyName: 'own',
      PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore',
      PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
      VersionId: 'v2',
      AssumeRolePolicyDocument: documentOf(trust),
      PolicyDocument: documentOf(allow),
      PolicyInputList: [documentOf(allow)],
      PermissionsBoundaryPolicyInputList: [documentOf(allow)],
      PolicySourceArn: role.Arn,
      ActionNames: ['s3:GetObject'],
      ResourceArns: ['*'],
      Path: '/swept/',
      PathPrefix: '/',
    },
    'ec2.DescribeRegions': { Filters: [{ Name: 'region-name', Values: [REGION] }] },
    'ec2.DescribeAvailabilityZones': { Filters: [{ Name: 'zone-name', Values: [`${REGION}a`] }] },
    'ec2.DescribeTransitGatewayVpcAttachments': { Filters: stateFilter('available') },
    'ec2.DescribeTransitGatewayAttachments': { Filters: stateFilter('available') },
    'ec2.DescribeVpcPeeringConnections': { Filters: [{ Name: 'status-code', Values: ['active'] }] },
    'ec2.SearchTransitGatewayRoutes': { Filters: stateFilter('active') },
    'ec2.DescribeManagedPrefixLists': { Filters: [{ Name: 'prefix-list-name', Values: ['offices'] }] },
    'ec2.DescribeInstanceStatus': { Filters: [{ Name: 'instance-state-name', Values: ['running'] }] },
    'ec2.CreateSecurityGroup': {
      TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'Name', Value: 'swept' }] }],
    },
    'ec2.RevokeSecurityGroupIngress': {
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '192.0.2.0/24' }] },
      ],
    },
    'ec2.RevokeSecurityGroupEgress': {
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    },
    'ec2.ReplaceRoute': { DestinationCidrBlock: '0.0.0.0/0', RouteTableId: publicTable },
    'ec2.DeleteRoute': { DestinationCidrBlock: '0.0.0.0/0', RouteTableId: publicTable },
    'iam.DeleteRole': { RoleName: 'Unused' },
    'iam.CreateRole': { RoleName: 'Swept' },
    'iam.UpdateAssumeRolePolicy': { PolicyDocument: documentOf(trust) },
    organizations: {
      ParentId: unit,
      ChildId: member,
      OrganizationalUnitId: organization.OrganizationalUnits[0]?.Id,
      ResourceId: member,
      TargetId: member,
      PolicyId: organization.Policies[0]?.PolicySummary.Id,
      ServicePrincipal: 'ssm.amazonaws.com',
    },
    'organizations.ListDelegatedServicesForAccount': { AccountId: OPERATOR },
    'organizations.AttachPolicy': { PolicyId: SPARE_POLICY, TargetId: member },
    'organizations.DetachPolicy': { PolicyId: ATTACHED_POLICY, TargetId: unit },
    'organizations.UpdatePolicy': { PolicyId: SPARE_POLICY, Content: DENIAL },
    'organizations.DeletePolicy': { PolicyId: SPARE_POLICY },
    'organizations.CreatePolicy': { Content: DENIAL },
    'organizations.MoveAccount': {
      SourceParentId: moved?.ParentId,
      DestinationParentId: [...organization.OrganizationalUnits, ...organization.Roots].find(
        ({ Id }) => Id !== moved?.ParentId,
      )?.Id,
    },

    account: { RegionName: REGION, AlternateContactType: 'OPERATIONS' },
    cloudformation: { CallAs: 'DELEGATED_ADMIN' },
    cloudtrail: { trailNameList: ['swept'], Name: 'swept', TrailName: 'swept' },
    route53: {
      VPCId: vpcId,
      VPCRegion: REGION,
      Id: 'ZONE0000000000',
      HostedZoneId: 'ZONE0000000000',
      StartRecordName: 'a.one.internal',
      StartRecordType: 'A',
      MaxItems: '2',
      MaxResults: '2',
      DNSName: 'one.internal',
      Name: 'four.internal',
      CallerReference: 'four',
      VPC: { VPCRegion: REGION, VPCId: ids('Vpcs', 'VpcId').at(-1) },
      ChangeBatch: {
        Changes: [
          {
            Action: 'UPSERT',
            ResourceRecordSet: {
              Name: 'one.internal',
              Type: 'A',
              AliasTarget: {
                HostedZoneId: 'Z7HUB22UULQXV',
                DNSName: 'vpce-1-a.ssm.us-east-1.vpce.amazonaws.com',
                EvaluateTargetHealth: false,
              },
            },
          },
        ],
      },
    },
    'route53.DeleteHostedZone': { Id: 'ZSHARED00000000' },
    'route53.DeleteVPCAssociationAuthorization': { HostedZoneId: 'ZSHARED00000000' },
    'route53.ListVPCAssociationAuthorizations': { HostedZoneId: 'ZSHARED00000000' },
    'route53.DisassociateVPCFromHostedZone': { HostedZoneId: 'ZSHARED00000000' },
    route53profiles: {
      ProfileId: 'rp-4987774726example',
      ResourceId: vpcId,
      ResourceType: 'PRIVATE_HOSTED_ZONE',
    },
    ram: {
      resourceOwner: 'SELF',
      name: 'swept',
      resourceShareArn: SHARE,
      resourceShareArns: [SHARE],
      resourceShareStatus: 'ACTIVE',
      resourceArns: [profileArn('rp-4987774726example')],
      principals: ['arn:aws:organizations::100000000001:organization/o-swept'],
      allowExternalPrincipals: false,
      tags: [{ key: 'stage', value: 'prod' }],
    },
    'route53profiles.DeleteProfile': { ProfileId: EMPTY_PROFILE },
    'route53profiles.AssociateResourceToProfile': {
      ProfileId: EMPTY_PROFILE,
      ResourceArn: `${ARN}:vpc-endpoint/${makeId('vpce', 'kms')}`,
    },
    'route53profiles.DisassociateResourceFromProfile': {
      ResourceArn: `${ARN}:vpc-endpoint/${makeId('vpce', 'ssm')}`,
    },
    'route53profiles.AssociateProfile': { ResourceId: ids('Vpcs', 'VpcId').at(-1) },
    route53resolver: {
      ResolverEndpointId: 'rslvr-out-1',
      Filters: [{ Name: 'Name', Values: ['one'] }],
    },
    ssm: {
      SettingId: setting,
      SettingValue: 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole',
      Name: 'SSM-SessionManagerRunShell',
      RoleArn: `arn:aws:iam::${OPERATOR}:role/service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole`,
      PermissionModel: 'SELF_MANAGED',
      Overwrite: true,
      DocumentFormat: 'JSON',
      InstanceInformationFilterList: [{ key: 'PingStatus', valueSet: ['Online'] }],
      AssociationFilterList: [{ key: 'Name', value: 'AWS-RunShellScript' }],
      Filters: [{ Key: 'PingStatus', Values: ['Online'] }],
    },
    'ssm.CreateAssociation': {
      Name: 'AWS-UpdateSSMAgent',
      AssociationName: 'agents',
      Targets: [{ Key: 'InstanceIds', Values: ids('Instances', 'InstanceId').slice(0, 1) }],
      ScheduleExpression: 'rate(14 days)',
      MaxConcurrency: '10%',
      MaxErrors: '10%',
    },
    'ssm.DeleteAssociation': { AssociationId: region.Ssm.Associations[0].AssociationId },
    'ssm.DescribeActivations': {
      Filters: [{ FilterKey: 'ActivationIds', FilterValues: ['b8c2b7f4-0000-4000-8000-000000000001'] }],
    },
    sts: {
      RoleArn: `arn:aws:iam::${OPERATOR}:role/DhmcRolloutReader`,
      RoleSessionName: 'swept',
      Policy: documentOf(allow),
      DurationSeconds: 900,
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/PowerUserAccess' }],
    },
  };
}
