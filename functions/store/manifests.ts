import type { Account } from '../core/model/primitives.ts';
import type { Artifacts, BatchRecord } from './contract.ts';

/** An account as a batch names it. */
export interface ManifestEntry extends Account {
  /** Its instances are looked at again, and nothing else is done (the check behind a wave). */
  observeOnly?: true;
  /** Of a settle pass: this run was here before, whoever was since. */
  again?: true;
}

export class ManifestMissingError extends Error {
  override readonly name = 'ManifestMissingError';
}

/** The accounts of a batch. */
export async function readManifest(
  records: { artifacts: Pick<Artifacts, 'getText' | 'bucket'> },
  batch: BatchRecord,
): Promise<Account[]> {
  const text = await records.artifacts.getText(batch.manifest);
  if (text === null) {
    throw new ManifestMissingError(
      `${records.artifacts.bucket}/${batch.manifest}: not found; was the artifact bucket emptied while the run was at work?`,
    );
  }
  return JSON.parse(text) as ManifestEntry[];
}
