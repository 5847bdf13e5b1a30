/**
 * What the two member roles may do, as CloudFormation: one source for the StackSet, the management account's
 * roles and `dhmc template`. Each statement has a row in docs/permissions.md, by its Sid.
 *
 * Resource types and condition keys: Service Authorization Reference (AWS Account Management, EC2, IAM,
 * Systems Manager). A `*` stands only where the action has no resource type, or where a setting may name
 * any role.
 */
import type { Configuration } from '../functions/core/model.ts';
import { DHMC_POLICY_NAME, MANAGED_TAG } from '../functions/core/role.ts';
import { DHMC_SETTING_ID } from '../functions/core/setting.ts';
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
  'memberRole' | 'managementAccount' | 'dhmcRole' | 'existingRole' | 'restorableRoleArns' | 'overrides'
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

function roleArn(pathAndName: string): Sub {
  return sub(`arn:\${AWS::Partition}:iam::${ACCOUNT}:role/${literal(pathAndName)}`);
}

/** In every Region: the setting is Regional, the role is not. */
const SETTING_ARN = sub(`arn:\${AWS::Partition}:ssm:*:${ACCOUNT}:servicesetting${DHMC_SETTING_ID}`);

export function readerStatements({ dhmcRole }: MemberSettings): Statement[] {
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
      Action: ['ec2:DescribeInstances', 'ec2:DescribeRegions'],
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
      // Roles are read by name, and another team's may stand at another path.
      Resource: [roleArn(dhmcRole.name), roleArn(`*/${dhmcRole.name}`)],
    },
    {
      Sid: 'ReadServiceSetting',
      Effect: 'Allow',
      Action: 'ssm:GetServiceSetting',
      Resource: SETTING_ARN,
    },
    {
      Sid: 'ReadManagedNodes',
      Effect: 'Allow',
      Action: 'ssm:DescribeInstanceInformation',
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
    ...extraPolicies.map(arn),
  ];
  const boundary: Statement['Condition'] =
    permissionsBoundary === null
      ? {}
      : { ArnEquals: { 'iam:PermissionsBoundary': arn(permissionsBoundary) } };
  const requestTag = { StringEquals: { [`aws:RequestTag/${MANAGED_TAG}`]: 'true' } };
  // `existingRole: repair` mends roles that do not carry our tag.
  const ours: Statement['Condition'] = mayRepair(settings)
    ? {}
    : { StringEquals: { [`iam:ResourceTag/${MANAGED_TAG}`]: 'true' } };
  return [
    {
      Sid: 'CreateDhmcRole',
      Effect: 'Allow',
      Action: 'iam:CreateRole',
      Resource: role,
      Condition: { ...requestTag, ...boundary },
    },
    {
      Sid: 'TagDhmcRole',
      Effect: 'Allow',
      // To create with tags needs both (IAM user guide, "Tag IAM roles").
      Action: 'iam:TagRole',
      Resource: role,
      Condition: requestTag,
    },
    {
      Sid: 'RepairDhmcRoleTrust',
      Effect: 'Allow',
      Action: 'iam:UpdateAssumeRolePolicy',
      Resource: role,
      ...(Object.keys(ours).length > 0 ? { Condition: ours } : {}),
    },
    {
      Sid: 'AttachDhmcPolicies',
      Effect: 'Allow',
      Action: 'iam:AttachRolePolicy',
      Resource: role,
      Condition: { ...ours, ArnEquals: { 'iam:PolicyARN': policies } },
    },
    {
      Sid: 'DetachDhmcPolicies',
      Effect: 'Allow',
      Action: 'iam:DetachRolePolicy',
      Resource: role,
      Condition: { ...ours, ArnEquals: { 'iam:PolicyARN': policies } },
    },
    {
      Sid: 'DeleteDhmcRole',
      Effect: 'Allow',
      // A role of another team is repaired at most, so never deleted.
      Action: 'iam:DeleteRole',
      Resource: role,
      Condition: { StringEquals: { [`iam:ResourceTag/${MANAGED_TAG}`]: 'true' } },
    },
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
  ];
}

/** `*` for the account means every member, so in a member: its own. */
export function restorable(pattern: string): Sub {
  return sub(arn(pattern)['Fn::Sub'].replace(/^(arn:[^:]+(?:::[^:]+)?:iam::)\*:/, `$1${ACCOUNT}:`));
}

function mayRepair({ existingRole, overrides }: MemberSettings): boolean {
  return existingRole === 'repair' || overrides.some((override) => override.existingRole === 'repair');
}
