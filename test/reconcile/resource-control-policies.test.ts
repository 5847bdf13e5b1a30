/** Resource control policies: one that denies the member role, and those that concern what Systems Manager may assume. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { accountOf, type Organization, openOrganization } from './organization.ts';
import { MEMBER, makeCompliant, makeSmallOrganization } from './small-organization.ts';

const GUARDED = String(Number(MEMBER) + 1);

let organization: Organization;
afterEach(() => organization.close());

describe('given a resource control policy of one account that denies sts:AssumeRole', () => {
  it('when all accounts are assessed, then that one cannot be entered because of it, and the others are', async () => {
    const snapshot = makeSmallOrganization({ members: 2, regions: 1, shape: makeCompliant });
    const { Roots, Policies } = snapshot.organization;
    Roots[0]?.PolicyTypes.push({ Type: 'RESOURCE_CONTROL_POLICY', Status: 'ENABLED' });
    const denial = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' };
    Policies.push({
      PolicySummary: { Id: 'p-guard', Arn: 'arn:guard', Name: 'guard', Type: 'RESOURCE_CONTROL_POLICY' },
      Content: JSON.stringify({ Version: '2012-10-17', Statement: [denial] }),
      Targets: [{ TargetId: GUARDED }],
    });
    organization = await openOrganization(snapshot);
    const result = await organization.run({ mode: 'assess' }, { instancesCount: false });
    const guarded = accountOf(result, GUARDED);
    expect([guarded.status, guarded.reasons]).toEqual(['ERROR', ['ROLE_NOT_ASSUMABLE']]);
    expect(JSON.stringify(guarded.findings)).toMatch(/A resource control policy denies that the member role/);
    expect(accountOf(result, MEMBER).status).toBe('COMPLIANT');
  });
});

describe('given resource control policies that deny how Systems Manager assumes roles', () => {
  const denial = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' };
  const policyOf = (Id: string, TargetId: string, Condition: object) => ({
    PolicySummary: { Id, Arn: `arn:${Id}`, Name: Id, Type: 'RESOURCE_CONTROL_POLICY' },
    Content: JSON.stringify({ Version: '2012-10-17', Statement: [{ ...denial, Condition }] }),
    Targets: [{ TargetId }],
  });

  it('when accounts are assessed, then a denied one is red, an undocumented key is a note, and a guard is neither', async () => {
    const snapshot = makeSmallOrganization({ members: 3, regions: 1, shape: makeCompliant });
    const { Roots, Policies } = snapshot.organization;
    const root = Roots[0];
    root?.PolicyTypes.push({ Type: 'RESOURCE_CONTROL_POLICY', Status: 'ENABLED' });
    const UNDOCUMENTED = String(Number(MEMBER) + 2);
    Policies.push(
      policyOf('p-denies', GUARDED, { StringEquals: { 'aws:SourceAccount': GUARDED } }),
      policyOf('p-unclear', UNDOCUMENTED, {
        IpAddress: { 'aws:SourceIp': '198.51.100.0/24' },
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
      }),
      policyOf('p-guard', root?.Id ?? '', {
        StringNotEqualsIfExists: { 'aws:SourceOrgID': snapshot.organization.Organization.Id },
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
      }),
    );
    organization = await openOrganization(snapshot);
    const result = await organization.run({ mode: 'assess' }, { instancesCount: false });
    const seen = (accountId: string) =>
      result.targets
        .filter((target) => target.accountId === accountId)
        .map(({ status, reasons, notes }) => [status, reasons, notes]);
    expect(seen(GUARDED)).toEqual([['NON_COMPLIANT', ['DHMC_ROLE_DENIED'], []]]);
    expect(JSON.stringify(accountOf(result, GUARDED).findings)).toMatch(
      /resource control policy p-denies \(p-denies\) denies ssm\.amazonaws\.com sts:AssumeRole/,
    );
    expect(seen(UNDOCUMENTED)).toEqual([['COMPLIANT', [], ['DHMC_ROLE_TRUST_CONDITIONAL']]]);
    expect(seen(MEMBER)).toEqual([['COMPLIANT', [], []]]);
  });
});
