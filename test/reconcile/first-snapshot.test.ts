import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { accountOf, changesOf, type Organization, openOrganization, targetOf } from './organization.ts';

const OURS = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
const TOKYO = 'ap-northeast-1';
const VIRGINIA = 'us-east-1';
/** What `endpoints: report`, the default, says of the network and of the instances that it leaves unmanaged. */
const WITHOUT_PATH: Record<string, string[]> = {
  12: ['INSTANCE_UNMANAGED', 'NO_PATH_TO_SSM'],
  13: ['DNS_CUSTOM', 'INSTANCE_UNMANAGED'],
  14: ['ENDPOINT_SG_BLOCKS_443', 'INSTANCE_UNMANAGED'],
};
const MADE = [
  'CreateDhmcRole APPLIED',
  'AttachDhmcRolePolicy APPLIED',
  'SetServiceSetting APPLIED',
  'SetServiceSetting APPLIED',
];

let organization: Organization;
let first: RunResult;
let mutatingCalls: number;

beforeAll(async () => {
  organization = await openOrganization(await readSnapshot('test/fixtures/snapshots/first'));
  first = await organization.run();
  mutatingCalls = organization.mutatingCalls();
});
afterAll(() => organization.close());

describe('given the first snapshot, when it is enforced', () => {
  it('then every account has one target in every Region, and coverage adds up', () => {
    const { coverage, targets } = first;
    const { compliant, nonCompliant, converging, skipped, error } = coverage;
    expect([coverage.accounts, coverage.targets, targets.length]).toEqual([12, 36, 36]);
    expect(compliant + nonCompliant + converging + skipped + error).toBe(36);
    // Besides the management account: the Regions of 12, 13 and 14 without a way to Systems Manager.
    expect(coverage).toMatchObject({ compliant: 14, nonCompliant: 5, converging: 0, skipped: 14, error: 3 });
  });

  it('then the management account is judged and not changed', () => {
    const planned = MADE.map((change) => change.replace('APPLIED', 'PLANNED'));
    expect(changesOf(first, '100000000001')).toEqual(planned);
    expect(targetOf(first, '100000000001', TOKYO)).toMatchObject({
      status: 'NON_COMPLIANT',
      reasons: ['DHMC_ROLE_MISSING', 'SETTING_NOT_SET'],
    });
  });

  it.each(['02', '11', '12', '13', '14', '16'])(
    'then account ...%s gets its role and both settings',
    (id) => {
      const accountId = `1000000000${id}`;
      expect(changesOf(first, accountId)).toEqual(MADE);
      for (const region of [TOKYO, VIRGINIA]) {
        const reasons = region === TOKYO ? (WITHOUT_PATH[id] ?? []) : [];
        expect(targetOf(first, accountId, region)).toMatchObject({
          status: reasons.length > 0 ? 'NON_COMPLIANT' : 'COMPLIANT',
          reasons,
          setting: { desired: OURS, observed: OURS },
        });
      }
    },
  );

  it('then a sound role of another team is kept and noted', () => {
    expect(changesOf(first, '100000000015')).toEqual([]);
    expect(targetOf(first, '100000000015', TOKYO)).toMatchObject({
      status: 'COMPLIANT',
      notes: ['SETTING_FOREIGN_ROLE'],
      setting: { observed: 'ops/CustomSsm' },
    });
  });

  it('then a suspended account is skipped in every Region', () => {
    expect(accountOf(first, '100000000017')).toMatchObject({
      status: 'SKIPPED',
      reasons: ['ACCOUNT_NOT_ACTIVE'],
    });
  });

  it('then the Region that a service control policy denies is skipped, and the other one enforced', () => {
    expect(targetOf(first, '100000000018', VIRGINIA)).toMatchObject({
      status: 'SKIPPED',
      reasons: ['REGION_DENIED_BY_SCP'],
    });
    expect(targetOf(first, '100000000018', TOKYO).status).toBe('COMPLIANT');
  });

  it('then an account without member roles is an error, and only that', () => {
    expect(accountOf(first, '100000000019')).toMatchObject({
      status: 'ERROR',
      reasons: ['ROLE_NOT_ASSUMABLE'],
    });
  });

  it('then a compliant account has no change', () => {
    expect(changesOf(first, '100000000020')).toEqual([]);
    expect(accountOf(first, '100000000020').status).toBe('COMPLIANT');
  });

  it('then a disabled Region is skipped wherever the account can be entered', () => {
    const skipped = first.targets.filter(
      (t) => t.region === 'eu-south-2' && t.reasons.includes('REGION_NOT_ENABLED'),
    );
    expect(skipped).toHaveLength(10);
  });

  it('then each change is in the journal as done, with its inverse', async () => {
    const journal = await organization.state.store.listJournal('100000000011');
    expect(journal.map((entry) => [entry.kind, entry.status, entry.inverse?.kind])).toEqual([
      ['CreateDhmcRole', 'DONE', 'DeleteDhmcRole'],
      ['AttachDhmcRolePolicy', 'DONE', 'DetachDhmcRolePolicy'],
      ['SetServiceSetting', 'DONE', 'ResetServiceSetting'],
      ['SetServiceSetting', 'DONE', 'ResetServiceSetting'],
    ]);
  });

  it('when it is enforced again, then nothing is written', async () => {
    const before = organization.mutatingCalls();
    const second = await organization.run();
    expect(organization.mutatingCalls() - before).toBe(0);
    expect(second.coverage).toEqual(first.coverage);
    expect(mutatingCalls).toBeGreaterThan(0);
  });
});
