import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type FaultFile, FaultFileError, parseFaults } from '../../twin/faults-file.ts';
import { CommandFailedError, EXIT, UsageError } from '../exit.ts';
import { openSnapshot, openTwin } from '../runs/rehearsal.ts';
import { countOf } from '../terminal/style.ts';

interface TwinFlags {
  from: string;
  port: number;
  pages: 'small' | 'aws';
  faults?: string;
  throttling: 'on' | 'off';
  /** Seed. */
  latency?: number;
}

/** Serves until SIGINT or SIGTERM. What it prints on standard output can be sourced by a shell. */
export async function twin({ from, port, pages, ...flags }: TwinFlags): Promise<number> {
  const faults = flags.faults === undefined ? undefined : await readFaults(flags.faults);
  const snapshot = await openSnapshot(from);
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const options = {
    snapshot,
    port,
    pages,
    faults,
    throttling: flags.throttling === 'on',
    latency: flags.latency === undefined ? undefined : { seed: flags.latency },
  };
  const served = await openTwin(options, from).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EACCES' ? 'may not be used' : 'is in use';
    throw new CommandFailedError(`port ${port} of 127.0.0.1 ${why}; give another with --port, or 0 for any`);
  });
  const { accountId, region, accessKeyId, secretAccessKey, sessionToken } = served.operator;
  const { Organization, Accounts } = snapshot.organization;
  const lines = [
    `# ${served.url} serves ${Organization.Id}: ${countOf(Accounts.length, 'account')} in ${countOf(served.state.regions.length, 'Region')}`,
    `# credentials of the operator account ${accountId}; control: ${served.url}/_twin/{snapshot,calls,faults,clock,sessions/expire,reset}`,
    `export AWS_ENDPOINT_URL=${served.url}`,
    `export AWS_ACCESS_KEY_ID=${accessKeyId}`,
    `export AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    `export AWS_SESSION_TOKEN=${sessionToken}`,
    `export AWS_REGION=${region}`,
    // The AWS CLI reads this one only.
    `export AWS_DEFAULT_REGION=${region}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (!interrupted.signal.aborted) await once(interrupted.signal, 'abort');
  await served.close();
  return EXIT.finished;
}

async function readFaults(file: string): Promise<FaultFile> {
  let json: string;
  try {
    json = await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    throw new UsageError(
      code === 'ENOENT'
        ? `--faults ${file}: no such file; give one such as {"seed": 1, "faults": []}`
        : `--faults ${file}: cannot be read (${code})`,
    );
  }
  try {
    return parseFaults(json);
  } catch (error) {
    if (!(error instanceof FaultFileError)) throw error;
    throw new UsageError(`--faults ${file}: ${error.message}`, { cause: error });
  }
}
