/** The manifest of exported reports, and what signs it. */
import type { RunId, Timestamp } from './primitives.ts';

export interface ManifestEntry {
  /** Relative to the manifest, with `/`. */
  name: string;
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
}

export interface Manifest {
  schemaVersion: 1;
  runId: RunId;
  organizationId: string | null;
  createdAt: Timestamp;
  files: ManifestEntry[];
}

/** `ECDSA_SHA_256` of KMS: over the SHA-256 of the manifest's bytes, DER encoded, base64. */
export interface ManifestSignature {
  algorithm: 'ECDSA_SHA_256';
  keyId: string;
  signature: string;
}

/** Signs the bytes of a manifest. */
export type SignManifest = (manifest: string) => Promise<ManifestSignature>;
