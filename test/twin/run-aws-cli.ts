import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { afterAll } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import type { Credentials } from './first-organization.ts';

/**
 * Runs `aws` commands, one a line of standard input, each in its own process that is forked from this one: the
 * CLI's modules are imported once instead of with every command.
 */
const SCRIPT = `
import json, os, sys, tempfile
import awscli.clidriver, awscli.handlers
for line in sys.stdin:
    asked = json.loads(line)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            code = 255
            try:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                data = os.environ["AWS_DATA_PATH"]  # set by the import
                os.environ.clear()
                os.environ.update(asked["env"], AWS_DATA_PATH=data)
                sys.argv = ["aws", *asked["args"]]
                code = awscli.clidriver.main()
            except BaseException as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    print(json.dumps({"code": status, "stdout": texts[0], "stderr": texts[1]}), flush=True)
`;

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

let python: ChildProcessWithoutNullStreams | undefined;
let lines: Interface | undefined;
/** One command after another, as lines and answers are matched by their order. */
let last: Promise<unknown> = Promise.resolve();

afterAll(() => {
  python?.kill();
  python = undefined;
});

function run(args: string[], env: Record<string, string>): Promise<Ended> {
  const started = last.then(async () => {
    python ??= spawn('python3', ['-c', SCRIPT], { stdio: 'pipe' });
    python.stderr.pipe(process.stderr);
    lines ??= createInterface(python.stdout);
    const answer = new Promise<string>((resolve, reject) => {
      lines?.once('line', resolve);
      python?.once('close', () => reject(new Error('python3 ended before its answer')));
    });
    python.stdin.write(`${JSON.stringify({ args, env })}\n`);
    return JSON.parse(await answer) as Ended;
  });
  last = started.catch(() => undefined);
  return started;
}

/** Runs `aws ...` against the twin; resolves with its JSON, rejects with its standard error as the message. */
export async function runAwsCli(
  args: string[],
  { twin, credentials, region }: { twin: Twin; credentials: Credentials; region: string },
): Promise<Piece> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    AWS_ENDPOINT_URL: twin.url,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
  const { code, stdout, stderr } = await run([...args, '--output', 'json'], env);
  if (code !== 0) throw new Error(stderr.trim());
  return JSON.parse(stdout === '' ? 'null' : stdout);
}
