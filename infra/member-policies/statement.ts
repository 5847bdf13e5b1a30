/**
 * What every statement of the member roles is made of: texts of CloudFormation, ARNs, and the conditions of what is ours.
 */
import type { Configuration } from '../../functions/core/model/configuration.ts';
import { DHMC_SETTING_ID } from '../../functions/core/setting.ts';
import { markKeysOf } from '../../functions/core/tags.ts';

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

export const ACCOUNT = `\${AWS::AccountId}`;

export function sub(text: string): Sub {
  return { 'Fn::Sub': text };
}

/** `$` of a configured text must not begin a substitution. */
function literal(text: string): string {
  return text.replaceAll('${', '${!');
}

/** A configured ARN in whatever partition the template is deployed to. */
export function arn(configured: string): Sub {
  return sub(literal(configured).replace(/^arn:[^:]+:/, `arn:\${AWS::Partition}:`));
}

/** A customer managed policy is the account's own, whatever account the configuration names (partition.ts, policyArnIn). */
export function policyArn(configured: string): Sub {
  const [, owner, path] = /^arn:[^:]+:iam::([^:]+):policy(\/.+)$/.exec(configured) ?? [];
  if (owner === 'aws') return arn(configured);
  return sub(`arn:\${AWS::Partition}:iam::${ACCOUNT}:policy${literal(path ?? configured)}`);
}

export function roleArn(pathAndName: string): Sub {
  return sub(`arn:\${AWS::Partition}:iam::${ACCOUNT}:role/${literal(pathAndName)}`);
}

/** In every Region: the setting is Regional, the role is not. */
export const SETTING_ARN = sub(`arn:\${AWS::Partition}:ssm:*:${ACCOUNT}:servicesetting${DHMC_SETTING_ID}`);

export function ec2Arn(type: string): Sub {
  return sub(`arn:\${AWS::Partition}:ec2:*:${ACCOUNT}:${type}/*`);
}

/**
 * Tags that a request may give: our mark, and besides it only the change's id and what `resourceTags` name. A set
 * operator also holds where a request has no tags, so `Null` asks for some (IAM user guide, "Multivalued context keys").
 */
export function tagsOfOurs(settings: MemberSettings): NonNullable<Statement['Condition']> {
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
export function onOurs(
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
