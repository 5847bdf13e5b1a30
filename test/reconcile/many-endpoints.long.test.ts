import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeCompliant, makeSmallOrganization } from './small-organization.ts';

/** Enough that one pass within the buckets is too short; 40 were tried in 6 passes. */
const VPCS = 16;
let organization: Organization;
let result: RunResult;
let seconds: number;
let region: string;

beforeAll(async () => {
  organization = await openOrganization(
    makeSmallOrganization({
      members: 1,
      regions: 1,
      shape: (account, [only = '']) => {
        region = only;
        makeCompliant(account, [only]);
        for (let index = 0; index < VPCS; index += 1) {
          const instances = [{ name: `web-${index}`, running: true }];
          addNetwork(account, only, {
            shape: 'isolated',
            name: `vpc-${index}`,
            octet: 20 + index,
            instances,
          });
        }
      },
    }),
    undefined,
    { throttling: true },
  );
  const began = organization.twin.state.clock.now().getTime();
  result = await organization.run(
    { scope: { accounts: [MEMBER] } },
    {
      endpoints: 'provision',
      maxMonthlyUsd: 10_000,
      settle: { passes: 6, waitSeconds: [60, 60, 60, 60, 1_800] },
    },
  );
  seconds = (organization.twin.state.clock.now().getTime() - began) / 1000;
}, 240_000);
afterAll(() => organization.close());

describe(`given ${VPCS} VPCs without egress in one account, when they are enforced`, () => {
  it('then every endpoint is there, made within the documented buckets', () => {
    const target = targetOf(result, MEMBER, region);
    const made = target.changes.filter(({ kind }) => kind === 'CreateInterfaceEndpoint');
    expect(target).toMatchObject({ status: 'COMPLIANT', reasons: [] });
    expect(made.map(({ outcome }) => outcome)).toEqual(Array(3 * VPCS).fill('APPLIED'));
    // 4 at once, then 0.3 a second: 44 more take 146 s at least.
    expect(seconds).toBeGreaterThanOrEqual((3 * VPCS - 4) / 0.3);
  });

  it('then no change was throttled', async () => {
    const { calls } = organization.twin.calls();
    const throttled = calls.filter((call) => call.mutates && /Throttl|LimitExceeded/.test(call.result));
    const run = await organization.state.store.getRun(result.runId);
    const passes = run?.batches.length ?? 0;
    process.stderr.write(`${VPCS} VPCs: ${passes} passes, ${Math.round(seconds)} s of the twin's clock\n`);
    expect(throttled).toEqual([]);
    // Five that make endpoints, and one that finds the agents Online.
    expect(passes).toBeLessThanOrEqual(6);
  });
});
