/** Why a call is denied, in the words of the IAM user guide's page on access denied messages. */
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetServiceSettingCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, SETTING, startFirst } from './first-organization.ts';

const ROLE = 'Judged';
const allow = (Action: string | string[], more: Piece = {}): Piece => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*', ...more }],
});
const deny = (Action: string): Piece => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action, Resource: '*' },
  ],
});

interface Judged {
  identity?: Piece;
  boundary?: Piece;
  scp?: Piece;
  session?: Piece;
  tags?: Piece[];
}

/** Adds a role with these policies to the account `isolated`, and an SCP to the unit above it. */
function addRole({ identity, boundary, scp, tags = [] }: Judged): (snapshot: Snapshot) => void {
  return ({ organization, accounts }) => {
    const account = accounts.get('100000000012');
    const base = 'arn:aws:iam::100000000012';
    const role: Piece = {
      Path: '/',
      RoleName: ROLE,
      RoleId: 'AROAJUDGED',
      Arn: `${base}:role/${ROLE}`,
      CreateDate: '2025-01-01T00:00:00Z',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::100000000002:root' }, Action: 'sts:AssumeRole' },
        ],
      },
      InstanceProfileList: [],
      AttachedManagedPolicies: [],
      RolePolicyList: identity ? [{ PolicyName: 'inline', PolicyDocument: identity }] : [],
      Tags: tags,
    };
    if (boundary) {
      const arn = `${base}:policy/boundary`;
      role.PermissionsBoundary = { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn };
      account?.Iam.Policies.push({
        PolicyName: 'boundary',
        PolicyId: 'ANPABOUNDARY',
        Arn: arn,
        Path: '/',
        DefaultVersionId: 'v1',
        PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: boundary }],
      });
    }
    account?.Iam.RoleDetailList.push(role);
    if (scp) {
      const full = organization.Policies.find(({ PolicySummary }) => PolicySummary.Name === 'FullAWSAccess');
      if (full) full.Targets = full.Targets.filter(({ TargetId }: Piece) => TargetId !== 'ou-prod');
      organization.Policies.push({
        PolicySummary: { Id: 'p-unit', Arn: 'arn:p-unit', Name: 'Unit', Type: 'SERVICE_CONTROL_POLICY' },
        Content: JSON.stringify(scp),
        Targets: [{ TargetId: 'ou-prod', Type: 'ORGANIZATIONAL_UNIT' }],
      });
    }
  };
}

/** Message of ssm:GetServiceSetting by a role so bound; null where it is allowed. */
async function judge(judged: Judged): Promise<string | null> {
  const twin = await startFirst({ change: addRole(judged) });
  try {
    const Policy = judged.session && JSON.stringify(judged.session);
    const credentials = await enter(twin, '100000000012', { role: ROLE, Policy });
    const ssm = new SSMClient(configuration(twin, 'us-east-1', credentials));
    return await ssm.send(new GetServiceSettingCommand({ SettingId: SETTING })).then(
      () => null,
      (error: Error) => error.message,
    );
  } finally {
    await twin.close();
  }
}

const ACTION = 'ssm:GetServiceSetting';
const START = `User: arn:aws:sts::100000000012:assumed-role/${ROLE}/test is not authorized to perform: ${ACTION} on resource: arn:aws:ssm:us-east-1:100000000012:servicesetting${SETTING}`;
const ALL = allow('*');

describe('Given a role and what binds it', () => {
  it.each<[string, Judged, string]>([
    ['no identity policy', {}, `because no identity-based policy allows the ${ACTION} action`],
    ['its own deny', { identity: deny(ACTION) }, 'with an explicit deny in an identity-based policy'],
    [
      'a boundary without it',
      { identity: ALL, boundary: allow('iam:*') },
      `because no permissions boundary allows the ${ACTION} action`,
    ],
    [
      'a deny in the boundary',
      { identity: ALL, boundary: deny('ssm:*') },
      'with an explicit deny in a permissions boundary',
    ],
    [
      'a session policy without it',
      { identity: ALL, session: allow('iam:*') },
      `because no session policy allows the ${ACTION} action`,
    ],
    [
      'a deny in the session policy',
      { identity: ALL, session: deny('ssm:Get*') },
      'with an explicit deny in a session policy',
    ],
    [
      'an SCP above that allows only IAM',
      { identity: ALL, scp: allow('iam:*') },
      `because no service control policy allows the ${ACTION} action`,
    ],
    [
      'a deny in an SCP above',
      { identity: ALL, scp: deny(ACTION) },
      'with an explicit deny in a service control policy',
    ],
  ])('When it has %s, Then the denial says so', async (_case, judged, reason) => {
    expect(await judge(judged)).toBe(`${START} ${reason}`);
  });

  it.each<[string, Piece]>([
    ['aws:RequestedRegion', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }],
    ['aws:PrincipalArn', { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::100000000012:role/${ROLE}` } }],
    ['aws:PrincipalAccount', { StringEquals: { 'aws:PrincipalAccount': '100000000012' } }],
    ['aws:PrincipalOrgID', { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1' } }],
    [
      'aws:PrincipalOrgPaths',
      { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-exampleorg1/r-root/ou-prod/*' } },
    ],
    ['aws:PrincipalTag', { StringEquals: { 'aws:PrincipalTag/team': 'ops' } }],
    ['aws:userid', { StringEquals: { 'aws:userid': 'AROAJUDGED:test' } }],
    ['aws:SecureTransport', { Bool: { 'aws:SecureTransport': 'true' } }],
    ["aws:CurrentTime, the twin's", { DateLessThan: { 'aws:CurrentTime': '2026-11-20T01:00:00Z' } }],
    ['no aws:username', { Null: { 'aws:username': 'true' } }],
    ['aws:ResourceAccount', { StringEquals: { 'aws:ResourceAccount': '100000000012' } }],
  ])('When its policy asks for %s, Then the context holds it', async (_key, Condition) => {
    expect(
      await judge({ identity: allow(ACTION, { Condition }), tags: [{ Key: 'team', Value: 'ops' }] }),
    ).toBeNull();
    const negated = {
      Null: Object.fromEntries(Object.keys(Object.values(Condition)[0] ?? {}).map((key) => [key, 'true'])),
    };
    if (!('Null' in Condition)) {
      expect(
        await judge({
          identity: allow(ACTION, { Condition: negated }),
          tags: [{ Key: 'team', Value: 'ops' }],
        }),
      ).toContain('no identity-based policy');
    }
  });
});

describe('Given a management account under a root that denies', () => {
  let twin: Twin;
  beforeAll(async () => {
    twin = await startFirst({
      change: ({ organization }) => {
        organization.OperatorAccountId = '100000000001';
        organization.Policies.push({
          PolicySummary: { Id: 'p-all', Arn: 'arn:p-all', Name: 'All', Type: 'SERVICE_CONTROL_POLICY' },
          Content: JSON.stringify(deny('iam:*')),
          Targets: [{ TargetId: 'r-root', Type: 'ROOT' }],
        });
      },
    });
  });
  afterAll(async () => {
    await twin.close();
  });

  it('When it makes a role, Then no SCP binds it', async () => {
    const iam = new IAMClient(configuration(twin));
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    const created = await iam.send(new CreateRoleCommand({ RoleName: 'Made', AssumeRolePolicyDocument }));
    expect(created.Role?.Arn).toBe('arn:aws:iam::100000000001:role/Made');
    expect(twin.calls().mutating).toBe(1);
  });
});
