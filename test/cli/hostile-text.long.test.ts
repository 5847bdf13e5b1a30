import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CLEAR_LINE, cleanForTerminal, OWN_ESCAPE, seal } from '../../cli/terminal/clean-output.ts';
import { toPlainJson } from '../../functions/report/foreign-text.ts';
import { FIRST, makeFolder, runCommand } from './run-command.ts';

const folder = await makeFolder();

/** A title, a bell, CSI by C1, a cleared screen, an override of the direction, a line over the line. */
const HOSTILE = '\u001b]0;owned\u0007\u009b2J\u001b[2J\u202eevil\u2066\r\u0085';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe('Given text of others', () => {
  it('When it is written to a terminal, Then control characters are shown, and only our own colors steer', () => {
    const text = `${seal('\u001b[31m')}${HOSTILE}${seal('\u001b[39m')}`;
    expect(cleanForTerminal(text)).toBe(
      '\u001b[31m\\u001b]0;owned\\u0007\\u009b2J\\u001b[2J\\u202eevil\\u2066\\u000d\\u0085\u001b[39m',
    );
    expect(cleanForTerminal(CLEAR_LINE)).toBe('\u001b[1G\u001b[K');
    expect(cleanForTerminal('a\tb\r\nc\n')).toBe('a\tb\r\nc\n');
    expect(OWN_ESCAPE).not.toContain('\u001b');
  });

  it('When it is JSON, Then it is escaped and reads back the same', () => {
    const text = toPlainJson({ [HOSTILE]: HOSTILE });
    expect(text).not.toMatch(STEERING);
    expect(JSON.parse(text)).toEqual({ [HOSTILE]: HOSTILE });
    expect(JSON.parse(cleanForTerminal(JSON.stringify(HOSTILE)))).toBe(HOSTILE);
  });
});

describe('Given an organization whose setting values, names and tags are hostile', () => {
  beforeAll(async () => {
    await cp(FIRST, join(folder, 'hostile'), { recursive: true });
    const names = await readdir(join(folder, 'hostile'), { recursive: true });
    for (const name of names.filter((each) => each.endsWith('.json'))) {
      const file = join(folder, 'hostile', name);
      const text = await readFile(file, 'utf8');
      const poisoned = text.replace(
        /("(?:GroupName|SettingValue|Value|Description)": ")([^"]*)"/g,
        (_all, key: string, value: string) => `${key}${value}${JSON.stringify(HOSTILE).slice(1, -1)}"`,
      );
      await writeFile(file, poisoned);
    }
  });

  it.each<[string, ...string[]]>([
    ['rehearse', '--from', 'hostile', '--mode', 'enforce'],
    ['rehearse', '--from', 'hostile', '--mode', 'enforce', '--output', 'json'],
    ['plan', '--from', 'hostile'],
    ['diff', FIRST, 'hostile'],
    ['diff', FIRST, 'hostile', '--output', 'json'],
    ['accounts', '--from', 'hostile'],
    ['explain', '--from', 'hostile', '111111111111', 'eu-west-1', `i-${HOSTILE}`],
    ['report', '--run', HOSTILE],
  ])('When dhmc %s writes, Then nothing steers the terminal', async (...args) => {
    const { stdout, stderr } = await runCommand(args, { cwd: folder });
    expect(stdout + stderr).not.toBe('');
    expect(stdout).not.toMatch(STEERING);
    expect(stderr).not.toMatch(STEERING);
    if (args.includes('json')) JSON.parse(stdout);
  });
});
