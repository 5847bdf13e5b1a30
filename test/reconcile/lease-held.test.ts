import { afterEach, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import { addDhmcRole, DHMC_POLICY } from '../../twin/make/iam.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeSmallOrganization } from './small-organization.ts';

let organization: Organization;
afterEach(() => organization.close());

describe('given an account whose role is privileged, which no run repairs, and a VPC without egress', () => {
  it('when a process that ended holds the lease still, then a later pass of the run makes the endpoints', async () => {
    let region = '';
    organization = await openOrganization(
      makeSmallOrganization({
        members: 1,
        regions: 1,
        shape: (account, regions) => {
          region = regions[0] ?? '';
          addDhmcRole(account, { ours: true, managed: [DHMC_POLICY, 'AdministratorAccess'] });
          const instances = [{ name: 'web', running: true }];
          addNetwork(account, region, { shape: 'isolated', name: 'v', octet: 9, instances });
        },
      }),
    );
    const { state, twin } = organization;
    const now = twin.state.clock.now();
    await state.store.takeLease(MEMBER, 'a process that ended', now, new Date(now.getTime() + 120_000));
    const result = await organization.run(
      { scope: { accounts: [MEMBER] } },
      { endpoints: 'provision', settle: { passes: 3, waitSeconds: [150] } },
    );
    expect(targetOf(result, MEMBER, region).reasons).toEqual(
      expect.arrayContaining(['DHMC_ROLE_PRIVILEGED', 'SETTING_NOT_SET']),
    );
    expect(targetOf(result, MEMBER, region).reasons).not.toContain('LEASE_HELD');
    const { VpcEndpoints }: Piece = twin.state.region(MEMBER, region).Ec2;
    expect(VpcEndpoints).toHaveLength(3);
  }, 30_000);
});
