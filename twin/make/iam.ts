/** Roles and policies of made accounts, as iam get-account-authorization-details shows them. */
import { readFileSync } from 'node:fs';
import type { AccountFile, Piece } from '../contract.ts';
import { makeId, makeUniqueId } from './ids.ts';

const MANAGED: Record<string, Piece> = JSON.parse(
  readFileSync(new URL('../iam/managed-policies.json', import.meta.url), 'utf8'),
);

export const DHMC_ROLE = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
export const DHMC_POLICY = 'AmazonSSMManagedEC2InstanceDefaultPolicy';

const CREATED = '2025-01-01T00:00:00+00:00';

export interface NewRole {
  name: string;
  path?: string;
  /** Principal of the one trust statement. */
  trust: Piece;
  trustCondition?: Piece;
  /** Names of AWS managed policies, as in twin/iam/managed-policies.json. */
  managed?: string[];
  inline?: Record<string, Piece>;
  tags?: Record<string, string>;
  /** Makes an instance profile of the same name. */
  instanceProfile?: boolean;
}

/** Adds a role, and the texts of its managed policies where the account hasn't them yet. */
export function addRole(account: AccountFile, role: NewRole): void {
  const { name, path = '/' } = role;
  const base = `arn:aws:iam::${account.AccountId}`;
  const reference = { Path: path, RoleName: name, Arn: `${base}:role${path}${name}` };
  const RoleId = makeUniqueId('AROA', account.AccountId, name);
  const AssumeRolePolicyDocument = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: role.trust,
        Action: 'sts:AssumeRole',
        ...(role.trustCondition ? { Condition: role.trustCondition } : {}),
      },
    ],
  };
  const profile = {
    Path: path,
    InstanceProfileName: name,
    InstanceProfileId: makeUniqueId('AIPA', account.AccountId, name),
    Arn: `${base}:instance-profile${path}${name}`,
    CreateDate: CREATED,
    Roles: [{ ...reference, RoleId, CreateDate: CREATED, AssumeRolePolicyDocument }],
  };
  account.Iam.RoleDetailList.push({
    Path: path,
    RoleName: name,
    RoleId,
    Arn: reference.Arn,
    CreateDate: CREATED,
    AssumeRolePolicyDocument,
    InstanceProfileList: role.instanceProfile ? [profile] : [],
    RolePolicyList: Object.entries(role.inline ?? {}).map(([PolicyName, statement]) => ({
      PolicyName,
      PolicyDocument: { Version: '2012-10-17', Statement: [statement].flat() },
    })),
    AttachedManagedPolicies: (role.managed ?? []).map((policy) => attach(account, policy)),
    Tags: Object.entries(role.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
  });
}

function attach(account: AccountFile, name: string): Piece {
  const Arn = `arn:aws:iam::aws:policy/${name}`;
  const PolicyName = name.slice(name.lastIndexOf('/') + 1);
  const held = (account.Iam.Policies as Piece[]).find((policy) => policy.Arn === Arn);
  if (held) held.AttachmentCount += 1;
  else account.Iam.Policies.push(managedPolicy(name, Arn, PolicyName));
  return { PolicyName, PolicyArn: Arn };
}

function managedPolicy(name: string, Arn: string, PolicyName: string): Piece {
  const text = MANAGED[name];
  if (!text) throw new Error(`twin/iam/managed-policies.json has no ${name}`);
  return {
    PolicyName,
    PolicyId: makeUniqueId('ANPA', name),
    Arn,
    Path: `/${name.slice(0, -PolicyName.length)}`,
    DefaultVersionId: text.DefaultVersionId,
    AttachmentCount: 1,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: text.CreateDate,
    UpdateDate: text.UpdateDate,
    PolicyVersionList: [
      {
        VersionId: text.DefaultVersionId,
        IsDefaultVersion: true,
        CreateDate: text.UpdateDate,
        Document: text.Document,
      },
    ],
  };
}

export interface MemberRoles {
  operatorId: string;
  /** The least that the service needs, or AdministratorAccess as a quick start has it. */
  privilege: 'least' | 'administrator';
  /** ExternalId that the trust policy asks for. */
  externalId?: string;
  /** Actions that the reader lacks. */
  readerLacks?: string[];
  writer?: boolean;
}

const READS = [
  'account:GetAlternateContact',
  'account:ListRegions',
  'ec2:Describe*',
  'ec2:GetManagedPrefixListEntries',
  'ec2:SearchTransitGatewayRoutes',
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
  'iam:GetInstanceProfile',
  'iam:ListAttachedRolePolicies',
  'iam:ListRolePolicies',
  'iam:ListRoleTags',
  'iam:SimulatePrincipalPolicy',
  'route53:GetHostedZone',
  'route53:ListHostedZonesByName',
  'route53:ListHostedZonesByVPC',
  'route53:ListResourceRecordSets',
  'route53:ListVPCAssociationAuthorizations',
  'route53profiles:ListProfileAssociations',
  'route53profiles:ListProfiles',
  'ram:GetResourceShares',
  'route53profiles:ListProfileResourceAssociations',
  'route53resolver:ListResolverEndpoints',
  'route53resolver:ListResolverRuleAssociations',
  'route53resolver:ListResolverRules',
  'ssm:DescribeActivations',
  'ssm:DescribeInstanceInformation',
  'ssm:GetDocument',
  'ssm:GetServiceSetting',
  'ssm:ListAssociations',
];

/** DhmcRolloutReader and DhmcRolloutWriter, trusting the root of the operator account. */
export function addMemberRoles(account: AccountFile, roles: MemberRoles): void {
  const { externalId, privilege, readerLacks = [] } = roles;
  const trusted = {
    trust: { AWS: `arn:aws:iam::${roles.operatorId}:root` },
    ...(externalId ? { trustCondition: { StringEquals: { 'sts:ExternalId': externalId } } } : {}),
  };
  const reads = {
    Effect: 'Allow',
    Action: READS.filter((read) => !readerLacks.includes(read)),
    Resource: '*',
  };
  const grants = (inline: Record<string, Piece>) =>
    privilege === 'administrator' ? { managed: ['AdministratorAccess'] } : { inline };
  addRole(account, { name: 'DhmcRolloutReader', ...trusted, ...grants({ read: reads }) });
  if (roles.writer === false) return;
  const writes = { read: reads, write: writeStatements(account.AccountId) };
  addRole(account, { name: 'DhmcRolloutWriter', ...trusted, ...grants(writes) });
}

function writeStatements(accountId: string): Piece[] {
  // whatever its path
  const role = `arn:aws:iam::${accountId}:role/*${DHMC_ROLE}`;
  return [
    {
      Effect: 'Allow',
      Action: [
        'iam:CreateRole',
        'iam:DeleteRole',
        'iam:TagRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:AttachRolePolicy',
        'iam:DetachRolePolicy',
      ],
      Resource: role,
    },
    {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: role,
      Condition: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
    },
    {
      Effect: 'Allow',
      Action: [
        'ram:CreateResourceShare',
        'ram:DeleteResourceShare',
        'route53profiles:AssociateProfile',
        'route53profiles:AssociateResourceToProfile',
        'route53profiles:CreateProfile',
        'route53profiles:DeleteProfile',
        'route53profiles:DisassociateProfile',
        'route53profiles:DisassociateResourceFromProfile',
        'route53profiles:TagResource',
        'route53:ChangeResourceRecordSets',
        'route53:CreateHostedZone',
        'route53:CreateVPCAssociationAuthorization',
        'route53:DeleteHostedZone',
        'route53:DeleteVPCAssociationAuthorization',
        'route53:DisassociateVPCFromHostedZone',
      ],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: ['ssm:CreateAssociation', 'ssm:DeleteAssociation'],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: ['ssm:UpdateServiceSetting', 'ssm:ResetServiceSetting'],
      Resource: `arn:aws:ssm:*:${accountId}:servicesetting/ssm/managed-instance/default-ec2-instance-management-role`,
    },
    {
      Effect: 'Allow',
      Action: [
        'ec2:AuthorizeSecurityGroupIngress',
        'ec2:CreateSecurityGroup',
        'ec2:CreateTags',
        'ec2:CreateVpcEndpoint',
        'ec2:DeleteSecurityGroup',
        'ec2:DeleteVpcEndpoints',
        'ec2:ModifyVpcAttribute',
        'ec2:ModifyVpcEndpoint',
        'ec2:RevokeSecurityGroupIngress',
        // Private DNS of an endpoint is a hosted zone that is associated with the VPC.
        'route53:AssociateVPCWithHostedZone',
      ],
      Resource: '*',
    },
  ];
}

export interface DhmcRole {
  /** Carries the tags of a role that this service made. */
  ours?: boolean;
  path?: string;
  trusts?: string;
  managed?: string[];
  inline?: Record<string, Piece>;
}

/** The DHMC role: sound where nothing else is said. */
export function addDhmcRole(account: AccountFile, role: DhmcRole = {}): void {
  addRole(account, {
    name: DHMC_ROLE,
    path: role.path ?? '/service-role/',
    trust: { Service: role.trusts ?? 'ssm.amazonaws.com' },
    managed: role.managed ?? [DHMC_POLICY],
    ...(role.inline ? { inline: role.inline } : {}),
    ...(role.ours
      ? {
          tags: {
            'dhmc-rollout:managed': 'true',
            'dhmc-rollout:change': makeId('change', account.AccountId, DHMC_ROLE),
          },
        }
      : {}),
  });
}
