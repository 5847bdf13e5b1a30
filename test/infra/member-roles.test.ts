import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import {
  managementRoles,
  memberRoles,
  memberRoleTemplate,
  type Template,
} from '../../infra/member-role-templates.ts';
import { evaluate } from '../../twin/iam/evaluate.ts';
import { ofType, resolve, type Synthesized, synthesize } from './synthesize.ts';

const OPERATOR = '100000000002';
const MEMBER = '100000000011';
const ORGANIZATION = 'o-own1234';
const DEPLOYMENT = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: MEMBER,
  parameters: { OperatorAccountId: OPERATOR, OrganizationId: ORGANIZATION },
};
const DHMC = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
const ROLE = `arn:aws:iam::${MEMBER}:role/service-role/${DHMC}`;
const TAGGED = { 'iam:ResourceTag/dhmc-rollout:managed': 'true' };
const TAGGING = {
  'aws:RequestTag/dhmc-rollout:managed': 'true',
  'aws:TagKeys': ['dhmc-rollout:change', 'dhmc-rollout:managed'],
};

function rolesOf(
  yaml: string,
  template: (options: { configuration: ReturnType<typeof parseConfiguration> }) => Template,
) {
  return template({ configuration: parseConfiguration(yaml, 'test') }).Resources;
}

function policiesOf(yaml: string, role: 'Reader' | 'Writer', partition = 'aws') {
  const properties = rolesOf(yaml, memberRoles)[role]?.Properties;
  const { Policies, AssumeRolePolicyDocument } = resolve(properties, { ...DEPLOYMENT, partition });
  return { identity: Policies[0].PolicyDocument, trust: AssumeRolePolicyDocument };
}

/** Whether the role's own policy allows it. */
function may(
  role: 'Reader' | 'Writer',
  action: string,
  resource: string,
  context: Record<string, string | string[]> = {},
  yaml = '',
) {
  return evaluate({
    action,
    resource,
    context,
    identityPolicies: [policiesOf(yaml, role).identity],
    permissionsBoundary: null,
    sessionPolicies: [],
    serviceControlPolicies: [],
  }).allowed;
}

interface Caller {
  accountId?: string;
  roleName?: string;
  organizationId?: string;
  externalId?: string;
  roleId?: string;
}

/** Whether a session of a role, which may assume anything itself, gets in. */
function enters(role: 'Reader' | 'Writer', caller: Caller, yaml = '') {
  const { accountId = OPERATOR, roleName = 'DhmcRolloutEnforceReconcile', roleId = 'AROA1' } = caller;
  const roleArn = `arn:aws:iam::${accountId}:role/${roleName}`;
  const name = role === 'Reader' ? 'DhmcRolloutReader' : 'DhmcRolloutWriter';
  return evaluate({
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::${MEMBER}:role/${name}`,
    context: {
      'aws:PrincipalArn': roleArn,
      ...(caller.organizationId === ''
        ? {}
        : { 'aws:PrincipalOrgID': caller.organizationId ?? ORGANIZATION }),
      ...(caller.externalId === undefined ? {} : { 'sts:ExternalId': caller.externalId }),
    },
    identityPolicies: [
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
    ],
    permissionsBoundary: null,
    sessionPolicies: [],
    serviceControlPolicies: [],
    resourcePolicy: { document: policiesOf(yaml, role).trust, sameAccount: accountId === MEMBER },
    principal: {
      accountId,
      roleName: roleName.split('/').at(-1) ?? roleName,
      roleArn,
      arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/run-1`,
      userId: `${roleId}:run-1`,
      sessionPolicies: [],
      madeUp: false,
    } as unknown as NonNullable<Parameters<typeof evaluate>[0]['principal']>,
  }).allowed;
}

describe('Given an organization whose policies demand a path, a boundary and tags of every role', () => {
  const yaml =
    'memberRole: {path: /teams/, permissionsBoundary: /teams/OrgBoundary, tags: {cost-center: "4711"}}';

  it.each(['Reader', 'Writer'] as const)('When the %s is made, Then it has all three', (role) => {
    const properties = resolve(rolesOf(yaml, memberRoles)[role]?.Properties, DEPLOYMENT);
    expect(properties).toMatchObject({
      RoleName: `DhmcRollout${role}`,
      Path: '/teams/',
      PermissionsBoundary: `arn:aws:iam::${MEMBER}:policy/teams/OrgBoundary`,
      Tags: [{ Key: 'cost-center', Value: '4711' }],
    });
  });

  it('When nothing of it is configured, Then the template does not mention it', () => {
    const properties = rolesOf('', memberRoles).Writer?.Properties;
    expect(Object.keys(properties ?? {}).sort()).toEqual(
      ['AssumeRolePolicyDocument', 'Description', 'MaxSessionDuration', 'Policies', 'RoleName'].sort(),
    );
  });
});

describe('Given the trust of the member roles', () => {
  it("When the operator's functions come, Then assess gets the reader alone and enforce both", () => {
    expect(enters('Reader', { roleName: 'DhmcRolloutAssessReconcile' })).toBe(true);
    expect(enters('Writer', { roleName: 'DhmcRolloutAssessReconcile' })).toBe(false);
    expect(enters('Reader', {})).toBe(true);
    expect(enters('Writer', {})).toBe(true);
  });

  it('When the role of a function was deleted and made again, Then it still gets in', () => {
    expect(enters('Writer', { roleId: 'AROA2' })).toBe(true);
  });

  it('When another role of the operator account comes, an administrator even, Then it is refused', () => {
    expect(enters('Reader', { roleName: 'Administrator' })).toBe(false);
    expect(enters('Writer', { roleName: 'path/DhmcRolloutEnforceReconcile' })).toBe(false);
  });

  it('When a role of the same name in another account comes, Then it is refused', () => {
    expect(enters('Reader', { accountId: '999999999999' })).toBe(false);
    expect(enters('Writer', { accountId: MEMBER })).toBe(false);
  });

  it('When the operator account is in another organization, or in none, Then it is refused', () => {
    expect(enters('Reader', { organizationId: 'o-other' })).toBe(false);
    expect(enters('Reader', { organizationId: '' })).toBe(false);
  });

  it('When an external id is configured, Then only the right one gets in', () => {
    const yaml = 'memberRole: {externalId: right}';
    expect(enters('Writer', { externalId: 'right' }, yaml)).toBe(true);
    expect(enters('Writer', { externalId: 'wrong' }, yaml)).toBe(false);
    expect(enters('Writer', {}, yaml)).toBe(false);
  });

  it('When roles of people are added for runs from their machines, Then as reader or as both', () => {
    const { Reader, Writer } = memberRoles({
      configuration: parseConfiguration('', 'test'),
      readers: ['Auditor'],
      writers: ['ops/Operator'],
    }).Resources;
    expect(JSON.stringify(Reader)).toContain('role/Auditor');
    expect(JSON.stringify(Writer)).not.toContain('role/Auditor');
    for (const role of [Reader, Writer]) expect(JSON.stringify(role)).toContain('role/ops/Operator');
  });

  it.each(['*', 'ops/*', 'a?b', ''])('When such a role is %j, Then it is refused', (name) => {
    const add = () => memberRoleTemplate({ configuration: parseConfiguration('', 'test'), writers: [name] });
    expect(add).toThrow('not the name of a role');
  });
});

describe('Given the writer', () => {
  const other = `arn:aws:iam::${MEMBER}:role/${DHMC}`;

  it('When it creates a role, Then exactly the DHMC role, tagged as ours', () => {
    expect(may('Writer', 'iam:CreateRole', ROLE, TAGGING)).toBe(true);
    expect(may('Writer', 'iam:TagRole', ROLE, TAGGING)).toBe(true);
    expect(may('Writer', 'iam:CreateRole', ROLE)).toBe(false);
    expect(may('Writer', 'iam:CreateRole', other, TAGGING)).toBe(false);
    expect(may('Writer', 'iam:CreateRole', `${ROLE}2`, TAGGING)).toBe(false);
  });

  it('When it tags a role, Then with our tags and those of resourceTags alone', () => {
    const tag = (keys: string[], yaml = '') =>
      may('Writer', 'iam:TagRole', ROLE, { ...TAGGING, 'aws:TagKeys': keys }, yaml);
    const tags =
      'resourceTags: {team: ops}\noverrides: [{accounts: ["111122223333"], resourceTags: {cost: x}}]\n';
    expect(tag(['dhmc-rollout:managed', 'team', 'cost'], tags)).toBe(true);
    expect(tag(['dhmc-rollout:managed', 'team', 'owner'], tags)).toBe(false);
    expect(tag(['dhmc-rollout:managed', 'team'])).toBe(false);
  });

  it('When our mark has other keys, Then it changes what carries those or earlier ones, and creates with the new ones alone', () => {
    const yaml =
      'ownTags: {managed: corp, change: corp-change, earlier: [{managed: old, change: old-change}]}\nendpoints: provision';
    const make = (key: string, keys: string[]) =>
      may('Writer', 'iam:CreateRole', ROLE, { [`aws:RequestTag/${key}`]: 'true', 'aws:TagKeys': keys }, yaml);
    expect(make('corp', ['corp', 'corp-change'])).toBe(true);
    expect(make('old', ['old', 'old-change'])).toBe(false);
    const endpoint = `arn:aws:ec2:eu-west-1:${MEMBER}:vpc-endpoint/vpce-1`;
    const deletes = (key: string) => [
      may('Writer', 'iam:DeleteRole', ROLE, { [`iam:ResourceTag/${key}`]: 'true' }, yaml),
      may('Writer', 'ec2:DeleteVpcEndpoints', endpoint, { [`aws:ResourceTag/${key}`]: 'true' }, yaml),
    ];
    expect(deletes('corp')).toEqual([true, true]);
    expect(deletes('old')).toEqual([true, true]);
    expect(deletes('dhmc-rollout:managed')).toEqual([false, false]);
  });

  it('When it attaches a policy, Then one of the list, to a role of ours', () => {
    const attach = (name: string, context: Record<string, string> = TAGGED, yaml = '') =>
      may(
        'Writer',
        'iam:AttachRolePolicy',
        ROLE,
        { 'iam:PolicyARN': `arn:aws:iam::aws:policy/${name}`, ...context },
        yaml,
      );
    expect(attach('AmazonSSMManagedEC2InstanceDefaultPolicy')).toBe(true);
    expect(attach('AdministratorAccess')).toBe(false);
    expect(attach('AmazonSSMManagedEC2InstanceDefaultPolicy', {})).toBe(false);
    const extra = 'dhmcRole: {extraPolicies: ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"]}';
    expect(attach('CloudWatchAgentServerPolicy', TAGGED, extra)).toBe(true);
    expect(attach('CloudWatchAgentServerPolicy')).toBe(false);
  });

  it('When a foreign role is to be repaired, Then only with `existingRole: repair`, of everyone or of some', () => {
    const repair = (yaml: string) => may('Writer', 'iam:UpdateAssumeRolePolicy', ROLE, {}, yaml);
    expect(repair('')).toBe(false);
    expect(may('Writer', 'iam:UpdateAssumeRolePolicy', ROLE, TAGGED)).toBe(true);
    expect(repair('existingRole: repair')).toBe(true);
    expect(repair('overrides: [{organizationalUnits: [ou-lab], existingRole: repair}]')).toBe(true);
  });

  it('When it passes a role, Then the DHMC role, to Systems Manager', () => {
    const pass = (role: string, service: string, yaml = '') =>
      may('Writer', 'iam:PassRole', role, { 'iam:PassedToService': service }, yaml);
    expect(pass(ROLE, 'ssm.amazonaws.com')).toBe(true);
    expect(pass(ROLE, 'ec2.amazonaws.com')).toBe(false);
    const admin = `arn:aws:iam::${MEMBER}:role/ops/Admin`;
    expect(pass(admin, 'ssm.amazonaws.com')).toBe(false);
    const restorable = 'restorableRoleArns: ["arn:aws:iam::*:role/ops/*"]';
    expect(pass(admin, 'ssm.amazonaws.com', restorable)).toBe(true);
    expect(pass('arn:aws:iam::999999999999:role/ops/Admin', 'ssm.amazonaws.com', restorable)).toBe(false);
  });

  it('When it writes a setting, Then the one of DHMC, in every Region', () => {
    const setting = (region: string, id: string) =>
      `arn:aws:ssm:${region}:${MEMBER}:servicesetting/ssm/${id}`;
    const update = (resource: string) => may('Writer', 'ssm:UpdateServiceSetting', resource);
    expect(update(setting('eu-west-1', 'managed-instance/default-ec2-instance-management-role'))).toBe(true);
    expect(update(setting('ap-south-2', 'managed-instance/default-ec2-instance-management-role'))).toBe(true);
    expect(update(setting('eu-west-1', 'managed-instance/activation-tier'))).toBe(false);
    expect(update(setting('eu-west-1', 'parameter-store/high-throughput-enabled'))).toBe(false);
  });

  it.each(['arn:aws:iam::111122223333:policy/teams/boundary', '/teams/boundary'])(
    'When the boundary %s is configured, Then a role without the one of its account cannot be made',
    (boundary) => {
      const yaml = `dhmcRole: {permissionsBoundary: "${boundary}"}`;
      const create = (policy?: string) =>
        may(
          'Writer',
          'iam:CreateRole',
          ROLE,
          { ...TAGGING, ...(policy ? { 'iam:PermissionsBoundary': policy } : {}) },
          yaml,
        );
      expect(create(`arn:aws:iam::${MEMBER}:policy/teams/boundary`)).toBe(true);
      expect(create('arn:aws:iam::111122223333:policy/teams/boundary')).toBe(false);
      expect(create(`arn:aws:iam::${MEMBER}:policy/other`)).toBe(false);
      expect(create()).toBe(false);
    },
  );
  it('When the path of the DHMC role would be a pattern, Then there is no template', () => {
    const write = () => rolesOf('dhmcRole: {path: "/a*/"}', memberRoles);
    expect(write).toThrow('dhmcRole.path /a*/');
  });
});

describe('Given both roles and the adapters that call AWS', () => {
  /** What the operator account asks of itself. */
  const OPERATORS = ['prerequisites-reader.ts', 'concurrency-quota.ts'];
  /** Calls by the name that the adapters give failures. */
  const called = readdirSync(new URL('../../functions/aws/', import.meta.url), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts') && !OPERATORS.includes(file))
    .map((file) => readFileSync(new URL(`../../functions/aws/${file}`, import.meta.url), 'utf8'))
    .flatMap((text) => [...text.matchAll(/\b(read|attempt)(?:<[^>]*>)?\(\s*'([a-z0-9]+:\w+)'/g)])
    .map(([, how, action]) => ({ how, action: action ?? '' }));
  const EVERYTHING = [
    'endpoints: provision',
    'enableVpcDns: true',
    'operationsContact: true',
    'agentUpdates: associate',
    'memberRole: {snapshots: true}',
    'hubs:',
    '  eu-west-1: {account: "111122223333", vpc: vpc-0abc}',
    '  eu-west-2: {account: "111122223333", vpc: vpc-0abd, names: zones}',
    'overrides: [{organizationalUnits: [ou-lab], endpoints: central}]',
  ].join('\n');
  const actionsOf = (role: 'Reader' | 'Writer', yaml = EVERYTHING): string[] => {
    const actions: string[] = policiesOf(yaml, role).identity.Statement.flatMap(
      ({ Action }: { Action: string | string[] }) => Action,
    );
    return [...new Set(actions)].sort();
  };

  it('When the reader is compared, Then it may do what is read, and no more', () => {
    const reads = called.filter(({ how }) => how === 'read').map(({ action }) => action);
    const ofRuns = reads.filter((action) => !action.startsWith('organizations:'));
    expect(actionsOf('Reader')).toEqual([...new Set(ofRuns)].sort());
  });

  it('When no snapshots are configured, Then the reader may not read what only they ask for', () => {
    const more = actionsOf('Reader').filter((action) => !actionsOf('Reader', '').includes(action));
    expect(more).toContain('iam:GetAccountAuthorizationDetails');
    expect(
      more.filter(
        (action) =>
          !/TransitGateway|Peering|ByName|ListProfiles|^route53profiles:ListTags|ResourceShare|Authorizations|AlternateContact/.test(
            action,
          ),
      ),
    ).toHaveLength(5);
  });

  it('When the writer is compared, Then it may do what is written, what AWS wants with it, and the reset', () => {
    const writes = called.filter(({ how }) => how === 'attempt').map(({ action }) => action);
    const with_ = [
      'iam:TagRole',
      'iam:PassRole',
      'ssm:ResetServiceSetting',
      'ec2:CreateTags',
      'ec2:DescribeVpcs',
      'route53:AssociateVPCWithHostedZone',
      'route53profiles:PutProfilePolicy',
      'route53profiles:TagResource',
    ];
    expect(actionsOf('Writer')).toEqual([...new Set([...writes, ...with_])].sort());
  });

  it('When no endpoints are provisioned anywhere, Then the writer may change nothing of EC2', () => {
    expect(actionsOf('Writer', '').filter((action) => /^(ec2|route53):/.test(action))).toEqual([]);
    const override = 'overrides: [{organizationalUnits: [ou-lab], endpoints: provision}]';
    expect(actionsOf('Writer', override)).toContain('ec2:CreateVpcEndpoint');
  });

  it('When anything is granted, Then no action is a pattern', () => {
    for (const action of [...actionsOf('Reader'), ...actionsOf('Writer')]) expect(action).not.toContain('*');
  });

  it.each(['aws', 'aws-cn', 'aws-us-gov'])(
    'When the partition is %s, Then every ARN is of it',
    (partition) => {
      for (const role of ['Reader', 'Writer'] as const) {
        const text = JSON.stringify(
          policiesOf('restorableRoleArns: ["arn:aws:iam::*:role/ops/*"]', role, partition),
        );
        const arns = [...text.matchAll(/"arn:([^:]*):/g)];
        expect(arns.length).toBeGreaterThan(3);
        for (const [, found] of arns) expect(found).toBe(partition);
      }
    },
  );
});

describe('Given the management account', () => {
  it('When it is only judged, Then its template has no writer', () => {
    expect(Object.keys(rolesOf('', managementRoles))).toEqual(['Reader']);
  });

  it('When it is changed too, Then its template has both', () => {
    expect(Object.keys(rolesOf('managementAccount: enforce', managementRoles))).toEqual(['Reader', 'Writer']);
  });
});

describe('Given the stack of the member roles', () => {
  let synthesized: Synthesized;
  beforeAll(async () => {
    synthesized = await synthesize({
      config: 'test/infra/enforcing.yaml',
      operatorAccount: OPERATOR,
      organizationId: ORGANIZATION,
      organizationalUnits: 'r-ab12,ou-ab12-cd34ef56',
    });
  }, 60_000);
  afterAll(() => synthesized?.remove());

  it('When it is deployed, Then a StackSet brings the very template to all accounts below the units', () => {
    const [[, stackSet] = ['', undefined]] = ofType(synthesized.memberRoles, 'AWS::CloudFormation::StackSet');
    const configuration = parseConfiguration(readFileSync('test/infra/enforcing.yaml', 'utf8'), 'test');
    expect(JSON.parse(stackSet?.Properties.TemplateBody)).toEqual(memberRoles({ configuration }));
    expect(stackSet?.Properties.TemplateBody.length).toBeLessThan(51_200);
    expect(stackSet?.Properties).toMatchObject({
      PermissionModel: 'SERVICE_MANAGED',
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      StackInstancesGroup: [
        {
          DeploymentTargets: { OrganizationalUnitIds: { Ref: 'OrganizationalUnitIds' } },
          Regions: [{ Ref: 'AWS::Region' }],
        },
      ],
    });
    expect(synthesized.memberRoles.Parameters).toMatchObject({
      OperatorAccountId: { Default: OPERATOR },
      OrganizationId: { Default: ORGANIZATION },
      OrganizationalUnitIds: { Default: 'r-ab12,ou-ab12-cd34ef56' },
    });
  });

  it('When it is deployed, Then the management account gets its roles from the same source', () => {
    const configuration = parseConfiguration(readFileSync('test/infra/enforcing.yaml', 'utf8'), 'test');
    const expected = managementRoles({ configuration }).Resources;
    for (const id of ['Reader', 'Writer']) {
      const { Tags: _tags, ...properties } = synthesized.memberRoles.Resources[id]?.Properties ?? {};
      expect(properties).toEqual(expected[id]?.Properties);
    }
  });

  it('When a delegated administrator deploys it, Then it makes the StackSet alone', async () => {
    const delegated = await synthesize({ stackSetCaller: 'DELEGATED_ADMIN' });
    expect(ofType(delegated.memberRoles, 'AWS::IAM::Role')).toEqual([]);
    expect(ofType(delegated.memberRoles, 'AWS::CloudFormation::StackSet')).toHaveLength(1);
    await delegated.remove();
  }, 60_000);
});
