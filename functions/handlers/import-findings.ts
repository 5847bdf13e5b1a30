/**
 * ImportFindings (optional): a run's report in ASFF has come into the bucket, and Security Hub of the
 * operator account gets its findings. Repeated delivery is harmless: a finding's id is its target.
 */
import { connectFindingsImporter, type ImportFindings } from '../aws/findings-importer.ts';
import type { Artifacts } from '../store/contract.ts';
import { lambdaRecords, type Records } from './records.ts';

/** EventBridge's `Object Created` of S3 (S3 user guide, ev-events); only what is used. */
export interface ImportFindingsEvent {
  detail: { bucket: { name: string }; object: { key: string } };
}

export interface ImportFindingsOutput {
  accepted: number;
}

/** Security Hub refused some: the others are imported, and the invocation counts as failed. */
export class FindingsRefusedError extends Error {
  override readonly name = 'FindingsRefusedError';
}

const KEY = /^reports\/[^/]+\/findings\.asff\.jsonl$/;

export function createImportFindings(
  { artifacts, log }: Pick<Records, 'log'> & { artifacts: Artifacts },
  importFindings: ImportFindings,
) {
  return async (event: ImportFindingsEvent): Promise<ImportFindingsOutput> => {
    const key = reportOf(event, artifacts.bucket);
    let accepted = 0;
    let refused = 0;
    for await (const line of artifacts.readLines(key)) {
      const imported = await importFindings(line);
      accepted += imported.accepted;
      refused += imported.refused.length;
      for (const { id, code } of imported.refused) log.warn('finding refused', { id, code });
    }
    log.info('findings imported', { key, accepted, refused });
    if (refused > 0) {
      throw new FindingsRefusedError(
        `Security Hub refused ${refused} of ${accepted + refused} findings of ${key}; the log names each`,
      );
    }
    return { accepted };
  };
}

/** @throws {TypeError} for an event that is not about a report in this bucket */
function reportOf(event: ImportFindingsEvent, bucket: string): string {
  const { name } = event.detail.bucket;
  const { key } = event.detail.object;
  if (name !== bucket || !KEY.test(key))
    throw new TypeError(`s3://${name}/${key} is no report in ASFF of this service`);
  return key;
}

export const handler = (event: ImportFindingsEvent) => {
  const { environment, records } = lambdaRecords();
  return createImportFindings(records, connectFindingsImporter(environment.homeRegion))(event);
};
