/**
 * What the writer may do in a member account, as CloudFormation. As with the reader, each statement has a row in
 * docs/permissions.md.
 */
import { mayUseHubs } from '../../functions/core/network/network-settings.ts';
import { DHMC_POLICY_NAME } from '../../functions/core/role.ts';
import { SSM_SERVICE_PRINCIPAL } from '../../functions/core/trust-policy.ts';
import { mayUpdateAgents, updateStatements } from './agent-updates.ts';
import { dnsStatements, endpointStatements, mayEnableDns, mayProvision } from './endpoints.ts';
import { hubStatements, madeHubs, profileHubs, spokeStatements } from './hub-profiles.ts';
import { zoneHubs, zoneStatements } from './hub-zones.ts';
import {
  ACCOUNT,
  arn,
  type MemberSettings,
  onOurs,
  policyArn,
  roleArn,
  SETTING_ARN,
  type Statement,
  type Sub,
  sub,
  tagsOfOurs,
} from './statement.ts';

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

/** `*` for the account means every member, so in a member: its own. */
export function restorable(pattern: string): Sub {
  return sub(arn(pattern)['Fn::Sub'].replace(/^(arn:[^:]+(?:::[^:]+)?:iam::)\*:/, `$1${ACCOUNT}:`));
}

function mayRepair({ existingRole, overrides }: MemberSettings): boolean {
  return existingRole === 'repair' || overrides.some((override) => override.existingRole === 'repair');
}
