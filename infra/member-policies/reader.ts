/**
 * What the reader may do in a member account, as CloudFormation: one source for the StackSet, the management account's roles and
 * `dhmc template`. Each statement has a row in docs/permissions.md, by its Sid.
 *
 * Resource types and condition keys: Service Authorization Reference (AWS Account Management, EC2, IAM,
 * Systems Manager). A `*` is used only where the action has no resource type, or where a setting may name
 * any role.
 */
import { SESSION_PREFERENCES_DOCUMENT } from '../../functions/core/instances/session-logging.ts';
import { mayUseHubs } from '../../functions/core/network/network-settings.ts';
import { hubReadStatements, madeHubs, transitStatements } from './hub-profiles.ts';
import { zoneHubs, zoneReadStatements } from './hub-zones.ts';
import { hubSnapshotStatements, snapshotStatements } from './snapshots.ts';
import { ACCOUNT, type MemberSettings, roleArn, SETTING_ARN, type Statement, sub } from './statement.ts';

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
