import { afterEach, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import { addMemberRoles } from '../../twin/make/iam.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { accountOf, changesOf, type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeCompliant, makeSmallOrganization, OPERATOR } from './small-organization.ts';

let organization: Organization;
afterEach(() => organization.close());

const writes = () => organization.twin.calls().calls.filter((call) => call.mutates && call.result === 'ok');
const written = () => writes().reduce((sum, call) => sum + call.count, 0);
const MEMBERS = 3;
const REGIONS = 4;
/** Role, policy and one setting a Region. */
const CHANGES_OF_ONE = 2 + REGIONS;

describe('given a fresh account whose roles arrive while the run waits', () => {
  it('when it is enforced, then a settle pass makes it compliant in the same run', async () => {
    const joinedAt = '2026-11-19T22:00:00+00:00';
    const snapshot = makeSmallOrganization({ members: 1, regions: REGIONS, joinedAt, memberRoles: false });
    const statuses: string[] = [];
    organization = await openOrganization(snapshot, (progress) => {
      if (progress.kind === 'account') statuses.push(progress.result.status);
      const account = organization.twin.state.account(MEMBER);
      if (progress.kind !== 'waiting' || !account || account.Iam.RoleDetailList.length > 0) return;
      addMemberRoles(account, { operatorId: OPERATOR, privilege: 'least' });
    });
    const result = await organization.run({ scope: { accounts: [MEMBER] } });
    expect(statuses).toEqual(['CONVERGING', 'COMPLIANT']);
    expect(accountOf(result, MEMBER).status).toBe('COMPLIANT');
    expect(changesOf(result, MEMBER)).toHaveLength(CHANGES_OF_ONE);
  });

  it('when it is only assessed, then the run does not wait for it', async () => {
    const joinedAt = '2026-11-19T22:00:00+00:00';
    const kinds: string[] = [];
    organization = await openOrganization(
      makeSmallOrganization({ members: 1, regions: REGIONS, joinedAt, memberRoles: false }),
      (progress) => kinds.push(progress.kind),
    );
    const result = await organization.run({ mode: 'assess', scope: { accounts: [MEMBER] } });
    expect(accountOf(result, MEMBER)).toMatchObject({ status: 'CONVERGING', reasons: ['ACCOUNT_NOT_READY'] });
    expect(kinds).not.toContain('waiting');
  });
});

describe('given an account whose lease another invocation holds', () => {
  const hold = (seconds: number) => {
    const now = organization.twin.state.clock.now();
    const until = new Date(now.getTime() + seconds * 1000);
    return organization.state.store.takeLease(MEMBER, 'someone-else', now, until);
  };

  it('when it is enforced until the lease runs out, then a later pass takes it over', async () => {
    const reasons: string[][] = [];
    organization = await openOrganization(makeSmallOrganization({ members: 1, regions: 1 }), (progress) => {
      if (progress.kind === 'account') reasons.push(progress.result.targets[0]?.reasons ?? []);
    });
    await hold(120);
    const result = await organization.run({ scope: { accounts: [MEMBER] } });
    expect(reasons).toEqual([['LEASE_HELD'], ['LEASE_HELD'], []]);
    expect(accountOf(result, MEMBER).status).toBe('COMPLIANT');
  });

  it('when the lease is never given back, then the account is converging and nothing was written', async () => {
    organization = await openOrganization(makeSmallOrganization({ members: 1, regions: 1 }));
    await hold(86_400);
    const result = await organization.run({ scope: { accounts: [MEMBER] } });
    expect(targetOf(result, MEMBER, 'us-east-1')).toMatchObject({
      status: 'CONVERGING',
      reasons: ['LEASE_HELD'],
    });
    expect(written()).toBe(0);
  });

  it('when it is assessed, then the lease is no hindrance', async () => {
    organization = await openOrganization(
      makeSmallOrganization({ members: 1, regions: 1, shape: makeCompliant }),
    );
    await hold(86_400);
    const result = await organization.run({ mode: 'assess', scope: { accounts: [MEMBER] } });
    expect(accountOf(result, MEMBER).status).toBe('COMPLIANT');
  });
});

describe('given two enforce runs at once on the same accounts', () => {
  it('then each change is made once, and both runs hold every account', async () => {
    organization = await openOrganization(makeSmallOrganization({ members: MEMBERS, regions: REGIONS }));
    const results = await Promise.all([organization.run(), organization.run()]);
    expect(written()).toBe(MEMBERS * CHANGES_OF_ONE);
    for (const result of results)
      expect(result.coverage).toMatchObject({ accounts: MEMBERS + 2, converging: 0 });
    // The run that holds the organization's lease makes the changes; the other becomes an assess and says so.
    const enforced = results.filter(({ coverage }) => coverage.compliant === (MEMBERS + 2) * REGIONS);
    const held = results.filter(({ targets }) =>
      targets.some(({ notes }) => notes.includes('RUN_IN_PROGRESS')),
    );
    expect(enforced.length).toBeGreaterThan(0);
    expect(held).toHaveLength(1);
    const applied = results.flatMap((result) =>
      result.accounts.flatMap((a) => changesOf(result, a.accountId)).filter((c) => c.endsWith('APPLIED')),
    );
    expect(applied).toHaveLength(MEMBERS * CHANGES_OF_ONE);
  });
});

describe('given a scheduled run that an on-demand run of one account overlaps', () => {
  it('then one of them enforces, the other assesses, and neither fails', async () => {
    organization = await openOrganization(makeSmallOrganization({ members: MEMBERS, regions: 2 }));
    const [scheduled, asked] = await Promise.all([
      organization.run({ trigger: 'schedule' }),
      organization.run({ trigger: 'on-demand', scope: { accounts: [MEMBER] } }),
    ]);
    // Whichever came first holds the lease of the organization.
    expect([1 * (2 + 2), MEMBERS * (2 + 2)]).toContain(written());
    expect([scheduled.status, asked.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    const enforced = [scheduled, asked].filter((result) => accountOf(result, MEMBER).status === 'COMPLIANT');
    expect(enforced.length).toBeGreaterThan(0);
    expect(asked.coverage.accounts).toBe(1);
  });
});

describe('given two enforce runs at once on 20 accounts whose VPCs lack a path', () => {
  it('then no endpoint or group is there twice, and both runs hold every account', async () => {
    const members = 20;
    let region = '';
    organization = await openOrganization(
      makeSmallOrganization({
        members,
        regions: 1,
        shape: (account, [only = '']) => {
          region = only;
          const instances = [{ name: 'web', running: true }];
          addNetwork(account, only, { shape: 'isolated', name: 'v', octet: 9, instances });
        },
      }),
    );
    const configuration = {
      endpoints: 'provision' as const,
      instancesCount: false,
      settle: { passes: 3, waitSeconds: [150] },
    };
    const results = await Promise.all([
      organization.run({}, configuration),
      organization.run({}, configuration),
    ]);
    const ids = Array.from({ length: members }, (_, index) => String(Number(MEMBER) + index));
    for (const id of ids) {
      const { Ec2 } = organization.twin.state.region(id, region);
      const services = Ec2.VpcEndpoints.map(({ ServiceName }: Piece) => ServiceName.split('.').at(-1)).sort();
      expect([id, services, Ec2.SecurityGroups.length]).toEqual([
        id,
        ['ec2messages', 'ssm', 'ssmmessages'],
        2,
      ]);
    }
    for (const { coverage } of results) {
      expect(coverage).toMatchObject({ accounts: members + 2, targets: members + 2 });
    }
    expect(results.map(({ coverage }) => coverage.compliant)).toContain(members + 2);
    // What one run made is in one result, and nothing that was made is in none.
    const applied = results.flatMap(({ targets, accounts }) =>
      [...accounts, ...targets].flatMap(({ changes }) =>
        changes.filter(({ outcome }) => outcome === 'APPLIED').map(({ id }) => id),
      ),
    );
    expect(applied).toHaveLength(members * 8);
    expect(new Set(applied).size).toBe(members * 8);
  }, 60_000);
});

describe('given an account that an enforce has just made compliant', () => {
  it('when it is enforced a second time, then one item of the table is written', async () => {
    organization = await openOrganization(makeSmallOrganization({ members: 1, regions: REGIONS }));
    await organization.run({ scope: { accounts: [MEMBER] } });
    const { store } = organization.state;
    const items: number[] = [];
    const recordAccount = store.recordAccount.bind(store);
    store.recordAccount = async (...record) => {
      const count = await recordAccount(...record);
      items.push(count);
      return count;
    };
    await organization.run({ scope: { accounts: [MEMBER] } });
    expect(items).toEqual([1]);
  });
});

describe('given accounts whose role is made in this run', () => {
  it('when Systems Manager does not know it yet, then one Region of each alone is refused while all wait', async () => {
    // Roles are known after 5 to 15 s, and tried first after 10: of six, some are refused.
    const members = 6;
    organization = await openOrganization(makeSmallOrganization({ members, regions: 8 }));
    await organization.run({});
    const refused = organization.twin
      .calls()
      .calls.filter(({ operation, result }) => operation === 'UpdateServiceSetting' && result !== 'ok');
    const regionsOf = Map.groupBy(refused, ({ account }) => account);
    expect(regionsOf.size).toBeGreaterThan(0);
    for (const [account, calls] of regionsOf)
      expect([account, new Set(calls.map(({ region }) => region)).size]).toEqual([account, 1]);
    expect(written()).toBe(members * (2 + 8));
  });
});
