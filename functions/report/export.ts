/** The reports that a finished run leaves in the artifacts, below `reports/<run>/`, with a manifest of their sums. */
import { createHash } from 'node:crypto';
import type { RunId } from '../core/model/primitives.ts';
import type { Manifest, ManifestEntry, SignManifest } from '../core/model/report-manifest.ts';
import { type Artifacts, artifactKeys } from '../store/contract.ts';
import { REPORT_FORMATS, type ReportFormat, writeReport } from './formats.ts';
import { MANIFEST_FILE, manifestText, SIGNATURE_FILE } from './manifest.ts';
import type { ReportSource } from './source.ts';

export interface ExportSettings {
  formats: readonly ReportFormat[];
  /** null: not signed. */
  sign: SignManifest | null;
}

/**
 * One report after another, each streamed. The manifest comes last: a folder without one is not whole, and
 * one that is written again (finish-run retried) gets the same bytes.
 */
export async function exportReports(
  source: ReportSource,
  artifacts: Artifacts,
  { formats, sign }: ExportSettings,
): Promise<Manifest> {
  const { runId, endedAt } = source.summary.head;
  const files: ManifestEntry[] = [];
  for (const format of formats) files.push(await exportOne(source, artifacts, runId, format));
  const { organizationId } = source.summary;
  const manifest: Manifest = { schemaVersion: 1, runId, organizationId, createdAt: endedAt, files };
  const text = manifestText(manifest);
  if (sign) {
    const signature = await sign(text);
    await artifacts.putText(
      artifactKeys.report(runId, SIGNATURE_FILE),
      `${JSON.stringify(signature, null, 2)}\n`,
    );
  }
  await artifacts.putText(artifactKeys.report(runId, MANIFEST_FILE), text);
  return manifest;
}

async function exportOne(
  source: ReportSource,
  artifacts: Artifacts,
  runId: RunId,
  format: ReportFormat,
): Promise<ManifestEntry> {
  const { fileName, contentType } = REPORT_FORMATS[format];
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted() {
    for await (const piece of writeReport(format, source)) {
      hash.update(piece);
      bytes += Buffer.byteLength(piece);
      yield piece;
    }
  }
  await artifacts.putStream(artifactKeys.report(runId, fileName), counted(), contentType);
  return { name: fileName, bytes, sha256: hash.digest('hex') };
}
