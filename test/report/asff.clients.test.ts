import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { ASFF_BATCH, asffFinding, renderAsff } from '../../functions/report/asff.ts';
import { account as anAccount, source, textOf } from './builders.ts';
import { account, CONTEXT, NASTY, STATUSES, target, withPlace } from './finding-targets.ts';

/** By botocore's model, which is not the SDK's. */
function validateAsff(lines: Iterable<string>): { findings: number; problems: string[] } {
  const script = new URL('validate-asff.py', import.meta.url).pathname;
  const { stdout, stderr } = spawnSync('python3', [script], { input: [...lines].join(''), encoding: 'utf8' });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe("findings in botocore's model of Security Hub", () => {
  it('Given targets of every status and nasty names, When written as ASFF, Then the Security Hub model takes all', () => {
    const findings = ['payments', ...NASTY].flatMap((name) =>
      STATUSES.map((status) =>
        asffFinding(target(status, `${name} `.repeat(300), 200), account(name), CONTEXT),
      ),
    );
    expect(validateAsff([`${JSON.stringify({ Findings: findings.slice(0, ASFF_BATCH) })}\n`])).toEqual({
      findings: findings.length,
      problems: [],
    });
  });

  it('Given a finding without a title, When validated, Then the model refuses it', () => {
    const { Title: _title, ...rest } = asffFinding(target('COMPLIANT'), account(), CONTEXT);
    expect(validateAsff([`${JSON.stringify({ Findings: [rest] })}\n`]).problems[0]).toContain('Title');
  });

  it('Given 130 accounts with two targets each, When written, Then the model takes every line', async () => {
    const accounts = Array.from({ length: 130 }, (_, index) =>
      anAccount({ accountId: String(100000000011 + index) }),
    );
    const lines = (await textOf(renderAsff(withPlace(source(accounts))))).trimEnd().split('\n');
    expect(validateAsff(lines.map((line) => `${line}\n`))).toEqual({ findings: 260, problems: [] });
  });
});
