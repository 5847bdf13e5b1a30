import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { makeFolder, runCommand } from './run-command.ts';

const folder = await makeFolder();

describe('Given bash', () => {
  it('When it sources the script, Then it completes', async () => {
    const { stdout: script } = await runCommand(['completion', 'bash'], { cwd: folder });
    const asked = `${script}
dhmc() { printf 'rehearse\\twhat it is\\nreport\\t\\n'; }
COMP_WORDS=(dhmc rep) COMP_CWORD=1; _dhmc; printf '%s' "\${COMPREPLY[*]}"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', asked]);
    expect(stdout).toBe('report');
  });
});
