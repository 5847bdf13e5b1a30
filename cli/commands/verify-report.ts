import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest, ManifestEntry } from '../../functions/core/model/report-manifest.ts';
import {
  isSignedBy,
  MANIFEST_FILE,
  parseManifest,
  parsePublicKey,
  parseSignature,
  SIGNATURE_FILE,
} from '../../functions/report/manifest.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { OutputFormat } from '../flags.ts';

interface VerifyFlags {
  folder: string;
  publicKey?: string;
  output: OutputFormat;
}

interface Verification {
  runId: string;
  files: { name: string; state: 'INTACT' | 'CHANGED' | 'MISSING' }[];
  /** Files beside the manifest that it does not name. */
  unlisted: string[];
  signature: 'VALID' | 'INVALID' | 'NOT_CHECKED' | 'NONE';
  intact: boolean;
}

/**
 * Whether the reports in a folder are the ones that the run wrote. Without a public key the signature is
 * not checked, and sums alone prove nothing against someone who can write the manifest too: it says so.
 */
export async function verifyReport({ folder, ...flags }: VerifyFlags): Promise<number> {
  const text = await readAs(
    join(folder, MANIFEST_FILE),
    'no manifest of reports; name the folder that holds it',
  );
  const manifest = refuse(join(folder, MANIFEST_FILE), () => parseManifest(text));
  const signature = await checkSignature(folder, text, flags.publicKey);
  const files = await Promise.all(
    manifest.files.map(async (file) => ({ name: file.name, state: await stateOf(folder, file) })),
  );
  const verification: Verification = {
    runId: manifest.runId,
    files,
    unlisted: await listOthers(folder, manifest),
    signature,
    intact: signature !== 'INVALID' && files.every(({ state }) => state === 'INTACT'),
  };
  print(verification, flags);
  return verification.intact ? EXIT.finished : EXIT.failed;
}

async function checkSignature(
  folder: string,
  manifest: string,
  publicKey: string | undefined,
): Promise<Verification['signature']> {
  const path = join(folder, SIGNATURE_FILE);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) {
    if (publicKey === undefined) return 'NONE';
    throw new UsageError(`${path}: there is no signature to check; leave --public-key out`);
  }
  if (publicKey === undefined) return 'NOT_CHECKED';
  const pem = await readAs(publicKey, 'no public key there; name a PEM file with --public-key');
  const key = refuse(publicKey, () => parsePublicKey(pem));
  const signature = refuse(path, () => parseSignature(text));
  return isSignedBy(manifest, signature, key) ? 'VALID' : 'INVALID';
}

async function stateOf(folder: string, file: ManifestEntry): Promise<Verification['files'][number]['state']> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(join(folder, file.name))) hash.update(chunk as Buffer);
  } catch {
    return 'MISSING';
  }
  return hash.digest('hex') === file.sha256 ? 'INTACT' : 'CHANGED';
}

async function listOthers(folder: string, manifest: Manifest): Promise<string[]> {
  const known = new Set([MANIFEST_FILE, SIGNATURE_FILE, ...manifest.files.map(({ name }) => name)]);
  const names = await readdir(folder);
  return names.filter((name) => !known.has(name)).sort();
}

function print(verification: Verification, { output, publicKey }: Omit<VerifyFlags, 'folder'>): void {
  if (output === 'json') {
    process.stdout.write(`${JSON.stringify(verification, null, 2)}\n`);
    return;
  }
  const { files, unlisted, signature, intact, runId } = verification;
  const lines = [
    ...files.map(({ name, state }) => `${state.padEnd(8)}  ${name}`),
    ...unlisted.map((name) => `${'UNLISTED'.padEnd(8)}  ${name}`),
    '',
    signatureLine(signature, publicKey),
    intact ? `Reports of ${runId}: intact.` : `Reports of ${runId}: NOT as the run wrote them.`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function signatureLine(signature: Verification['signature'], publicKey: string | undefined): string {
  switch (signature) {
    case 'VALID':
      return `The manifest is signed with the key of ${publicKey}.`;
    case 'INVALID':
      return `The manifest's signature is NOT of the key of ${publicKey}.`;
    case 'NOT_CHECKED':
      return 'The manifest is signed; give --public-key to check by whom (aws kms get-public-key).';
    case 'NONE':
      return 'The manifest is not signed: sums show damage, not forgery.';
  }
}

async function readAs(path: string, otherwise: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => {
    throw new UsageError(`${path}: ${otherwise}`);
  });
}

export function refuse<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
