import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FIRST, makeFolder, runCommand } from './run-command.ts';

const cwd = await makeFolder();
const dhmc = (...args: string[]) => runCommand(args, { cwd });

describe('Given a rehearsed enforce whose state and snapshot were kept', () => {
  it('When it is rolled back, Then the table says what was put back, and dhmc diff finds no difference', async () => {
    await dhmc('rehearse', '--from', FIRST, '--mode', 'enforce', '--state', 'state', '--out', 'after');
    const [runId = ''] = await readdir(join(cwd, 'state/artifacts/runs'));
    const changed = await dhmc('diff', FIRST, 'after', '--output', 'json', '--detailed-exitcode');
    expect(changed.code).toBe(3);
    expect(JSON.parse(changed.stdout).counts).toEqual({ added: 27, removed: 0, changed: 0 });

    const of = ['--rollback-of', runId, '--state', 'state', '--out', 'back'];
    const back = await dhmc('rehearse', '--from', 'after', '--mode', 'rollback', ...of);
    expect(back.code).toBe(0);
    expect(back.stdout).toMatch(/Put back {2}27 changes/);
    expect(back.stdout).not.toContain('Left as it is');
    expect(await dhmc('diff', FIRST, 'back')).toMatchObject({ code: 0, stdout: 'no difference\n' });
  }, 60_000);
});
