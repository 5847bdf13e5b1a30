import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Features, keyOf } from '../infra/plain/features.ts';
import { readPackagedParts } from '../infra/plain/packaged-parts.ts';
import type { PlainParts } from '../infra/plain/parts.ts';
import { CommandFailedError } from './exit.ts';

/** Of the package; a checkout has the CDK, and makes what it needs. */
const FOLDER = fileURLToPath(new URL('../templates/', import.meta.url));
const WRITE_PARTS = fileURLToPath(new URL('../infra/plain/write-parts.ts', import.meta.url));

export async function withPlainParts<T>(features: Features, work: (parts: PlainParts) => T): Promise<T> {
  const packaged = readPackagedParts(FOLDER);
  if (packaged !== null) return work(packaged);
  const folder = await mkdtemp(join(tmpdir(), 'dhmc-templates-'));
  try {
    await promisify(execFile)(process.execPath, [WRITE_PARTS, folder, keyOf(features)]).catch(
      (error: Error & { stderr?: string }) => {
        const last = error.stderr?.trim().split('\n').at(-1) ?? '';
        throw new CommandFailedError(`the templates could not be made: ${last}`, { cause: error });
      },
    );
    const made = readPackagedParts(folder);
    if (made === null) throw new CommandFailedError('the templates could not be made');
    return work(made);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
