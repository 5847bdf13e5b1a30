/** The real command in the process of the test: nothing is started, and several seconds a dozen calls are saved. */
import { tmpdir } from 'node:os';
import { PassThrough } from 'node:stream';
import { runCommandLine } from '../../cli/program.ts';
import type { Twin } from '../../twin/start.ts';
import type { Ended, Surroundings } from './run-command.ts';

/** A person at a terminal, who types this answer. */
interface Person {
  answer?: string;
}

/** What a command in a separate process would have: its folder, an environment that holds nothing else, its streams. */
export async function runHere(
  words: readonly string[],
  { cwd, env, answer }: Surroundings & Person,
): Promise<Ended> {
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
  if (answer !== undefined) restore.push(...sitDown(answer));
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

/** Standard input and error are terminals. */
function sitDown(answer: string): (() => void)[] {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  input.write(answer);
  return [replace(process, 'stdin', input), replace(process.stderr, 'isTTY', true)];
}

function replace(owner: object, name: string, value: unknown): () => void {
  const former = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true });
  return () => {
    if (former === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, former);
  };
}

/** What `dhmc twin` prints as export lines. */
export function environmentOf({ url, operator }: Twin): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
    AWS_SESSION_TOKEN: operator.sessionToken,
    AWS_REGION: operator.region,
  };
}
