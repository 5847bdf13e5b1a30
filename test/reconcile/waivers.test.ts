import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { renderRun } from '../../cli/terminal/run-report.ts';
import { terminalOf } from '../../cli/terminal/style.ts';
import type { Waiver } from '../../functions/core/model/configuration.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { accountOf, type Organization, openOrganization, targetOf } from './organization.ts';

const TOKYO = 'ap-northeast-1';
const ISOLATED = '100000000012';

let organization: Organization;
beforeAll(async () => {
  organization = await openOrganization(await readSnapshot('test/fixtures/snapshots/first'));
});
afterAll(() => organization.close());

describe('given a VPC without a path, and waivers in the configuration, when the organization is assessed', () => {
  it('then what is waived does not count, each waiver is listed, and what ended counts again', async () => {
    const waiver = { account: ISOLATED, owner: 'net-team', why: 'no egress by design' };
    const day = (days: number) =>
      new Date(organization.twin.state.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
    const waivers: Waiver[] = [
      { ...waiver, code: 'SETTING_NOT_SET', until: day(90) },
      { ...waiver, code: 'DHMC_ROLE_MISSING', until: day(90) },
      { ...waiver, code: 'NO_PATH_TO_SSM', region: TOKYO, until: day(10) },
      { ...waiver, code: 'DNS_CUSTOM', account: '100000000013', until: day(-3) },
    ];
    const result = await organization.run({ mode: 'assess' }, { waivers, instancesCount: false });
    const target = targetOf(result, ISOLATED, TOKYO);
    expect([target.status, target.reasons]).toEqual([
      'COMPLIANT',
      ['WAIVED:DHMC_ROLE_MISSING', 'WAIVED:NO_PATH_TO_SSM', 'WAIVED:SETTING_NOT_SET'],
    ]);
    expect(target.vpcs.map(({ reasons }) => reasons)).toEqual([['WAIVED:NO_PATH_TO_SSM']]);
    expect(accountOf(result, ISOLATED).reasons).toContain('WAIVED:DHMC_ROLE_MISSING');
    expect(targetOf(result, '100000000013', TOKYO).reasons).toContain('DNS_CUSTOM');
    expect(result.waivers?.map(({ code, state }) => [code, state])).toEqual([
      ['DNS_CUSTOM', 'ENDED'],
      ['NO_PATH_TO_SSM', 'ABOUT_TO_END'],
      ['SETTING_NOT_SET', 'IN_FORCE'],
      ['DHMC_ROLE_MISSING', 'IN_FORCE'],
    ]);
    const shown = renderRun(terminalOf(process.stdout), result);
    expect(shown).toContain('Waivers that ended or are about to');
    expect(shown).toContain(`DNS_CUSTOM  ended ${day(-3)}`);
    expect(shown).toContain(`NO_PATH_TO_SSM  ends ${day(10)}, in 10 days`);

    // In the table as well: a compliant target leaves the index of those that are not.
    const stored = await organization.state.store.getTargets(ISOLATED);
    expect(stored.find(({ region }) => region === TOKYO)?.status).toBe('COMPLIANT');
  });
});
