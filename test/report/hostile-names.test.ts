import { describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import { writeReport } from '../../functions/report/formats.ts';
import { account, HOSTILE_NAMES, source, target, textOf } from './builders.ts';

const names = Object.values(HOSTILE_NAMES);
const accounts = names.map((name, index) => {
  const accountId = String(100000000001 + index);
  return account({
    accountId,
    name,
    targets: [
      target({
        accountId,
        status: 'NON_COMPLIANT',
        reasons: ['SETTING_NOT_SET'],
        findings: [{ code: 'SETTING_NOT_SET', subject: name, sentence: `${name} is not set.` }],
        instances: {
          running: 1,
          stopped: 0,
          managed: 0,
          byVerdict: {},
          hybridNodes: 0,
          expiredActivations: [],
          verdicts: [
            {
              instanceId: `i-${name}`,
              verdict: 'AGENT_SILENT',
              reason: null,
              credentialSource: 'DHMC',
              advice: name,
            },
          ],
        },
      }),
    ],
  });
});

/** Embeddings, overrides and isolates. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/;

describe('Given names that try to get out of their field', () => {
  it.each(['csv', 'instances-csv'] as const)(
    'When %s is written, Then each row is one line, no cell is a formula and nothing turns the direction',
    async (format) => {
      const text = await textOf(writeReport(format, source(accounts)));
      const lines = text.split(/[\r\n\u2028\u2029\u0085]+/).filter((line) => line !== '');
      expect(lines).toHaveLength(1 + names.length);
      for (const line of lines) expect(line).not.toMatch(/(^|,)"?\s*[=+@\t-]/);
      expect(text).not.toMatch(TURNS);
      expect(text).toContain('W'.repeat(200));
    },
  );

  it('When json is written, Then it parses to the very same names and shows no raw break or turn', async () => {
    const text = await textOf(writeReport('json', source(accounts)));
    expect((JSON.parse(text) as RunResult).accounts.map(({ name }) => name)).toEqual(names);
    expect(text).not.toMatch(TURNS);
    expect(text).not.toMatch(/[\u2028\u2029]/);
  });

  it.each(['asff', 'ocsf'] as const)(
    'When %s is written, Then every line parses, and no text breaks or turns',
    async (format) => {
      const run = source(accounts);
      const place = { partition: 'aws', operatorAccountId: '111122223333', homeRegion: 'us-east-1' };
      const text = await textOf(writeReport(format, { ...run, summary: { ...run.summary, place } }));
      const lines = text.trimEnd().split('\n');
      for (const line of lines) {
        const texts = textsOf(JSON.parse(line));
        expect(texts.filter((one) => /[\r\n\u2028\u2029]/.test(one) || TURNS.test(one))).toEqual([]);
      }
      expect(text).not.toMatch(TURNS);
    },
  );

  it('When html is written, Then no name becomes markup, also inside JSON', async () => {
    const text = await textOf(writeReport('html', source(accounts)));
    const broken = ['<script>alert', '<img', '<svg onload', '<!--'].filter((markup) => text.includes(markup));
    expect(broken).toEqual([]);
    expect(text.includes('<bdi>abc\u202egpj.exe')).toBe(true);
    expect(text.match(/<script/g)).toHaveLength(text.match(/<\/script>/g)?.length ?? 0);
  });
});

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
