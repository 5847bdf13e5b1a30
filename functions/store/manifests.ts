import type { Account } from '../core/model/primitives.ts';
import type { Artifacts, BatchRecord } from './contract.ts';
import { MANIFEST } from './record-shapes.ts';
import { parseStoredList } from './stored.ts';

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
  return parseStoredList(text, MANIFEST, `${records.artifacts.bucket}/${batch.manifest}`);
}
