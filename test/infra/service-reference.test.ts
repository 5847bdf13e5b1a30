/**
 * The policies of the member roles, of sessions and of people against the service authorization reference. Those of the
 * synthesized stacks are in reviewers.templates.test.ts.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { enforceSessionPolicy } from '../../functions/aws/session-policy.ts';
import { rdpPolicy } from '../../functions/core/access/rdp-policy.ts';
import { sessionPolicy } from '../../functions/core/access/session-policy.ts';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import { managementRoles, memberRoles } from '../../infra/member-role-templates.ts';
import type { Piece } from '../../twin/contract.ts';
import { referenceFindings } from './service-reference.ts';
import { resolve } from './synthesize.ts';

const CONFIGURATION = parseConfiguration(readFileSync('test/permissions/everything.yaml', 'utf8'), 'test');
const DEPLOYMENT = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: '100000000011',
  parameters: { OperatorAccountId: '100000000002', OrganizationId: 'o-own1234' },
};
describe.each([
  ['member accounts', memberRoles],
  ['the management account', managementRoles],
])('Given the roles of %s with everything switched on', (_, template) => {
  it('When their statements are held against the reference, Then actions, resource types and keys are its own', async () => {
    const { Resources } = template({ configuration: CONFIGURATION });
    const findings: string[] = [];
    let statements = 0;
    for (const [role, { Properties }] of Object.entries<Piece>(Resources)) {
      const { Policies = [] } = resolve(Properties, DEPLOYMENT);
      for (const { PolicyDocument } of Policies) {
        for (const statement of PolicyDocument.Statement) {
          statements += 1;
          findings.push(...(await referenceFindings(role, statement)));
        }
      }
    }
    expect(statements).toBeGreaterThan(2);
    expect(findings).toEqual([]);
  });
});

it('Given the session policy of an enforce run, When it is held against the reference, Then so are its statements', async () => {
  const { Statement } = JSON.parse(
    enforceSessionPolicy({
      prune: true,
      spokes: ['vpc-1'],
      hub: true,
      zones: true,
      leaving: ['vpc-1'],
      agentUpdates: true,
    }),
  );
  const findings = await Promise.all(
    Statement.map((statement: Piece) => referenceFindings('session', statement)),
  );
  expect(findings.flat()).toEqual([]);
});

/**
 * One statement is not held against it: the reference has no resource for ssmmessages:OpenDataChannel, while the Systems
 * Manager user guide (getting-started-restrict-access-quickstart) grants it on sessions.
 */
const TAGGED = {
  partition: 'aws',
  accountId: '100000000011',
  region: 'eu-west-1',
  nodes: { kind: 'tags', tags: { Role: ['desk'] } },
} as const;

it.each([
  [
    'sessions',
    sessionPolicy({ ...TAGGED, documents: ['SSM-SessionManagerRunShell', 'AWS-StartSSHSession'] }),
  ],
  ['Remote Desktop', rdpPolicy(TAGGED)],
])(
  'Given the policy of a person for %s, When it is held against the reference, Then so are its statements',
  async (name, reasoned) => {
    const checked = reasoned.filter(({ statement }) => statement.Sid !== 'OpenOwnSessions');
    const findings = await Promise.all(checked.map(({ statement }) => referenceFindings(name, statement)));
    expect(findings.flat()).toEqual([]);
    expect(checked).toHaveLength(reasoned.length - 1);
  },
);

it.each([
  ['an action that is none', { Action: 'ec2:MakeVpc', Resource: '*' }, 'is no action'],
  [
    'a type that it lacks',
    { Action: 'ec2:DeleteVpcEndpoints', Resource: 'arn:aws:ec2:*:1:subnet/*' },
    'no type',
  ],
  [
    'a key that it lacks',
    {
      Action: 'ec2:ModifyVpcEndpoint',
      Resource: 'arn:aws:ec2:*:1:vpc-endpoint/*',
      Condition: { StringLike: { 'ec2:VpceServiceName': '*.ssm' } },
    },
    'has no key ec2:VpceServiceName',
  ],
])('Given a statement with %s, Then it is found', async (_, statement, finding) => {
  expect((await referenceFindings('any', { Sid: 'Wrong', ...statement })).join()).toContain(finding);
});
