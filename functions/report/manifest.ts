/**
 * What proves that reports are the ones that a run wrote: the SHA-256 of each, in a manifest that can be
 * signed. The signature is detached, so that the manifest stays what it is byte for byte.
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Manifest, ManifestEntry, ManifestSignature } from '../core/model/report-manifest.ts';

export const MANIFEST_FILE = 'manifest.json';
export const SIGNATURE_FILE = 'manifest.signature.json';

/** The bytes that are hashed and signed. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

export function sha256Of(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** @throws {Error} where it is no manifest, saying what it lacks. */
export function parseManifest(text: string): Manifest {
  const manifest = parseJson(text);
  if (manifest.schemaVersion !== 1) throw new Error('schemaVersion is not 1');
  const { files } = manifest;
  if (!Array.isArray(files)) throw new Error('files is no list');
  for (const [index, file] of files.entries()) {
    if (!isEntry(file)) throw new Error(`files[${index}] has no name, bytes and sha256`);
    if (!isInside(file.name)) throw new Error(`files[${index}].name leads out of the folder`);
  }
  return manifest as unknown as Manifest;
}

/** @throws {Error} where it is no signature. */
export function parseSignature(text: string): ManifestSignature {
  const { algorithm, keyId, signature } = parseJson(text);
  if (algorithm !== 'ECDSA_SHA_256') throw new Error('algorithm is not ECDSA_SHA_256');
  if (typeof keyId !== 'string' || typeof signature !== 'string')
    throw new Error('keyId or signature is missing');
  return { algorithm, keyId, signature };
}

/**
 * PEM, or the base64 of DER as `aws kms get-public-key --query PublicKey --output text` prints it.
 *
 * @throws {Error} where it is neither.
 */
export function parsePublicKey(text: string): KeyObject {
  if (text.includes('-----BEGIN')) return createPublicKey(text);
  return createPublicKey({ key: Buffer.from(text.trim(), 'base64'), format: 'der', type: 'spki' });
}

export function isSignedBy(manifest: string, { signature }: ManifestSignature, key: KeyObject): boolean {
  return verify(
    'sha256',
    Buffer.from(manifest),
    { key, dsaEncoding: 'der' },
    Buffer.from(signature, 'base64'),
  );
}

function parseJson(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error('it is no object');
  return value as Record<string, unknown>;
}

function isEntry(file: unknown): file is ManifestEntry {
  if (typeof file !== 'object' || file === null) return false;
  const { name, bytes, sha256 } = file as Record<string, unknown>;
  return typeof name === 'string' && typeof bytes === 'number' && /^[0-9a-f]{64}$/.test(String(sha256));
}

function isInside(name: string): boolean {
  return !/^[/\\]|^[A-Za-z]:/.test(name) && !name.split(/[/\\]/).includes('..');
}
