/** One input for each operation that the twin serves, on resources of the sample organization. */
import type { Piece, Snapshot } from '../../../twin/contract.ts';
import { completeRegion } from '../../../twin/snapshot/defaults.ts';

export const MANAGEMENT = '100000000001';
export const ACCOUNT = '100000000011';
export const REGION = 'ap-northeast-1';
export const ROLE = 'DhmcRolloutReader';
const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/${ROLE}`;
const BOUNDARY = 'arn:aws:iam::aws:policy/AdministratorAccess';
const PROFILE = 'web';
const PROFILE_ARN = `arn:aws:iam::${ACCOUNT}:instance-profile/${PROFILE}`;
const POLICY = `arn:aws:iam::${ACCOUNT}:policy/own`;
const DHMC = '/ssm/managed-instance/default-ec2-instance-management-role';
const DOCUMENT = 'SSM-SessionManagerRunShell';
const TAGS = [{ Key: 'team', Value: 'red' }];
const SERVICE = `com.amazonaws.${REGION}.ssm`;
const id = (prefix: string) => `${prefix}-0000000000000000a`;

/** Every resource type, tagged, with every member that a condition key is made from. */
export function enrich(snapshot: Snapshot): void {
  const account = snapshot.accounts.get(ACCOUNT);
  if (!account) throw new Error(`no account ${ACCOUNT}`);
  for (const role of account.Iam.RoleDetailList) {
    Object.assign(role, { Tags: TAGS, PermissionsBoundary: { PermissionsBoundaryArn: BOUNDARY } });
    role.InstanceProfileList = [{ InstanceProfileName: PROFILE, Arn: PROFILE_ARN, Tags: TAGS, Roles: [] }];
  }
  account.Iam.Policies.push({ PolicyName: 'own', Arn: POLICY, Tags: TAGS });
  const { Accounts, OrganizationalUnits, Roots, Policies } = snapshot.organization;
  for (const piece of [...Accounts, ...OrganizationalUnits, ...Roots, ...Policies]) piece.Tags = TAGS;
  const region = account.Regions[REGION] ?? completeRegion({ RegionOptStatus: 'ENABLED' });
  region.Ssm.Associations = [{ AssociationId: 'a', Tags: TAGS }];
  region.Ssm.Documents = [{ Name: DOCUMENT, Content: '{}', Category: ['a'], Tags: TAGS }];
  region.Ec2 = ec2();
}

function ec2(): Piece {
  const VpcId = id('vpc');
  const SubnetId = id('subnet');
  const zone = { AvailabilityZone: `${REGION}a`, AvailabilityZoneId: 'apne1-az4' };
  const common = { OwnerId: ACCOUNT, Tags: TAGS };
  return {
    Vpcs: [{ VpcId, InstanceTenancy: 'default', ...common }],
    Subnets: [{ SubnetId, VpcId, ...zone, ...common }],
    RouteTables: [{ RouteTableId: id('rtb'), VpcId, ...common }],
    NatGateways: [{ NatGatewayId: id('nat'), VpcId, SubnetId, Tags: TAGS }],
    InternetGateways: [{ InternetGatewayId: id('igw'), ...common }],
    EgressOnlyInternetGateways: [{ EgressOnlyInternetGatewayId: id('eigw'), Tags: TAGS }],
    VpcEndpoints: [{ VpcEndpointId: id('vpce'), VpcId, ServiceName: SERVICE, ...common }],
    VpcEndpointServices: [{ ServiceName: SERVICE, Owner: 'amazon' }],
    SecurityGroups: [{ GroupId: id('sg'), GroupName: 'a', VpcId, ...common }],
    NetworkAcls: [{ NetworkAclId: id('acl'), VpcId, ...common }],
    DhcpOptions: [{ DhcpOptionsId: id('dopt'), ...common }],
    ManagedPrefixLists: [{ PrefixListId: id('pl'), ...common }],
    NetworkInterfaces: [
      {
        NetworkInterfaceId: id('eni'),
        VpcId,
        SubnetId,
        ...zone,
        OwnerId: ACCOUNT,
        TagSet: TAGS,
        Operator: { Principal: 'x' },
      },
    ],
    Instances: [
      {
        InstanceId: id('i'),
        SubnetId,
        InstanceType: 't4g.small',
        EbsOptimized: true,
        RootDeviceType: 'ebs',
        Placement: { AvailabilityZone: `${REGION}a`, Tenancy: 'default', GroupName: 'spread' },
        IamInstanceProfile: { Arn: PROFILE_ARN },
        MetadataOptions: {
          HttpTokens: 'required',
          HttpEndpoint: 'enabled',
          HttpPutResponseHopLimit: 2,
          InstanceMetadataTags: 'disabled',
        },
        MaintenanceOptions: { AutoRecovery: 'default' },
        NetworkPerformanceOptions: { BandwidthWeighting: 'default' },
        CpuOptions: { AmdSevSnp: 'disabled' },
        Operator: { Principal: 'x' },
        ProductCodes: [{ ProductCodeId: 'abc' }],
        Tags: TAGS,
      },
    ],
  };
}

const RoleName = ROLE;
const RoleArn = ROLE_ARN;
const GroupId = id('sg');
const VpcId = id('vpc');
const RouteTableId = id('rtb');
const ALL_TAGGED = [
  'vpc',
  'subnet',
  'rtb',
  'nat',
  'igw',
  'eigw',
  'vpce',
  'sg',
  'acl',
  'dopt',
  'pl',
  'eni',
  'i',
].map(id);
const Tags = [{ Key: 'a', Value: 'b' }];

/** Operations left out take no input that their permissions depend on. */
export const INPUTS: Record<string, Piece> = {
  'account:GetRegionOptStatus': { AccountId: ACCOUNT, RegionName: REGION },
  'account:ListRegions': { AccountId: ACCOUNT },
  'ec2:AuthorizeSecurityGroupEgress': { GroupId },
  'ec2:AuthorizeSecurityGroupIngress': { GroupId },
  'ec2:CreateRoute': { RouteTableId },
  'ec2:CreateSecurityGroup': { VpcId, TagSpecifications: [{ ResourceType: 'security-group', Tags }] },
  'ec2:CreateTags': { Resources: ALL_TAGGED, Tags },
  'ec2:CreateVpcEndpoint': {
    VpcId,
    ServiceName: SERVICE,
    RouteTableIds: [RouteTableId],
    SubnetIds: [id('subnet')],
    SecurityGroupIds: [GroupId],
    TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags }],
  },
  'ec2:DeleteNatGateway': { NatGatewayId: id('nat') },
  'ec2:DeleteRoute': { RouteTableId },
  'ec2:DeleteSecurityGroup': { GroupId },
  'ec2:DeleteTags': { Resources: ALL_TAGGED, Tags },
  'ec2:DeleteVpcEndpoints': { VpcEndpointIds: [id('vpce')] },
  'ec2:DescribeVpcAttribute': { VpcId },
  'ec2:GetManagedPrefixListEntries': { PrefixListId: id('pl') },
  'ec2:ModifyVpcAttribute': { VpcId, EnableDnsSupport: { Value: true } },
  'ec2:ModifyVpcEndpoint': {
    VpcEndpointId: id('vpce'),
    PrivateDnsEnabled: true,
    AddRouteTableIds: [RouteTableId],
    AddSubnetIds: [id('subnet')],
    AddSecurityGroupIds: [GroupId],
  },
  'ec2:ReplaceRoute': { RouteTableId },
  'ec2:RevokeSecurityGroupEgress': { GroupId },
  'ec2:RevokeSecurityGroupIngress': { GroupId },
  'ec2:StartInstances': { InstanceIds: [id('i')] },
  'ec2:StopInstances': { InstanceIds: [id('i')] },
  'ec2:TerminateInstances': { InstanceIds: [id('i')] },
  'iam:AttachRolePolicy': { RoleName, PolicyArn: BOUNDARY },
  'iam:CreateRole': { RoleName: 'New', Tags, PermissionsBoundary: BOUNDARY },
  'iam:DeleteRole': { RoleName },
  'iam:DeleteRolePermissionsBoundary': { RoleName },
  'iam:DeleteRolePolicy': { RoleName, PolicyName: 'a' },
  'iam:DetachRolePolicy': { RoleName, PolicyArn: BOUNDARY },
  'iam:GetInstanceProfile': { InstanceProfileName: PROFILE },
  'iam:GetPolicy': { PolicyArn: POLICY },
  'iam:GetPolicyVersion': { PolicyArn: POLICY, VersionId: 'v1' },
  'iam:GetRole': { RoleName },
  'iam:GetRolePolicy': { RoleName, PolicyName: 'a' },
  'iam:ListAttachedRolePolicies': { RoleName },
  'iam:ListInstanceProfilesForRole': { RoleName },
  'iam:ListRolePolicies': { RoleName },
  'iam:ListRoleTags': { RoleName },
  'iam:PutRolePermissionsBoundary': { RoleName, PermissionsBoundary: BOUNDARY },
  'iam:PutRolePolicy': { RoleName, PolicyName: 'a', PolicyDocument: '{}' },
  'iam:SimulatePrincipalPolicy': { PolicySourceArn: RoleArn },
  'iam:TagRole': { RoleName, Tags },
  'iam:UntagRole': { RoleName, TagKeys: ['a'] },
  'iam:UpdateAssumeRolePolicy': { RoleName, PolicyDocument: '{}' },
  'organizations:AttachPolicy': { PolicyId: 'p-onlytokyo', TargetId: ACCOUNT },
  'organizations:CloseAccount': { AccountId: ACCOUNT },
  'organizations:CreatePolicy': {
    Content: '{}',
    Description: '',
    Name: 'one',
    Type: 'SERVICE_CONTROL_POLICY',
    Tags: TAGS,
  },
  'organizations:DeletePolicy': { PolicyId: 'p-onlytokyo' },
  'organizations:DescribeAccount': { AccountId: ACCOUNT },
  'organizations:DescribeOrganizationalUnit': { OrganizationalUnitId: 'ou-core' },
  'organizations:DescribePolicy': { PolicyId: 'p-onlytokyo' },
  'organizations:DetachPolicy': { PolicyId: 'p-onlytokyo', TargetId: 'ou-core' },
  'organizations:ListAccountsForParent': { ParentId: 'ou-core' },
  'organizations:ListChildren': { ParentId: 'r-root', ChildType: 'ACCOUNT' },
  'organizations:ListDelegatedAdministrators': { ServicePrincipal: 'account.amazonaws.com' },
  'organizations:ListDelegatedServicesForAccount': { AccountId: ACCOUNT },
  'organizations:ListOrganizationalUnitsForParent': { ParentId: 'r-root' },
  'organizations:ListParents': { ChildId: ACCOUNT },
  'organizations:ListPolicies': { Filter: 'SERVICE_CONTROL_POLICY' },
  'organizations:ListPoliciesForTarget': { TargetId: ACCOUNT, Filter: 'SERVICE_CONTROL_POLICY' },
  'organizations:ListTagsForResource': { ResourceId: 'p-onlytokyo' },
  'organizations:ListTargetsForPolicy': { PolicyId: 'p-onlytokyo' },
  'organizations:MoveAccount': {
    AccountId: ACCOUNT,
    SourceParentId: 'ou-core',
    DestinationParentId: 'r-root',
  },
  'organizations:UpdatePolicy': { PolicyId: 'p-onlytokyo' },
  'route53:AssociateVPCWithHostedZone': {
    HostedZoneId: 'Z1',
    VPC: { VPCId: VpcId, VPCRegion: REGION },
  },
  'route53:ChangeResourceRecordSets': {
    HostedZoneId: 'Z1',
    ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: { Name: 'a.example.', Type: 'A' } }] },
  },
  'route53:CreateHostedZone': {
    Name: 'example',
    CallerReference: 'one',
    VPC: { VPCId: VpcId, VPCRegion: REGION },
  },
  'route53:CreateVPCAssociationAuthorization': {
    HostedZoneId: 'Z1',
    VPC: { VPCId: VpcId, VPCRegion: REGION },
  },
  'route53:DeleteHostedZone': { Id: 'Z1' },
  'route53:DeleteVPCAssociationAuthorization': {
    HostedZoneId: 'Z1',
    VPC: { VPCId: VpcId, VPCRegion: REGION },
  },
  'route53:DisassociateVPCFromHostedZone': {
    HostedZoneId: 'Z1',
    VPC: { VPCId: VpcId, VPCRegion: REGION },
  },
  'route53:GetHostedZone': { Id: 'Z1' },
  'route53:ListHostedZonesByVPC': { VPCId: VpcId, VPCRegion: REGION },
  'route53:ListResourceRecordSets': { HostedZoneId: 'Z1' },
  'route53:ListVPCAssociationAuthorizations': { HostedZoneId: 'Z1' },
  'ram:CreateResourceShare': {
    name: 'one',
    resourceArns: [`arn:aws:route53profiles:${REGION}:${ACCOUNT}:profile/rp-1`],
    principals: [ACCOUNT],
    tags: [{ key: 'team', value: 'net' }],
  },
  'ram:DeleteResourceShare': {
    resourceShareArn: `arn:aws:ram:${REGION}:${ACCOUNT}:resource-share/1`,
  },
  'route53profiles:AssociateResourceToProfile': {
    ProfileId: 'rp-1',
    ResourceArn: `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc-endpoint/vpce-1`,
    Name: 'one',
  },
  'route53profiles:CreateProfile': {
    Name: 'one',
    ClientToken: 'one',
    Tags: [{ Key: 'team', Value: 'net' }],
  },
  'route53profiles:DisassociateResourceFromProfile': {
    ProfileId: 'rp-1',
    ResourceArn: `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc-endpoint/vpce-1`,
  },
  'route53profiles:AssociateProfile': {
    ProfileId: 'rp-1',
    ResourceId: VpcId,
    Name: 'one',
    Tags: [{ Key: 'team', Value: 'net' }],
  },
  'route53profiles:ListProfileResourceAssociations': { ProfileId: 'rp-1' },
  'route53resolver:ListResolverEndpointIpAddresses': { ResolverEndpointId: 'rslvr-in-1' },
  'ssm:CreateAssociation': {
    Name: DOCUMENT,
    Tags: TAGS,
    Targets: [{ Key: 'InstanceIds', Values: [id('i')] }],
  },
  'ssm:DeleteAssociation': { AssociationId: 'a' },
  'ssm:DeregisterDefaultHostManagementConfiguration': {},
  'ssm:GetDocument': { Name: DOCUMENT },
  'ssm:GetServiceSetting': { SettingId: DHMC },
  'ssm:RegisterDefaultHostManagementConfiguration': { RoleArn },
  'ssm:ResetServiceSetting': { SettingId: DHMC },
  'ssm:UpdateServiceSetting': { SettingId: DHMC, SettingValue: ROLE },
};
