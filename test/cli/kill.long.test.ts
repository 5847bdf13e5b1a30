import { describe, expect, it } from '@jest/globals';
import { FIRST, makeFolder, runCommand } from './run-command.ts';

const cwd = await makeFolder();
const dhmc = (...args: string[]) => runCommand([...args, '--state', 'state'], { cwd });
const rehearse = (mode: string) =>
  dhmc('rehearse', '--from', FIRST, '--accounts', '100000000011', '--mode', mode);
const enforce = () => rehearse('enforce');

describe('Given a state folder', () => {
  it('When the kill switch is thrown, Then enforce changes nothing and says who and why, until it is lifted', async () => {
    expect(await dhmc('kill', 'on', '--why', 'x')).toMatchObject({ code: 2 });
    await rehearse('assess');
    expect(await dhmc('kill', 'status')).toMatchObject({ code: 0, stdout: 'kill switch: off\n' });
    expect(await dhmc('kill', 'on')).toMatchObject({ code: 2, stderr: expect.stringContaining('--why') });
    const on = await dhmc('kill', 'on', '--why', 'incident 4711');
    expect(on.stdout).toMatch(/^kill switch: on since \S+, by \S+: incident 4711\n/);
    expect((await dhmc('kill', 'on', '--why', 'another')).stdout).toBe(on.stdout);

    const held = await enforce();
    expect(held.code).toBe(0);
    expect(held.stdout).toContain('Held back');
    expect(held.stdout).toContain('incident 4711');
    expect(held.stdout).not.toContain('applied');

    expect(await dhmc('kill', 'off')).toMatchObject({ code: 0, stdout: 'kill switch: off\n' });
    expect((await enforce()).stdout).toContain('applied');
  }, 60_000);
});
