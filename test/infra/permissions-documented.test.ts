import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { evaluate } from '../../twin/iam/evaluate.ts';
import { EVENTS, ofType, type Synthesized, type SynthesizedTemplate, synthesize } from './synthesize.ts';

interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Every statement that grants something to a role, of the members' template in the StackSet too. */
function statementsOf({ service, memberRoles, events }: Synthesized): Statement[] {
  const [[, stackSet] = ['', undefined]] = ofType(memberRoles, 'AWS::CloudFormation::StackSet');
  const members: SynthesizedTemplate = JSON.parse(stackSet?.Properties.TemplateBody);
  return [service, memberRoles, members, ...events]
    .flatMap((template) => ofType(template, 'AWS::IAM::Role'))
    .flatMap(([, { Properties }]) => Properties.Policies)
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** Rows of docs/permissions.md: Sid -> the rest of its row. */
function documented(): Map<string, string> {
  const text = readFileSync('docs/permissions.md', 'utf8');
  return new Map(
    [...text.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, sid = '', rest = '']) => [sid, rest]),
  );
}

describe('Given every permission that the templates grant', () => {
  let synthesized: Synthesized;
  let statements: Statement[];
  const rows = documented();
  beforeAll(async () => {
    synthesized = await synthesize({ ...EVENTS, config: 'test/infra/foreign-topic.yaml' });
    statements = statementsOf(synthesized);
  }, 60_000);
  afterAll(() => synthesized?.remove());

  it('When it is looked up, Then docs/permissions.md has a row with each of its actions', () => {
    expect(statements.length).toBeGreaterThan(40);
    for (const { Sid = 'a statement without Sid', Action } of statements) {
      const row = rows.get(Sid);
      expect([Sid, row]).toEqual([Sid, expect.any(String)]);
      for (const action of list(Action))
        expect([Sid, row]).toEqual([Sid, expect.stringContaining(`\`${action}\``)]);
    }
  });

  it('When docs/permissions.md names one, Then it is granted', () => {
    const sids = new Set(statements.map(({ Sid }) => Sid));
    expect([...rows.keys()].filter((sid) => !sids.has(sid))).toEqual([]);
  });

  it('When an action is granted, Then by its name', () => {
    for (const { Action, Effect } of statements) {
      expect(Effect).toBe('Allow');
      for (const action of list(Action)) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z]+$/);
    }
  });

  it('When the topic is another account’s, Then its key may be used through SNS, for that topic alone', () => {
    const topic = 'arn:aws:sns:eu-west-1:111122223333:operations';
    const decide = (key: string, service: string, context: string) =>
      evaluate({
        action: 'kms:GenerateDataKey',
        resource: key,
        context: { 'kms:ViaService': service, 'kms:EncryptionContext:aws:sns:topicArn': context },
        identityPolicies: [
          { Version: '2012-10-17', Statement: statements.filter(({ Sid }) => Sid === 'EncryptForTopic') },
        ],
        permissionsBoundary: null,
        sessionPolicies: [],
        serviceControlPolicies: [],
      }).allowed;
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234';
    expect(decide(key, 'sns.eu-west-1.amazonaws.com', topic)).toBe(true);
    expect(decide(key, 's3.eu-west-1.amazonaws.com', topic)).toBe(false);
    expect(decide(key, 'sns.eu-west-1.amazonaws.com', `${topic}-2`)).toBe(false);
    expect(decide('arn:aws:kms:eu-west-1:444455556666:key/1', 'sns.eu-west-1.amazonaws.com', topic)).toBe(
      false,
    );
  });

  it('When a resource is everything, Then its row says why', () => {
    const everything = statements.filter(({ Resource }) => list(Resource).includes('*'));
    expect([...new Set(everything.map(({ Sid }) => Sid))].sort()).toEqual([
      'AssociateHubProfile',
      'AssociatePrivateDns',
      'BeginWatch',
      'CreateHubProfile',
      'CreateHubZone',
      'DeleteHubProfile',
      'DeliverLog',
      'DescribeCompute',
      'DescribeNetworks',
      'DescribeRegions',
      'DescribeVpcsForHubZones',
      'FillHubProfile',
      'ListHubZones',
      'ReadAssociations',
      'ReadConcurrencyQuota',
      'ReadHubProfiles',
      'ReadManagedNodes',
      'ReadNameResolution',
      'ReadOrganization',
      'ReadTransitGateways',
      'SendTraces',
      'ShareHubProfile',
      'TakeSnapshotOfHubs',
      'TakeSnapshotOfNetworks',
      'TakeSnapshotOfRoles',
      'TakeSnapshotOfZones',
    ]);
    for (const { Sid = '' } of everything) expect(rows.get(Sid)).toMatch(/`\*`: .+/);
  });
});
