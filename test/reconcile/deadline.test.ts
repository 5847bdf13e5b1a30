import { afterEach, describe, expect, it } from '@jest/globals';
import type { AccountResult } from '../../functions/core/model/result.ts';
import { artifactKeys } from '../../functions/store/contract.ts';
import { enforceThrough } from './composed-run.ts';
import { accountOf, changesOf, type Organization, openOrganization } from './organization.ts';
import { MEMBER, makeSmallOrganization } from './small-organization.ts';

let organization: Organization;
afterEach(() => organization.close());

const REGIONS = 3;

describe('given an invocation whose time is nearly up', () => {
  it('when it begins, then its Regions are deferred and a settle pass finishes them in the same run', async () => {
    organization = await openOrganization(makeSmallOrganization({ members: 1, regions: REGIONS }));
    const passes: string[][] = [];
    const result = await enforceThrough(organization, async (event, handOn) => {
      const ours = event.account.accountId === MEMBER;
      await handOn(event, ours && passes.length === 0 ? 10_000 : undefined);
      if (!ours) return;
      const text = await organization.state.artifacts.getText(artifactKeys.account(event.runId, MEMBER));
      const { targets } = JSON.parse(text ?? '{}') as AccountResult;
      passes.push([...new Set(targets.flatMap((target) => target.reasons))]);
    });
    expect(passes).toEqual([['DEFERRED'], []]);
    expect(accountOf(result, MEMBER).status).toBe('COMPLIANT');
    expect(changesOf(result, MEMBER)).toHaveLength(2 + REGIONS);
  });
});

describe('given a request that AWS refuses because of a skewed clock', () => {
  it('when it is a read and when it is a write, then the run ends as without it', async () => {
    organization = await openOrganization(makeSmallOrganization({ members: 1, regions: REGIONS }));
    const skewed = { code: 'RequestTimeTooSkewed', message: 'The difference is too large.', status: 403 };
    const strike = (operation: string) => ({
      match: { operation, nth: 1 },
      effect: { error: skewed },
      times: 1,
    });
    organization.twin.setFaults({
      seed: 1,
      faults: [strike('GetServiceSetting'), strike('UpdateServiceSetting'), strike('CreateRole')],
    });
    const result = await organization.run({ scope: { accounts: [MEMBER] } });
    expect(organization.twin.faults().faults.map((fault) => fault.struck)).toEqual([1, 1, 1]);
    expect(accountOf(result, MEMBER).status).toBe('COMPLIANT');
    const written = organization.twin.calls().calls.filter((call) => call.mutates && call.result === 'ok');
    expect(written.reduce((sum, call) => sum + call.count, 0)).toBe(2 + REGIONS);
  });
});

describe('given sessions that expire in the middle of a run', () => {
  it('when the account is looked at, then a later pass enters it anew', async () => {
    organization = await openOrganization(makeSmallOrganization({ members: 1, regions: REGIONS }));
    const expired = { code: 'ExpiredTokenException', message: 'The security token is expired', status: 400 };
    organization.twin.setFaults({
      seed: 1,
      faults: [
        { match: { account: MEMBER, service: 'ssm', nth: 1 }, effect: { error: expired }, times: REGIONS },
      ],
    });
    const result = await organization.run({ scope: { accounts: [MEMBER] } });
    expect(accountOf(result, MEMBER).status).toBe('COMPLIANT');
  });
});
