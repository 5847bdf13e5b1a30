import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import { makeDemoOrganization } from '../../twin/make/demo.ts';
import { changesOf, type Organization, openOrganization } from './organization.ts';

/** Reasons of the account's enabled Regions after enforce, and the kinds of change that were applied. */
interface Expectation {
  name: string;
  status: string;
  reasons: string[];
  notes?: string[];
  applied?: string[];
}

const SET = Array<string>(3).fill('SetServiceSetting');
const ALL = ['CreateDhmcRole', 'AttachDhmcRolePolicy', ...SET];

const expectations: Expectation[] = [
  {
    name: 'management',
    status: 'NON_COMPLIANT',
    reasons: ['DHMC_ROLE_MISSING', 'SETTING_NOT_SET'],
    notes: ['ACCOUNT_ASSESSED_ONLY'],
  },
  { name: 'operator', status: 'COMPLIANT', reasons: [], applied: ALL },
  { name: 'suspended', status: 'SKIPPED', reasons: ['ACCOUNT_NOT_ACTIVE'] },
  { name: 'closed', status: 'SKIPPED', reasons: ['ACCOUNT_NOT_ACTIVE'] },
  { name: 'closing', status: 'SKIPPED', reasons: ['ACCOUNT_NOT_ACTIVE'] },
  { name: 'pending-activation', status: 'CONVERGING', reasons: ['ACCOUNT_NOT_READY'] },
  { name: 'fresh-account', status: 'CONVERGING', reasons: ['ACCOUNT_NOT_READY'] },
  { name: 'no-role', status: 'ERROR', reasons: ['ROLE_NOT_ASSUMABLE'] },
  { name: 'external-id-mismatch', status: 'ERROR', reasons: ['ROLE_NOT_ASSUMABLE'] },
  { name: 'trusts-another-account', status: 'ERROR', reasons: ['ROLE_NOT_ASSUMABLE'] },
  { name: 'narrow-reader', status: 'ERROR', reasons: ['ACCESS_DENIED'] },
  {
    name: 'no-writer',
    status: 'ERROR',
    reasons: ['DHMC_ROLE_MISSING', 'ROLE_NOT_ASSUMABLE', 'SETTING_NOT_SET'],
  },
  {
    name: 'scp-one-region',
    status: 'COMPLIANT',
    reasons: ['REGION_DENIED_BY_SCP'],
    applied: ALL.slice(0, 3),
  },
  {
    name: 'scp-forgets-account',
    status: 'COMPLIANT',
    reasons: ['REGION_DENIED_BY_SCP'],
    applied: ALL.slice(0, 3),
  },
  { name: 'scp-no-ssm-reads', status: 'NON_COMPLIANT', reasons: ['ACTION_DENIED_BY_SCP'] },
  {
    name: 'scp-no-create-role',
    status: 'NON_COMPLIANT',
    reasons: ['ACTION_DENIED_BY_SCP', 'DHMC_ROLE_MISSING', 'SETTING_NOT_SET'],
  },
  {
    name: 'scp-no-setting-writes',
    status: 'NON_COMPLIANT',
    reasons: ['ACTION_DENIED_BY_SCP', 'SETTING_NOT_SET'],
    applied: ALL.slice(0, 2),
  },
  { name: 'region-enabling', status: 'CONVERGING', reasons: ['REGION_ENABLING'], applied: ALL },
  { name: 'opt-in-region', status: 'COMPLIANT', reasons: [], applied: [...ALL, 'SetServiceSetting'] },
  { name: 'region-without-dhmc', status: 'COMPLIANT', reasons: ['DHMC_NOT_IN_REGION'], applied: ALL },
  { name: 'ours-trust-drifted', status: 'COMPLIANT', reasons: [], applied: ['SetDhmcRoleTrust'] },
  { name: 'ours-policy-detached', status: 'COMPLIANT', reasons: [], applied: ['AttachDhmcRolePolicy'] },
  { name: 'adopted-role', status: 'COMPLIANT', reasons: [], applied: SET },
  {
    name: 'foreign-trust-wrong',
    status: 'NON_COMPLIANT',
    reasons: ['DHMC_ROLE_TRUST_WRONG', 'SETTING_NOT_SET'],
  },
  {
    name: 'foreign-policy-missing',
    status: 'NON_COMPLIANT',
    reasons: ['DHMC_ROLE_POLICY_MISSING', 'SETTING_NOT_SET'],
  },
  { name: 'privileged-role', status: 'NON_COMPLIANT', reasons: ['DHMC_ROLE_PRIVILEGED', 'SETTING_NOT_SET'] },
  {
    name: 'privileged-inline',
    status: 'NON_COMPLIANT',
    reasons: ['DHMC_ROLE_PRIVILEGED', 'SETTING_NOT_SET'],
  },
  { name: 'privileged-in-use', status: 'NON_COMPLIANT', reasons: ['DHMC_ROLE_PRIVILEGED'] },
  { name: 'role-other-path', status: 'COMPLIANT', reasons: [], applied: SET },
  { name: 'half-done', status: 'COMPLIANT', reasons: [], applied: SET.slice(1) },
  { name: 'dangling-setting', status: 'COMPLIANT', reasons: [], applied: ALL.slice(0, 2) },
  { name: 'empty-setting', status: 'COMPLIANT', reasons: [], applied: ALL },
  { name: 'custom-role', status: 'COMPLIANT', reasons: [], notes: ['SETTING_FOREIGN_ROLE'] },
  {
    name: 'custom-role-one-region',
    status: 'COMPLIANT',
    reasons: [],
    notes: ['SETTING_FOREIGN_ROLE'],
    applied: ALL.slice(0, 4),
  },
  {
    name: 'quick-setup',
    status: 'COMPLIANT',
    reasons: [],
    notes: ['SETTING_FOREIGN_ROLE', 'SETTING_QUICK_SETUP_ROLE'],
  },
  { name: 'setting-role-missing', status: 'NON_COMPLIANT', reasons: ['SETTING_FOREIGN_ROLE_UNFIT'] },
  { name: 'setting-role-bad-trust', status: 'NON_COMPLIANT', reasons: ['SETTING_FOREIGN_ROLE_UNFIT'] },
  { name: 'setting-role-no-channels', status: 'NON_COMPLIANT', reasons: ['SETTING_FOREIGN_ROLE_UNFIT'] },
  { name: 'done', status: 'COMPLIANT', reasons: [] },
  { name: 'done-fleet', status: 'COMPLIANT', reasons: [] },
  { name: 'done-by-hand', status: 'COMPLIANT', reasons: [] },
  { name: 'payments-prod', status: 'COMPLIANT', reasons: [], applied: ALL },
  { name: 'data-test', status: 'NON_COMPLIANT', reasons: ['INSTANCE_UNMANAGED'], applied: ALL },
  {
    name: 'mobile-prod',
    status: 'NON_COMPLIANT',
    reasons: ['DNS_CUSTOM', 'INSTANCE_UNMANAGED'],
    applied: ALL,
  },
];

let organization: Organization;
let assessed: RunResult;
let enforced: RunResult;
let callsOfAssess: number;

beforeAll(async () => {
  organization = await openOrganization(makeDemoOrganization());
  assessed = await organization.run({ mode: 'assess' });
  callsOfAssess = organization.mutatingCalls();
  enforced = await organization.run();
}, 60_000);
afterAll(() => organization.close());

describe('given the demo organization', () => {
  it.each(expectations)('when it is enforced, then $name is $status with $reasons', (expected) => {
    const account = enforced.accounts.find((a) => a.name === expected.name);
    const targets = enforced.targets.filter((t) => t.accountId === account?.accountId);
    const own =
      expected.reasons.includes('DHMC_NOT_IN_REGION') || expected.reasons.includes('REGION_ENABLING');
    const seen = targets.filter((t) => own || t.region !== 'eu-south-2');
    expect({
      status: account?.status,
      reasons: [...new Set(seen.flatMap((t) => t.reasons))].sort(),
      notes: [...new Set(seen.flatMap((t) => t.notes))],
      applied: changesOf(enforced, account?.accountId ?? '')
        .filter((change) => change.endsWith(' APPLIED'))
        .map((change) => change.split(' ')[0]),
    }).toEqual({
      status: expected.status,
      reasons: expected.reasons,
      notes: expected.notes ?? [],
      applied: expected.applied ?? [],
    });
  });

  it('when it is assessed, then nothing is written to AWS', () => {
    expect(callsOfAssess).toBe(0);
    expect(assessed.coverage.accounts).toBe(60);
  });

  it('when it is assessed, then the plan is what enforce does', () => {
    const kinds = (result: RunResult) =>
      result.accounts
        .flatMap((a) => changesOf(result, a.accountId).map((change) => `${a.name} ${change.split(' ')[0]}`))
        .sort();
    expect(kinds(enforced)).toEqual(kinds(assessed));
  });

  it('when it is enforced again, then nothing is written and each account costs one write of the table', async () => {
    const before = organization.mutatingCalls();
    const again = await organization.run();
    const compliant = again.accounts.filter((a) => a.status === 'COMPLIANT').length;
    expect(again.coverage).toEqual(enforced.coverage);
    expect(compliant).toBeGreaterThan(30);
    // What is still tried is refused again: the role and the setting that policies of the organization deny.
    const refused = organization.mutatingCalls() - before;
    const calls = organization.twin.calls().calls.filter((call) => call.mutates && call.result === 'ok');
    expect(calls.reduce((sum, call) => sum + call.count, 0)).toBe(
      enforced.targets
        .concat()
        .flatMap((t) => t.changes)
        .filter((c) => c.outcome === 'APPLIED').length +
        enforced.accounts.flatMap((a) => a.changes).filter((c) => c.outcome === 'APPLIED').length,
    );
    expect(refused).toBe(4);
  }, 60_000);
});
