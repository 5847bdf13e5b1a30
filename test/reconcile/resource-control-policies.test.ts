/** A resource control policy that denies the member role is named as such, and stops nothing elsewhere. */
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
