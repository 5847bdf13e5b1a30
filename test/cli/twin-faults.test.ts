import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ended, FIRST, makeFolder, runCommand, startCommand } from './run-command.ts';

const folder = await makeFolder();
const twin = (...flags: string[]) => runCommand(['twin', '--from', FIRST, ...flags], { cwd: folder });

describe('Given flags of the twin that are wrong', () => {
  it.each<[string, string | null, string[], string]>([
    [
      'a file of faults that is not there',
      null,
      ['--faults', 'faults.json'],
      '--faults faults.json: no such file; give one such as {"seed": 1, "faults": []}',
    ],
    ['a folder for a file', null, ['--faults', '.'], '--faults .: cannot be read (EISDIR)'],
    ['a file that is not JSON', '{"seed"', ['--faults', 'wrong.json'], '--faults wrong.json: is not JSON: '],
    [
      'a misfit in the file',
      '{"seed": 1, "faults": [{"match": {"nth": 0}, "effect": {"drop": "before"}}]}',
      ['--faults', 'wrong.json'],
      '--faults wrong.json: faults[0].match.nth: 0 is out of range; give 1 or more',
    ],
    [
      'throttling that is neither on nor off',
      null,
      ['--throttling', 'maybe'],
      '--throttling maybe: unknown (one of on, off)',
    ],
    ['a seed that is no number', null, ['--latency', 'slow'], 'expected a seed, a whole number'],
  ])('When there is %s, Then it exits with 2 and one line', async (_case, content, flags, message) => {
    if (content !== null) await writeFile(join(folder, 'wrong.json'), content);
    const { code, stdout, stderr } = await twin(...flags);
    expect(stderr).toContain(message);
    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
  });
});

describe('Given a file of faults', () => {
  it('When the twin serves, Then they are at work', async () => {
    const file = { seed: 3, faults: [{ match: { service: 'ssm' }, effect: { drop: 'after' }, times: 1 }] };
    await writeFile(join(folder, 'faults.json'), JSON.stringify(file));
    const child = startCommand(['twin', '--from', FIRST, '--faults', 'faults.json', '--latency', '5'], {
      cwd: folder,
    });
    const ending = ended(child);
    try {
      let printed = '';
      while (!printed.includes('AWS_REGION')) {
        const [text] = child.stdout ? await once(child.stdout, 'data') : [''];
        printed += text;
      }
      const url = /^export AWS_ENDPOINT_URL=(.*)$/m.exec(printed)?.[1];
      const faults = await (await fetch(`${url}/_twin/faults`)).json();
      expect(faults).toEqual({ seed: 3, faults: [{ ...file.faults[0], matched: 0, struck: 0 }] });
    } finally {
      child.kill('SIGINT');
    }
    expect((await ending).code).toBe(0);
  });
});
