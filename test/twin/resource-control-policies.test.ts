/** Resource control policies: inherited as SCPs are, on the side of the resource. Source: orgs_manage_policies_rcps. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { credentialsOf } from '../../twin/agents/credentials.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { enter, startFirst } from './first-organization.ts';

const [MEMBER, OTHER] = ['100000000012', '100000000018'];
const PEOPLE = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };
const FULL: Piece = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
const DENY: Piece = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sts:AssumeRole',
  Resource: '*',
  Condition: PEOPLE,
};

let twin: Twin | undefined;
afterEach(async () => {
  await twin?.close();
  twin = undefined;
});

/** The snapshot with the statement as a resource control policy of the target that `choose` names. */
async function serve(statement: Piece, choose: (snapshot: Snapshot) => string, Status = 'ENABLED') {
  twin = await startFirst({
    change(snapshot) {
      const { organization } = snapshot;
      organization.Roots[0]?.PolicyTypes.push({ Type: 'RESOURCE_CONTROL_POLICY', Status });
      for (const [Id, Statement, TargetId] of [
        ['p-RCPFullAWSAccess', FULL, organization.Roots[0]?.Id],
        ['p-rcp', statement, choose(snapshot)],
      ] as const) {
        organization.Policies.push({
          PolicySummary: { Id, Arn: `arn:${Id}`, Name: Id, Type: 'RESOURCE_CONTROL_POLICY' },
          Content: JSON.stringify({ Version: '2012-10-17', Statement: [Statement] }),
          Targets: [{ TargetId }],
        });
      }
    },
  });
  return twin;
}

const rootOf = ({ organization }: Snapshot) => String(organization.Roots[0]?.Id);

describe('Given a resource control policy that denies sts:AssumeRole', () => {
  it.each([
    ['the root', rootOf],
    ['the account of the role', () => MEMBER],
  ])('When it is attached to %s, Then the denial names it', async (_where, choose) => {
    await expect(enter(await serve(DENY, choose), MEMBER)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(
        /is not authorized to perform: sts:AssumeRole on resource: \S+ with an explicit deny in a resource control policy$/,
      ),
    });
  });

  const others: [string, Piece, (snapshot: Snapshot) => string, string][] = [
    ['it is attached to another account', DENY, () => OTHER, 'ENABLED'],
    ['it is attached to the account of the caller alone', DENY, () => '100000000002', 'ENABLED'],
    ['the root has not enabled the type', DENY, rootOf, 'PENDING_DISABLE'],
    [
      'its condition spares principals of the organization',
      { ...DENY, Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorg1' } } },
      rootOf,
      'ENABLED',
    ],
    ['it denies what STS does not ask', { ...DENY, Action: 's3:*' }, rootOf, 'ENABLED'],
  ];
  it.each(others)('When %s, Then the role is assumed', async (_what, statement, choose, status) => {
    const credentials = await enter(await serve(statement, choose, status), MEMBER);
    expect(credentials.accessKeyId).toMatch(/^ASIA/);
  });
});

describe('Given the role of default host management and a resource control policy of its account', () => {
  const account = '100000000015';
  const source = async (statement: Piece) => {
    const { state } = await serve(statement, () => account);
    const [instance] = state.region(account, 'ap-northeast-1').Ec2.Instances;
    return credentialsOf(state, account, 'ap-northeast-1', instance, '3.3.0.0');
  };

  it('When it spares AWS services, Then agents get the role; When it spares none, Then they do not', async () => {
    expect(await source(DENY)).toMatchObject({ source: 'DHMC' });
    await twin?.close();
    // the confused-deputy policy of AWS's examples spares services that act for the organization
    const deputy = (organizationId: string) => ({
      ...DENY,
      Condition: {
        StringNotEqualsIfExists: { 'aws:SourceOrgID': organizationId },
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
        Null: { 'aws:SourceArn': 'false' },
      },
    });
    expect(await source(deputy('o-exampleorg1'))).toMatchObject({ source: 'DHMC' });
    await twin?.close();
    expect(await source(deputy('o-another'))).toMatchObject({ source: 'NONE' });
    await twin?.close();
    expect(await source({ ...DENY, Condition: undefined })).toMatchObject({
      source: 'NONE',
      why: 'a resource control policy denies ssm.amazonaws.com to assume role ops/CustomSsm',
    });
  });
});
