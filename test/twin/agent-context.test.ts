/** Condition keys of agents' calls, seen through a service control policy that denies them. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { inspectAgent } from '../../twin/agents/agents.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { copySnapshot } from '../../twin/snapshot/defaults.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { createState } from '../../twin/state.ts';
import { FIRST } from './first-organization.ts';

const ACCOUNT = '100000000016';
const TOKYO = 'ap-northeast-1';
const INSTANCE = 'i-270a33b47948bfd1a';

let first: Snapshot;
let vpcId: string;

beforeAll(async () => {
  first = await readSnapshot(FIRST);
  const account = first.accounts.get(ACCOUNT);
  const instances: Piece[] = account?.Regions[TOKYO]?.Ec2.Instances ?? [];
  const instance = instances.find(({ InstanceId }) => InstanceId === INSTANCE) ?? {};
  instance.Tags = [{ Key: 'tier', Value: 'web' }];
  vpcId = instance.VpcId;
  for (const role of account?.Iam.RoleDetailList ?? []) role.Tags = [{ Key: 'team', Value: 'red' }];
});

/** Where the credentials come from in an account whose SCP denies registering under that condition. */
function sourceUnder(Condition: Piece): string {
  const snapshot = copySnapshot(first);
  const Statement = [{ Effect: 'Deny', Action: 'ssm:UpdateInstanceInformation', Resource: '*', Condition }];
  snapshot.organization.Policies.push({
    PolicySummary: { Id: 'p-denial', Type: 'SERVICE_CONTROL_POLICY', Name: 'denial' },
    Content: JSON.stringify({ Version: '2012-10-17', Statement }),
    Targets: [{ TargetId: ACCOUNT }],
  });
  return inspectAgent(createState(snapshot), ACCOUNT, TOKYO, INSTANCE).credentialSource;
}

describe('Given an instance with a profile and an SCP that denies it to register', () => {
  it.each<[string, () => Piece, string]>([
    [
      'the role is delivered by IMDSv1',
      () => ({ NumericLessThan: { 'ec2:RoleDelivery': '2.0' } }),
      'INSTANCE_PROFILE',
    ],
    ['the role is delivered by IMDSv2', () => ({ NumericEquals: { 'ec2:RoleDelivery': '2.0' } }), 'NONE'],
    [
      'the instance is in another VPC',
      () => ({ StringNotEquals: { 'aws:Ec2InstanceSourceVpc': vpcId } }),
      'INSTANCE_PROFILE',
    ],
    ['the role has the tag', () => ({ StringEquals: { 'aws:PrincipalTag/team': 'red' } }), 'NONE'],
    [
      'the role has another tag',
      () => ({ StringEquals: { 'aws:PrincipalTag/team': 'blue' } }),
      'INSTANCE_PROFILE',
    ],
    ['the instance has the tag', () => ({ StringEquals: { 'aws:ResourceTag/tier': 'web' } }), 'NONE'],
    ['it is late', () => ({ DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }), 'NONE'],
    [
      'credentials are old',
      () => ({ DateLessThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:00Z' } }),
      'INSTANCE_PROFILE',
    ],
    ['it is no service', () => ({ Bool: { 'aws:ViaAWSService': 'false' } }), 'NONE'],
    [
      'the session is that of the instance',
      () => ({ StringLike: { 'aws:userid': `*:${INSTANCE}` } }),
      'NONE',
    ],
  ])('When %s, Then so it is', (_, condition, source) => {
    expect(sourceUnder(condition())).toBe(source);
  });
});
