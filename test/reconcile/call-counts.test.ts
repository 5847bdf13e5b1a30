import { afterEach, describe, expect, it } from '@jest/globals';
import type { CallCount } from '../../twin/calls.ts';
import { type Organization, openOrganization } from './organization.ts';
import { MEMBER, makeCompliant, makeSmallOrganization, OPERATOR } from './small-organization.ts';

let organization: Organization;
afterEach(() => organization.close());

const count = (calls: CallCount[]) => calls.reduce((sum, call) => sum + call.count, 0);
const names = (calls: CallCount[]) => [...new Set(calls.map((call) => call.operation))].sort();

describe('given one account that is compliant in 17 Regions without instances', () => {
  it('when it is reconciled, then it costs 5 calls for the account and 2 for each Region', async () => {
    organization = await openOrganization(
      makeSmallOrganization({ members: 1, regions: 17, shape: makeCompliant }),
    );
    const result = await organization.run({ scope: { accounts: [MEMBER] } });
    const { calls } = organization.twin.calls();
    const inside = calls.filter((call) => call.account === MEMBER);
    const entries = calls.filter((call) => call.account === OPERATOR && call.operation === 'AssumeRole');
    const regional = inside.filter((call) => ['ssm', 'ec2'].includes(call.service));
    const global = inside.filter((call) => !regional.includes(call));

    expect(result.coverage).toMatchObject({ accounts: 1, targets: 17, compliant: 17 });
    expect([count(entries), count(global), count(regional)]).toEqual([1, 4, 34]);
    expect(names(global)).toEqual(['GetRole', 'ListAttachedRolePolicies', 'ListRegions', 'ListRolePolicies']);
    expect(names(regional)).toEqual(['DescribeInstances', 'GetServiceSetting']);
  });
});

describe('given an account with everything to make in 4 Regions', () => {
  it('when it is enforced, then reader and writer are assumed once each', async () => {
    organization = await openOrganization(makeSmallOrganization({ members: 1, regions: 4 }));
    await organization.run({ scope: { accounts: [MEMBER] } });
    const { calls } = organization.twin.calls();
    expect(count(calls.filter((call) => call.operation === 'AssumeRole'))).toBe(2);
    expect(names(calls.filter((call) => call.mutates))).toEqual([
      'AttachRolePolicy',
      'CreateRole',
      'UpdateServiceSetting',
    ]);
  });
});
