import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import type { Credentials } from './first-organization.ts';

const run = promisify(execFile);

/** Runs `aws ...` against the twin; resolves with its JSON, rejects with its standard error as the message. */
export async function runAwsCli(
  args: string[],
  { twin, credentials, region }: { twin: Twin; credentials: Credentials; region: string },
): Promise<Piece> {
  const env = {
    PATH: process.env.PATH,
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
  try {
    const { stdout } = await run('aws', [...args, '--output', 'json'], { env });
    return JSON.parse(stdout === '' ? 'null' : stdout);
  } catch (error) {
    throw new Error(String((error as { stderr?: string }).stderr ?? error).trim(), { cause: error });
  }
}
