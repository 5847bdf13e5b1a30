/**
 * The CloudFormation templates of the member roles, to deploy or to hand to another team. `MemberRolesStack`
 * takes its roles from here too.
 *
 * Trust (docs/spec/design.md, "Stacks"): the operator account's root, narrowed by `aws:PrincipalArn` to the roles of the
 * functions. A role named as principal would be rewritten to its unique id, and recreating it would lock the
 * service out of every member (IAM user guide, "Principal" element); a condition compares names.
 */

import { stringify } from 'yaml';
import type { MemberRoleKind } from '../functions/core/member-role.ts';
import type { Configuration } from '../functions/core/model/configuration.ts';
import { iamRegion } from '../functions/core/partition.ts';
import { forwarderProperties, memberEventRules, OPERATOR_REGION } from './member-events.ts';
import { readerStatements } from './member-policies/reader.ts';
import {
  type MemberSettings,
  policyArn,
  type Statement,
  type Sub,
  sub,
} from './member-policies/statement.ts';
import { writerStatements } from './member-policies/writer.ts';
import { RECONCILE_ROLES } from './operator-names.ts';

/** A setting that no template can be made of. */
class TemplateSettingError extends Error {
  override readonly name = 'TemplateSettingError';
}

export interface TemplateOptions {
  configuration: MemberSettings;
  /** Default of the parameter `OperatorAccountId`. */
  operatorAccountId?: string | undefined;
  /** Default of the parameter `OrganizationId`. */
  organizationId?: string | undefined;
  /** Default of the parameter `OperatorRegion`, which templates with a forwarder have. */
  operatorRegion?: string | undefined;
  /** Further roles of the operator account, name or path/name, that may enter as reader: for `dhmc run --local`. */
  readers?: readonly string[];
  /** The same for reader and writer. */
  writers?: readonly string[];
}

export interface Template {
  AWSTemplateFormatVersion: string;
  Description: string;
  Parameters: Record<string, Record<string, string>>;
  Mappings?: Record<string, unknown>;
  Conditions?: Record<string, unknown>;
  Resources: Record<
    string,
    {
      Type: string;
      Condition?: string;
      Properties: Record<string, unknown>;
      Metadata?: Record<string, unknown>;
    }
  >;
  Outputs: Record<string, { Description: string; Value: unknown }>;
}

/** Reader and writer of a member account, YAML. */
export function memberRoleTemplate(options: TemplateOptions): string {
  return toYaml(memberRoles(options));
}

/**
 * The management account's own roles, YAML: service-managed StackSets never deploy there (StackSets user
 * guide). The writer is in it only with `managementAccount: enforce`.
 */
export function managementRoleTemplate(options: TemplateOptions): string {
  return toYaml(managementRoles(options));
}

/** Rules of a member account in one Region, YAML. */
export function memberEventsTemplate(
  configuration: Pick<Configuration, 'memberRole' | 'dhmcRole' | 'regions'>,
  operatorAccountId: string | undefined,
  operatorRegion: string | undefined,
): string {
  const { regions } = configuration;
  const everywhere = regions === 'all' || regions.includes(iamRegion(regions[0] ?? ''));
  const rules = memberEventRules(configuration, everywhere);
  const { OperatorAccountId: account = {}, OperatorRegion: region = {} } = rules.Parameters;
  return toYaml({
    ...rules,
    Parameters: {
      OperatorAccountId: { ...account, ...(operatorAccountId ? { Default: operatorAccountId } : {}) },
      OperatorRegion: { ...region, ...(operatorRegion ? { Default: operatorRegion } : {}) },
    },
  });
}

export function memberRoles(options: TemplateOptions): Template {
  const roles = template('dhmc-rollout: roles of a member account', options, true);
  if (options.configuration.events.members === 'off') return roles;
  const { operatorRegion, configuration } = options;
  return {
    ...roles,
    Parameters: {
      ...roles.Parameters,
      OperatorRegion: {
        ...OPERATOR_REGION,
        ...(operatorRegion === undefined ? {} : { Default: operatorRegion }),
      },
    },
    Resources: {
      ...roles.Resources,
      Forwarder: {
        Type: 'AWS::IAM::Role',
        Properties: { ...forwarderProperties(), ...placeOf(configuration) },
      },
    },
  };
}

export function managementRoles(options: TemplateOptions): Template {
  const enforce = options.configuration.managementAccount === 'enforce';
  return template('dhmc-rollout: roles of the management account', options, enforce);
}

function template(description: string, options: TemplateOptions, writer: boolean): Template {
  const { configuration, readers = [], writers = [] } = options;
  refusePatterns(configuration);
  const enforcing = [RECONCILE_ROLES.enforce, ...writers];
  const roles = {
    Reader: memberRole(
      configuration,
      'reader',
      'dhmc-rollout reads this account with it; it can change nothing',
      trust(configuration, [RECONCILE_ROLES.assess, ...enforcing, ...readers]),
      readerStatements(configuration),
    ),
    ...(writer
      ? {
          Writer: memberRole(
            configuration,
            'writer',
            'dhmc-rollout sets up Default Host Management Configuration with it',
            trust(configuration, enforcing),
            writerStatements(configuration),
          ),
        }
      : {}),
  };
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: description,
    Parameters: parameters(options),
    Resources: roles,
    Outputs: Object.fromEntries(
      Object.keys(roles).map((id) => [
        `${id}Arn`,
        { Description: `ARN of the ${id.toLowerCase()}`, Value: { 'Fn::GetAtt': [id, 'Arn'] } },
      ]),
    ),
  };
}

function parameters({ operatorAccountId, organizationId }: TemplateOptions): Template['Parameters'] {
  const preset = (value: string | undefined): Record<string, string> =>
    value === undefined ? {} : { Default: value };
  return {
    OperatorAccountId: {
      Type: 'String',
      Description: 'The account that runs dhmc-rollout',
      AllowedPattern: '^\\d{12}$',
      ConstraintDescription: 'twelve digits',
      ...preset(operatorAccountId),
    },
    OrganizationId: {
      Type: 'String',
      Description: 'The organization that account must belong to',
      AllowedPattern: '^o-[a-z0-9]{4,32}$',
      ConstraintDescription: 'o- and letters or digits, as describe-organization shows it',
      ...preset(organizationId),
    },
  };
}

/** What checkov finds in a role, with the reason why it is right (checkov-skips.ts has those of the stacks). */
function skips(statements: Statement[]) {
  const everyZone = statements.some(
    ({ Sid, Condition }) => Sid === 'AssociatePrivateDns' && Condition === undefined,
  );
  if (!everyZone) return {};
  const comment =
    "The hosted zone of an endpoint is made by AWS and has no ARN beforehand; the associated VPC is the account's own.";
  return { Metadata: { checkov: { skip: [{ id: 'CKV_AWS_111', comment }] } } };
}

function memberRole(
  { memberRole }: MemberSettings,
  kind: MemberRoleKind,
  description: string,
  trusted: unknown,
  statements: Statement[],
) {
  return {
    Type: 'AWS::IAM::Role',
    ...skips(statements),
    Properties: {
      RoleName: memberRole[kind],
      Description: description,
      MaxSessionDuration: 3600,
      ...placeOf({ memberRole }),
      AssumeRolePolicyDocument: trusted,
      Policies: [
        { PolicyName: 'dhmc-rollout', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
      ],
    },
  };
}

/** Path, boundary and tags, which every role of a member has. */
function placeOf({ memberRole }: Pick<MemberSettings, 'memberRole'>) {
  const { path, permissionsBoundary } = memberRole;
  const tags = Object.entries(memberRole.tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    ...(path === '/' ? {} : { Path: path }),
    ...(permissionsBoundary === null ? {} : { PermissionsBoundary: policyArn(permissionsBoundary) }),
    ...(tags.length === 0 ? {} : { Tags: tags }),
  };
}

function trust({ memberRole: { externalId } }: MemberSettings, roleNames: readonly string[]) {
  const principalArns: Sub[] = [...new Set(roleNames)].map((name) =>
    sub(`arn:\${AWS::Partition}:iam::\${OperatorAccountId}:role/${checkedRoleName(name)}`),
  );
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OperatorFunctions',
        Effect: 'Allow',
        Principal: { AWS: sub(`arn:\${AWS::Partition}:iam::\${OperatorAccountId}:root`) },
        Action: 'sts:AssumeRole',
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': principalArns },
          StringEquals: {
            'aws:PrincipalOrgID': { Ref: 'OrganizationId' },
            ...(externalId === null ? {} : { 'sts:ExternalId': externalId }),
          },
        },
      },
    ],
  };
}

/** ArnEquals takes `*` and `?` as wildcards, so a name that holds one would trust more than it says. */
function checkedRoleName(name: string): string {
  if (/^([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/.test(name)) return name;
  throw new TemplateSettingError(
    `role ${name}: not the name of a role; give NAME or PATH/NAME, without wildcards`,
  );
}

function refusePatterns({ dhmcRole }: MemberSettings): void {
  if (/[*?]/.test(dhmcRole.path)) {
    throw new TemplateSettingError(
      `dhmcRole.path ${dhmcRole.path}: "*" and "?" would be wildcards in the writer's policy; choose a path without them`,
    );
  }
}

/** Texts in quotes throughout: an account id is no number and a policy's version no date. */
function toYaml(document: Template): string {
  return stringify(document, {
    defaultKeyType: 'PLAIN',
    defaultStringType: 'QUOTE_DOUBLE',
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
}
