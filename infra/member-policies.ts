/**
 * What the two member roles may do, as CloudFormation: one source for the StackSet, the management account's
 * roles and `dhmc template`. Each statement has a row in docs/permissions.md, by its Sid.
 *
 * Resource types and condition keys: Service Authorization Reference (AWS Account Management, EC2, IAM,
 * Systems Manager). A `*` is used only where the action has no resource type, or where a setting may name
 * any role.
 */

import { UPDATE_DOCUMENT } from '../functions/core/agent-updates.ts';
import { SESSION_PREFERENCES_DOCUMENT } from '../functions/core/instances/session-logging.ts';
import type { Configuration } from '../functions/core/model/configuration.ts';
import {
  OPTIONAL_SERVICES,
  type OptionalService,
  partitionSuffix,
  SERVICE_NAMES,
} from '../functions/core/network/needed-names.ts';
import { mayUseHubs } from '../functions/core/network/network-settings.ts';
import { VPC_DNS_ATTRIBUTES } from '../functions/core/network/vpc-dns-attributes.ts';
import { DHMC_POLICY_NAME } from '../functions/core/role.ts';
import { DHMC_SETTING_ID } from '../functions/core/setting.ts';
import { markKeysOf } from '../functions/core/tags.ts';
import { SSM_SERVICE_PRINCIPAL } from '../functions/core/trust-policy.ts';

/** A text with CloudFormation's `${AWS::...}` in it. */
export interface Sub {
  'Fn::Sub': string;
}

export interface Statement {
  Sid: string;
  Effect: 'Allow';
  Action: string | string[];
  Resource: string | Sub | (string | Sub)[];
  Condition?: Record<string, Record<string, unknown>>;
}

export type MemberSettings = Pick<
  Configuration,
  | 'memberRole'
  | 'managementAccount'
  | 'dhmcRole'
  | 'existingRole'
  | 'restorableRoleArns'
  | 'ownTags'
  | 'operationsContact'
  | 'endpoints'
  | 'endpointServices'
  | 'hubs'
  | 'agentUpdates'
  | 'enableVpcDns'
  | 'regions'
  | 'events'
  | 'resourceTags'
  | 'overrides'
>;

const ACCOUNT = `\${AWS::AccountId}`;

export function sub(text: string): Sub {
  return { 'Fn::Sub': text };
}

/** `$` of a configured text must not begin a substitution. */
function literal(text: string): string {
  return text.replaceAll('${', '${!');
}

/** A configured ARN in whatever partition the template is deployed to. */
function arn(configured: string): Sub {
  return sub(literal(configured).replace(/^arn:[^:]+:/, `arn:\${AWS::Partition}:`));
}

/** A customer managed policy is the account's own, whatever account the configuration names (partition.ts, policyArnIn). */
export function policyArn(configured: string): Sub {
  const [, owner, path] = /^arn:[^:]+:iam::([^:]+):policy(\/.+)$/.exec(configured) ?? [];
  if (owner === 'aws') return arn(configured);
  return sub(`arn:\${AWS::Partition}:iam::${ACCOUNT}:policy${literal(path ?? configured)}`);
}

function roleArn(pathAndName: string): Sub {
  return sub(`arn:\${AWS::Partition}:iam::${ACCOUNT}:role/${literal(pathAndName)}`);
}

/** In every Region: the setting is Regional, the role is not. */
const SETTING_ARN = sub(`arn:\${AWS::Partition}:ssm:*:${ACCOUNT}:servicesetting${DHMC_SETTING_ID}`);
const SESSION_PREFERENCES_ARN = sub(
  `arn:\${AWS::Partition}:ssm:*:${ACCOUNT}:document/${SESSION_PREFERENCES_DOCUMENT}`,
);

export function readerStatements(settings: MemberSettings): Statement[] {
  const { dhmcRole, memberRole } = settings;
  return [
    {
      Sid: 'ReadRegions',
      Effect: 'Allow',
      Action: 'account:ListRegions',
      Resource: sub(`arn:\${AWS::Partition}:account::${ACCOUNT}:account`),
    },
    {
      Sid: 'DescribeCompute',
      Effect: 'Allow',
      Action: ['ec2:DescribeInstanceStatus', 'ec2:DescribeInstances', 'ec2:DescribeRegions'],
      Resource: '*',
    },
    {
      Sid: 'DescribeNetworks',
      Effect: 'Allow',
      Action: [
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeManagedPrefixLists',
        'ec2:DescribeNatGateways',
        'ec2:DescribeNetworkAcls',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeRouteTables',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcAttribute',
        'ec2:DescribeVpcBlockPublicAccessExclusions',
        'ec2:DescribeVpcBlockPublicAccessOptions',
        'ec2:DescribeVpcEndpointServices',
        'ec2:DescribeVpcEndpoints',
        'ec2:DescribeVpcs',
        'ec2:GetManagedPrefixListEntries',
      ],
      Resource: '*',
    },
    {
      Sid: 'ReadNameResolution',
      Effect: 'Allow',
      Action: [
        'route53:GetHostedZone',
        'route53:ListHostedZonesByVPC',
        'route53profiles:ListProfileAssociations',
        'route53profiles:ListProfileResourceAssociations',
        'route53resolver:ListResolverEndpoints',
        'route53resolver:ListResolverRuleAssociations',
        'route53resolver:ListResolverRules',
      ],
      // Profiles and VPCs may be shared from other accounts, whose ids are not known beforehand.
      Resource: '*',
    },
    {
      Sid: 'ReadRolesNamedBySettings',
      Effect: 'Allow',
      Action: ['iam:GetRole', 'iam:SimulatePrincipalPolicy'],
      Resource: roleArn('*'),
    },
    {
      Sid: 'ReadDhmcRole',
      Effect: 'Allow',
      Action: ['iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'],
      // Roles are read by name, and another team's may have another path.
      Resource: [roleArn(dhmcRole.name), roleArn(`*/${dhmcRole.name}`)],
    },
    {
      Sid: 'ReadInlinePoliciesOfDhmcRole',
      Effect: 'Allow',
      // One that only denies adds no privilege.
      Action: 'iam:GetRolePolicy',
      Resource: [roleArn(dhmcRole.name), roleArn(`*/${dhmcRole.name}`)],
    },
    {
      Sid: 'ReadServiceSetting',
      Effect: 'Allow',
      Action: 'ssm:GetServiceSetting',
      Resource: SETTING_ARN,
    },
    {
      Sid: 'ReadSessionPreferences',
      Effect: 'Allow',
      Action: 'ssm:GetDocument',
      Resource: SESSION_PREFERENCES_ARN,
    },
    {
      Sid: 'ReadAssociations',
      Effect: 'Allow',
      Action: 'ssm:ListAssociations',
      Resource: '*',
    },
    {
      Sid: 'ReadManagedNodes',
      Effect: 'Allow',
      Action: ['ssm:DescribeActivations', 'ssm:DescribeInstanceInformation'],
      Resource: '*',
    },
    {
      Sid: 'ReadInstanceProfiles',
      Effect: 'Allow',
      Action: 'iam:GetInstanceProfile',
      Resource: sub(`arn:\${AWS::Partition}:iam::${ACCOUNT}:instance-profile/*`),
    },
    ...(settings.operationsContact ? [CONTACT_STATEMENT] : []),
    ...(mayUseHubs(settings) ? transitStatements() : []),
    ...(madeHubs(settings).length > 0 ? hubReadStatements() : []),
    ...(zoneHubs(settings).length > 0 ? zoneReadStatements(settings) : []),
    ...(memberRole.snapshots ? snapshotStatements() : []),
    ...(memberRole.snapshots && mayUseHubs(settings) ? hubSnapshotStatements() : []),
  ];
}

/** Of the three alternate contacts this one alone. The key has several values (Service Authorization Reference). */
const CONTACT_STATEMENT: Statement = {
  Sid: 'ReadOperationsContact',
  Effect: 'Allow',
  Action: 'account:GetAlternateContact',
  Resource: sub(`arn:\${AWS::Partition}:account::${ACCOUNT}:account`),
  Condition: { 'ForAnyValue:StringEquals': { 'account:AlternateContactTypes': 'OPERATIONS' } },
};

/** The way between a VPC and the hub of its Region: asked only where `endpoints: central` is set somewhere. */
function transitStatements(): Statement[] {
  return [
    {
      Sid: 'ReadTransitGateways',
      Effect: 'Allow',
      Action: [
        'ec2:DescribeTransitGatewayAttachments',
        'ec2:DescribeTransitGatewayVpcAttachments',
        'ec2:SearchTransitGatewayRoutes',
      ],
      // Ids of transit gateways' route tables are not known beforehand.
      Resource: '*',
    },
  ];
}

/**
 * What `dhmc snapshot` reads beyond a run. Apart, and off by default: the service never asks for it, and it
 * shows far more than a run needs to know (every policy of the account, the records of its private zones).
 */
function snapshotStatements(): Statement[] {
  return [
    {
      Sid: 'TakeSnapshotOfRoles',
      Effect: 'Allow',
      Action: 'iam:GetAccountAuthorizationDetails',
      Resource: '*',
    },
    {
      Sid: 'TakeSnapshotOfNetworks',
      Effect: 'Allow',
      Action: ['ec2:DescribeEgressOnlyInternetGateways', 'ec2:DescribeInternetGateways'],
      Resource: '*',
    },
    {
      Sid: 'TakeSnapshotOfZones',
      Effect: 'Allow',
      Action: ['route53:ListHostedZones', 'route53:ListResourceRecordSets'],
      // Ids of zones are not known beforehand.
      Resource: '*',
    },
  ];
}

/** What `dhmc snapshot` reads of a hub beyond a run: only where one is configured. */
function hubSnapshotStatements(): Statement[] {
  return [
    {
      Sid: 'TakeSnapshotOfHubs',
      Effect: 'Allow',
      Action: [
        'ec2:DescribeVpcPeeringConnections',
        'ec2:GetTransitGatewayRouteTablePropagations',
        'ram:GetResourceShareAssociations',
        'ram:GetResourceShares',
        'route53:ListVPCAssociationAuthorizations',
        'route53profiles:ListProfiles',
        'route53profiles:ListTagsForResource',
      ],
      // Ids of route tables, zones and Profiles are not known beforehand; the others have no resource types.
      Resource: '*',
    },
  ];
}

export function writerStatements(settings: MemberSettings): Statement[] {
  const { dhmcRole, restorableRoleArns } = settings;
  const { path, name, permissionsBoundary, extraPolicies } = dhmcRole;
  const role = roleArn(`${path}${name}`.slice(1));
  const policies = [
    sub(`arn:\${AWS::Partition}:iam::aws:policy/${DHMC_POLICY_NAME}`),
    ...extraPolicies.map(policyArn),
  ];
  const boundary: Statement['Condition'] =
    permissionsBoundary === null
      ? {}
      : { ArnEquals: { 'iam:PermissionsBoundary': policyArn(permissionsBoundary) } };
  const ourTags = tagsOfOurs(settings);
  // `existingRole: repair` repairs roles that do not carry our tag.
  const repaired = (statement: Statement) =>
    mayRepair(settings) ? [statement] : onOurs(settings, 'iam', statement);
  return [
    {
      Sid: 'CreateDhmcRole',
      Effect: 'Allow',
      Action: 'iam:CreateRole',
      Resource: role,
      Condition: { ...ourTags, ...boundary },
    },
    {
      Sid: 'TagDhmcRole',
      Effect: 'Allow',
      // To create with tags needs both (IAM user guide, "Tag IAM roles").
      Action: 'iam:TagRole',
      Resource: role,
      Condition: ourTags,
    },
    ...repaired({
      Sid: 'RepairDhmcRoleTrust',
      Effect: 'Allow',
      Action: 'iam:UpdateAssumeRolePolicy',
      Resource: role,
    }),
    ...repaired({
      Sid: 'AttachDhmcPolicies',
      Effect: 'Allow',
      Action: 'iam:AttachRolePolicy',
      Resource: role,
      Condition: { ArnEquals: { 'iam:PolicyARN': policies } },
    }),
    ...repaired({
      Sid: 'DetachDhmcPolicies',
      Effect: 'Allow',
      Action: 'iam:DetachRolePolicy',
      Resource: role,
      Condition: { ArnEquals: { 'iam:PolicyARN': policies } },
    }),
    ...onOurs(settings, 'iam', {
      Sid: 'DeleteDhmcRole',
      Effect: 'Allow',
      // A role of another team is repaired at most, so never deleted.
      Action: 'iam:DeleteRole',
      Resource: role,
    }),
    {
      Sid: 'PassRoleToSystemsManager',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: [role, ...restorableRoleArns.map(restorable)],
      Condition: { StringEquals: { 'iam:PassedToService': SSM_SERVICE_PRINCIPAL } },
    },
    {
      Sid: 'SetServiceSetting',
      Effect: 'Allow',
      Action: ['ssm:UpdateServiceSetting', 'ssm:ResetServiceSetting'],
      Resource: SETTING_ARN,
    },
    ...(mayProvision(settings) ? endpointStatements(settings) : []),
    ...(mayEnableDns(settings) ? dnsStatements() : []),
    ...(mayUseHubs(settings) && profileHubs(settings) ? spokeStatements() : []),
    ...(madeHubs(settings).length > 0 ? hubStatements(settings) : []),
    ...(zoneHubs(settings).length > 0 ? zoneStatements(settings) : []),
    ...(mayUpdateAgents(settings) ? updateStatements(settings) : []),
  ];
}

function ec2Arn(type: string): Sub {
  return sub(`arn:\${AWS::Partition}:ec2:*:${ACCOUNT}:${type}/*`);
}

/**
 * Tags that a request may give: our mark, and besides it only the change's id and what `resourceTags` name. A set
 * operator also holds where a request has no tags, so `Null` asks for some (IAM user guide, "Multivalued context keys").
 */
function tagsOfOurs(settings: MemberSettings): NonNullable<Statement['Condition']> {
  return {
    StringEquals: { [`aws:RequestTag/${settings.ownTags.managed}`]: 'true' },
    'ForAllValues:StringEquals': { 'aws:TagKeys': tagKeysOf(settings) },
    Null: { 'aws:TagKeys': 'false' },
  };
}

function tagKeysOf({ ownTags, resourceTags, overrides }: MemberSettings): string[] {
  const configured = [resourceTags, ...overrides.map((override) => override.resourceTags ?? {})];
  return [
    ownTags.managed,
    ownTags.change,
    ...new Set(configured.flatMap((tags) => Object.keys(tags))),
  ].sort();
}

/**
 * A statement on what carries our mark, once for each key that it may be under: the conditions of one statement hold
 * together. A role is asked by `iam:ResourceTag`, all else by `aws:ResourceTag`.
 */
function onOurs(
  { ownTags }: MemberSettings,
  prefix: 'iam' | 'aws',
  { Sid, Condition, ...statement }: Statement,
): Statement[] {
  const keys = new Set(markKeysOf(ownTags).map(({ managed }) => managed));
  return [...keys].map((managed, index) => ({
    Sid: index === 0 ? Sid : `${Sid}Earlier${index}`,
    ...statement,
    Condition: { ...Condition, StringEquals: { [`${prefix}:ResourceTag/${managed}`]: 'true' } },
  }));
}

/**
 * Interface endpoints and their security group: made with our tag, changed and deleted only where they carry
 * it. Granted only where some account's configuration says `endpoints: provision`.
 */
function endpointStatements(settings: MemberSettings): Statement[] {
  const ourTags = tagsOfOurs(settings);
  return [
    {
      Sid: 'CreateEndpointSecurityGroup',
      Effect: 'Allow',
      Action: 'ec2:CreateSecurityGroup',
      Resource: ec2Arn('security-group'),
      Condition: ourTags,
    },
    {
      Sid: 'CreateSystemsManagerEndpoint',
      Effect: 'Allow',
      Action: 'ec2:CreateVpcEndpoint',
      Resource: ec2Arn('vpc-endpoint'),
      // The key exists on CreateVpcEndpoint's endpoint alone (Amazon VPC user guide, policies for endpoints).
      Condition: { ...ourTags, StringLike: { 'ec2:VpceServiceName': serviceNamePatterns(settings) } },
    },
    {
      // The VPC, subnets and route tables of a new group or endpoint are authorized too, and carry no tag of ours.
      Sid: 'PlaceEndpointResources',
      Effect: 'Allow',
      Action: ['ec2:CreateSecurityGroup', 'ec2:CreateVpcEndpoint', 'ec2:ModifyVpcEndpoint'],
      Resource: ['vpc', 'subnet', ...(optionalServices(settings).includes('s3') ? ['route-table'] : [])].map(
        ec2Arn,
      ),
    },
    ...onOurs(settings, 'aws', {
      Sid: 'UseOwnSecurityGroup',
      Effect: 'Allow',
      Action: 'ec2:CreateVpcEndpoint',
      Resource: ec2Arn('security-group'),
    }),
    {
      Sid: 'TagWhileCreating',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: [ec2Arn('security-group'), ec2Arn('vpc-endpoint')],
      Condition: {
        ...ourTags,
        StringEquals: {
          ...ourTags.StringEquals,
          'ec2:CreateAction': ['CreateSecurityGroup', 'CreateVpcEndpoint'],
        },
      },
    },
    ...onOurs(settings, 'aws', {
      Sid: 'ChangeOwnEndpointResources',
      Effect: 'Allow',
      Action: [
        'ec2:AuthorizeSecurityGroupIngress',
        'ec2:DeleteSecurityGroup',
        'ec2:DeleteVpcEndpoints',
        'ec2:ModifyVpcEndpoint',
        'ec2:RevokeSecurityGroupIngress',
      ],
      Resource: [ec2Arn('security-group'), ec2Arn('vpc-endpoint')],
    }),
    {
      // Private DNS of an endpoint needs it (Service Authorization Reference, ec2:CreateVpcEndpoint, dependent actions).
      Sid: 'AssociatePrivateDns',
      Effect: 'Allow',
      Action: 'route53:AssociateVPCWithHostedZone',
      Resource: '*',
      ...vpcsOfRegions(settings),
    },
  ];
}

/** `com.amazonaws.eu-west-1.ssm`, in China with `cn.` in front. Names of endpoint services of others end in their id. */
function serviceNamePatterns(settings: MemberSettings): string[] {
  const services = [...SERVICE_NAMES, ...optionalServices(settings)];
  return ['com', 'cn.com'].flatMap((prefix) => services.map((service) => `${prefix}.amazonaws.*.${service}`));
}

/** Services of `endpointServices` of any account. */
export function optionalServices({ endpointServices, overrides }: MemberSettings): OptionalService[] {
  const configured = [...endpointServices, ...overrides.flatMap((one) => one.endpointServices ?? [])];
  return OPTIONAL_SERVICES.filter((service) => configured.includes(service));
}

/**
 * The key limits the VPC and not the zone (Route 53 developer guide, "Using IAM policy conditions"), so there is
 * something to limit only where Regions are configured. Whether EC2's own call carries the key could not be
 * verified: the set operator holds without it.
 */
function vpcsOfRegions({ regions, overrides }: MemberSettings): Pick<Statement, 'Condition'> {
  const lists = [regions, ...overrides.flatMap((override) => override.regions ?? [])];
  if (lists.includes('all')) return {};
  const names = [...new Set(lists.flat())].sort();
  return {
    Condition: {
      'ForAllValues:StringLike': {
        'route53:VPCs': names.map((region) => `VPCId=vpc-*,VPCRegion=${region}`),
      },
    },
  };
}

/**
 * The one change of what is not ours, and only where `enableVpcDns` is on somewhere: DNS support and DNS host names,
 * no other attribute. `false` is for rollbacks; the session of an enforce run is without it (session-policy.ts).
 * Key and values: Service Authorization Reference, ec2:ModifyVpcAttribute, `ec2:Attribute/${AttributeName}`.
 */
function dnsStatements(): Statement[] {
  return VPC_DNS_ATTRIBUTES.map((attribute) => ({
    Sid: `Set${attribute.replace('Enable', 'Vpc')}`,
    Effect: 'Allow',
    Action: 'ec2:ModifyVpcAttribute',
    Resource: ec2Arn('vpc'),
    Condition: { StringEqualsIgnoreCase: { [`ec2:Attribute/${attribute}`]: ['true', 'false'] } },
  }));
}

/**
 * Associations of VPCs with the hub's Profile. The actions have no resource types, and AssociateProfile depends on
 * ec2:DescribeVpcs (service authorization reference, Route 53 Profiles). `route53profiles:ResourceIds` could name VPCs,
 * whose ids are not known beforehand.
 */
function spokeStatements(): Statement[] {
  return [
    {
      Sid: 'AssociateHubProfile',
      Effect: 'Allow',
      Action: ['ec2:DescribeVpcs', 'route53profiles:AssociateProfile', 'route53profiles:DisassociateProfile'],
      Resource: '*',
    },
  ];
}

function profileHubs({ hubs }: MemberSettings): boolean {
  return Object.values(hubs).some(({ names }) => names === 'profile');
}

/** Hubs that are made with a Profile: those without one of others. */
export function madeHubs(settings: MemberSettings): { account: string; region: string }[] {
  if (!mayUseHubs(settings)) return [];
  return Object.entries(settings.hubs)
    .filter(([, { profile, names }]) => profile === null && names === 'profile')
    .map(([region, { account }]) => ({ account, region }));
}

/** Hubs that give their names by private hosted zones. */
export function zoneHubs(settings: MemberSettings): { account: string; region: string; vpc: string }[] {
  if (!mayUseHubs(settings)) return [];
  return Object.entries(settings.hubs)
    .filter(([, { names }]) => names === 'zones')
    .map(([region, { account, vpc }]) => ({ account, region, vpc }));
}

/** A hosted zone has no account and no Region in its ARN, and its id is not known beforehand. */
const ANY_ZONE = sub(`arn:\${AWS::Partition}:route53:::hostedzone/*`);

function inAccountsOf(hubs: readonly { account: string }[]): Record<string, string[]> {
  return { 'aws:PrincipalAccount': [...new Set(hubs.map(({ account }) => account))].sort() };
}

/** Of the hub's account, by its reader, whoever asks. */
function zoneReadStatements(settings: MemberSettings): Statement[] {
  const here = { StringEquals: inAccountsOf(zoneHubs(settings)) };
  return [
    {
      Sid: 'ListHubZones',
      Effect: 'Allow',
      Action: 'route53:ListHostedZonesByName',
      // It has no resource type.
      Resource: '*',
      Condition: here,
    },
    {
      Sid: 'ReadHubZones',
      Effect: 'Allow',
      Action: ['route53:ListResourceRecordSets', 'route53:ListVPCAssociationAuthorizations'],
      Resource: ANY_ZONE,
      Condition: here,
    },
  ];
}

/**
 * Private hosted zones of a hub. Route 53 has no condition key for tags; `route53:VPCs` names the VPC of a zone that is made and
 * the Region of VPCs that are associated, and the keys of ChangeResourceRecordSets the very records (service authorization
 * reference). A zone that holds other records is not deleted (HostedZoneNotEmpty).
 */
function zoneStatements(settings: MemberSettings): Statement[] {
  const hubs = zoneHubs(settings);
  const here = inAccountsOf(hubs);
  const regions = [...new Set(hubs.map(({ region }) => region))].sort();
  const ofRegions = {
    'ForAnyValue:StringLike': { 'route53:VPCs': regions.map((region) => `VPCId=vpc-*,VPCRegion=${region}`) },
  };
  return [
    {
      // In the accounts of spokes; ec2:DescribeVpcs is asked with it (Route 53 guide, API permissions reference).
      Sid: 'AssociateHubZones',
      Effect: 'Allow',
      Action: ['route53:AssociateVPCWithHostedZone', 'route53:DisassociateVPCFromHostedZone'],
      Resource: ANY_ZONE,
      Condition: ofRegions,
    },
    {
      Sid: 'DescribeVpcsForHubZones',
      Effect: 'Allow',
      Action: 'ec2:DescribeVpcs',
      // It has no resource type.
      Resource: '*',
    },
    {
      Sid: 'CreateHubZone',
      Effect: 'Allow',
      Action: 'route53:CreateHostedZone',
      // It has no resource type.
      Resource: '*',
      Condition: {
        StringEquals: here,
        'ForAnyValue:StringEquals': {
          'route53:VPCs': hubs.map(({ vpc, region }) => `VPCId=${vpc},VPCRegion=${region}`),
        },
      },
    },
    {
      Sid: 'SetHubRecords',
      Effect: 'Allow',
      Action: 'route53:ChangeResourceRecordSets',
      Resource: ANY_ZONE,
      Condition: {
        StringEquals: here,
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsActions': ['UPSERT', 'DELETE'],
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': regions.flatMap((region) =>
            SERVICE_NAMES.map((name) => `${name}.${region}.${partitionSuffix(region)}`),
          ),
          'route53:ChangeResourceRecordSetsRecordTypes': ['A'],
        },
      },
    },
    {
      Sid: 'AuthorizeHubSpokes',
      Effect: 'Allow',
      Action: ['route53:CreateVPCAssociationAuthorization', 'route53:DeleteVPCAssociationAuthorization'],
      Resource: ANY_ZONE,
      Condition: { StringEquals: here, ...ofRegions },
    },
    {
      Sid: 'DeleteHubZone',
      Effect: 'Allow',
      Action: 'route53:DeleteHostedZone',
      // No condition key singles out a zone of ours; AWS refuses one with records besides its own.
      Resource: ANY_ZONE,
      Condition: { StringEquals: here },
    },
  ];
}

function hubReadStatements(): Statement[] {
  return [
    {
      Sid: 'ReadHubProfiles',
      Effect: 'Allow',
      Action: ['ram:GetResourceShares', 'route53profiles:ListProfiles'],
      // Neither has resource types (service authorization reference).
      Resource: '*',
    },
  ];
}

/**
 * The Profile of a hub that is made, and its share. The template is the same in every account, so `aws:PrincipalAccount`
 * keeps these to the accounts of hubs. Of Profiles only TagResource and PutProfilePolicy have a resource type; what is put
 * into one is limited to endpoints, what is shared to Profiles and within the organization (service authorization reference).
 */
function hubStatements(settings: MemberSettings): Statement[] {
  const accounts = [...new Set(madeHubs(settings).map(({ account }) => account))].sort();
  const here = { 'aws:PrincipalAccount': accounts };
  const ourTags = tagsOfOurs(settings);
  const { managed } = settings.ownTags;
  const profiles = sub(`arn:\${AWS::Partition}:route53profiles:*:${ACCOUNT}:profile/*`);
  return [
    {
      Sid: 'CreateHubProfile',
      Effect: 'Allow',
      Action: 'route53profiles:CreateProfile',
      // It has no resource type.
      Resource: '*',
      Condition: { ...ourTags, StringEquals: { ...ourTags.StringEquals, ...here } },
    },
    {
      Sid: 'TagHubProfile',
      Effect: 'Allow',
      Action: 'route53profiles:TagResource',
      Resource: profiles,
      Condition: { ...ourTags, StringEquals: { ...ourTags.StringEquals, ...here } },
    },
    {
      Sid: 'FillHubProfile',
      Effect: 'Allow',
      Action: [
        'route53profiles:AssociateResourceToProfile',
        'route53profiles:DisassociateResourceFromProfile',
      ],
      // They have no resource type.
      Resource: '*',
      Condition: {
        StringEquals: here,
        'ForAnyValue:StringEquals': { 'route53profiles:ResourceTypes': 'VpcEndpoint' },
      },
    },
    {
      Sid: 'DeleteHubProfile',
      Effect: 'Allow',
      Action: 'route53profiles:DeleteProfile',
      // It has no resource type and no condition key; a Profile that a VPC uses is not deleted.
      Resource: '*',
      Condition: { StringEquals: here },
    },
    {
      Sid: 'ShareHubProfile',
      Effect: 'Allow',
      Action: 'ram:CreateResourceShare',
      // It has no resource type.
      Resource: '*',
      Condition: {
        ...ourTags,
        StringEquals: {
          ...ourTags.StringEquals,
          ...here,
          'ram:RequestedResourceType': 'route53profiles:Profile',
        },
        Bool: { 'ram:RequestedAllowsExternalPrincipals': 'false' },
      },
    },
    {
      Sid: 'PutHubProfilePolicy',
      Effect: 'Allow',
      // RAM sets the policy of what is shared in the caller's name.
      Action: 'route53profiles:PutProfilePolicy',
      Resource: profiles,
      Condition: { StringEquals: { ...here, [`aws:ResourceTag/${managed}`]: 'true' } },
    },
    {
      Sid: 'UnshareHubProfile',
      Effect: 'Allow',
      Action: 'ram:DeleteResourceShare',
      Resource: sub(`arn:\${AWS::Partition}:ram:*:${ACCOUNT}:resource-share/*`),
      Condition: { StringEquals: { ...here, [`aws:ResourceTag/${managed}`]: 'true' } },
    },
  ];
}

/**
 * The association that updates agents: created with our tag and of that one document, deleted only where it carries the
 * tag. CreateAssociation is authorized on the association, which has no id beforehand, the document, and nodes named by id; it
 * has no dependent action, so tags are taken to need no other (Service Authorization Reference; not verified), and no
 * action is granted that could put our tag on an association of others.
 */
function updateStatements(settings: MemberSettings): Statement[] {
  const every = (resource: string) => sub(`arn:\${AWS::Partition}:${resource}`);
  return [
    {
      Sid: 'CreateAgentUpdate',
      Effect: 'Allow',
      Action: 'ssm:CreateAssociation',
      Resource: [
        every(`ssm:*::document/${UPDATE_DOCUMENT}`),
        every(`ssm:*:${ACCOUNT}:association/*`),
        every(`ec2:*:${ACCOUNT}:instance/*`),
      ],
      Condition: tagsOfOurs(settings),
    },
    ...onOurs(settings, 'aws', {
      Sid: 'DeleteAgentUpdate',
      Effect: 'Allow',
      Action: 'ssm:DeleteAssociation',
      Resource: every(`ssm:*:${ACCOUNT}:association/*`),
    }),
  ];
}

export function mayUpdateAgents({ agentUpdates, overrides }: MemberSettings): boolean {
  return agentUpdates === 'associate' || overrides.some((override) => override.agentUpdates === 'associate');
}

/** `*` for the account means every member, so in a member: its own. */
export function restorable(pattern: string): Sub {
  return sub(arn(pattern)['Fn::Sub'].replace(/^(arn:[^:]+(?:::[^:]+)?:iam::)\*:/, `$1${ACCOUNT}:`));
}

function mayRepair({ existingRole, overrides }: MemberSettings): boolean {
  return existingRole === 'repair' || overrides.some((override) => override.existingRole === 'repair');
}

export function mayProvision(settings: MemberSettings): boolean {
  const { endpoints, overrides } = settings;
  return (
    // A move to a hub turns private DNS of own endpoints off and deletes them.
    mayUseHubs(settings) ||
    [endpoints, ...overrides.map((override) => override.endpoints)].some(
      (setting) => setting === 'provision' || setting === 'auto',
    )
  );
}

export function mayEnableDns({ enableVpcDns, overrides }: MemberSettings): boolean {
  return enableVpcDns || overrides.some((override) => override.enableVpcDns === true);
}
