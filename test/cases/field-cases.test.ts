import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { openOrganization } from '../reconcile/organization.ts';
import { differencesOf, readExpectations } from './expectations.ts';

const FOLDER = 'test/fixtures/cases';
/** Cases about what enforce does; all others are assessed. */
const ENFORCED: readonly string[] = ['boundary-org', 'hidden-actions'];

describe('Given a small organization from the field', () => {
  it('when an expectation does not hold, then it is named', async () => {
    const folder = `${FOLDER}/two-blocks`;
    const organization = await openOrganization(await readSnapshot(`${folder}/snapshot`));
    try {
      const result = await organization.run({ mode: 'assess' }, { regions: ['ap-northeast-1'] });
      const wrong = {
        status: 'COMPLIANT',
        reasons: ['DNS_CUSTOM'],
        endpoints: ['ssm'],
        path: { 'vpc-none': 'NONE' },
      };
      const differences = differencesOf(result, { expect: { 300000000001: { 'ap-northeast-1': wrong } } });
      expect(differences.map((line) => line.split(': ')[1]?.split(' ')[0])).toEqual([
        'status',
        'reasons',
        'endpoints',
        'path',
      ]);
    } finally {
      await organization.close();
    }
  });

  it.each(readdirSync(FOLDER).sort())(
    'when %s is rehearsed, then it says what an expert says',
    async (name) => {
      const folder = `${FOLDER}/${name}`;
      const configuration = parseConfiguration(
        readFileSync(`${folder}/config.json`, 'utf8'),
        `${folder}/config.json`,
      );
      const organization = await openOrganization(await readSnapshot(`${folder}/snapshot`));
      try {
        const mode = ENFORCED.includes(name) ? 'enforce' : 'assess';
        const result = await organization.run({ mode }, configuration);
        expect(differencesOf(result, readExpectations(folder))).toEqual([]);
      } finally {
        await organization.close();
      }
    },
    60_000,
  );
});
