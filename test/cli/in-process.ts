/** The real command in the process of the test: nothing is started, and several seconds a dozen calls are saved. */
import { tmpdir } from 'node:os';
import { runCommandLine } from '../../cli/program.ts';
import type { Ended, Surroundings } from './run-command.ts';

/** What a command of its own process would have: its folder, an environment that holds nothing else, its streams. */
export async function runHere(words: readonly string[], { cwd, env }: Surroundings): Promise<Ended> {
  const former = { cwd: process.cwd(), env: process.env };
  const text = { stdout: '', stderr: '' };
  const restore = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name];
    const write = stream.write;
    stream.write = ((part: string | Uint8Array) => {
      text[name] += String(part);
      return true;
    }) as typeof stream.write;
    return () => {
      stream.write = write;
    };
  });
  process.chdir(cwd);
  process.env = { HOME: cwd, TMPDIR: tmpdir(), AWS_EC2_METADATA_DISABLED: 'true', NO_COLOR: '1', ...env };
  try {
    return { code: await runCommandLine(words), ...text };
  } finally {
    for (const put of restore) put();
    process.chdir(former.cwd);
    process.env = former.env;
  }
}
