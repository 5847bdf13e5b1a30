import { describe, expect, it } from '@jest/globals';
import { makeFolder, runCommand } from './run-command.ts';

const folder = await makeFolder();
const ask = async (...words: string[]) =>
  (await runCommand(['__complete', '--', ...words], { cwd: folder })).stdout.split('\n').filter(Boolean);
const words = (lines: string[]) => lines.map((line) => line.split('\t')[0]);

describe('Given a shell that asks for completions', () => {
  it('When a command is begun, Then commands are offered with what they do, hidden ones left out', async () => {
    const offered = await ask('re');
    expect(words(offered)).toEqual(['rehearse', 'resume', 'report']);
    for (const line of offered) expect(line).toMatch(/^[a-z]+\t\S/);
    expect(words(await ask(''))).not.toContain('__complete');
  });

  it("When a flag is begun, Then the command's own and the program's are offered", async () => {
    expect(words(await ask('run', '--'))).toEqual(
      expect.arrayContaining(['--mode', '--plan', '--log-level']),
    );
    expect(words(await ask('diff', '--pl'))).toEqual([]);
  });

  it('When a flag or argument has a few values, Then they are offered', async () => {
    expect(await ask('run', '--mode', '')).toEqual(['assess', 'enforce', 'rollback']);
    expect(await ask('template', 'm')).toEqual(['member-role', 'management-role', 'member-events']);
  });

  it('When another shell is asked for, Then it is named with those that are known', async () => {
    const { code, stderr } = await runCommand(['completion', 'bsh'], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^dhmc: .*bsh.*bash, zsh, fish/)]);
  });
});
