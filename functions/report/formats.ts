/** The formats that a run can be written in. All of them stream: memory does not grow with the number of accounts. */
import { renderAsff } from './asff.ts';
import { renderInstancesCsv, renderTargetsCsv } from './csv.ts';
import { renderHtml } from './html/page.ts';
import { renderJson } from './json.ts';
import { renderOcsf } from './ocsf.ts';
import type { ReportSource } from './source.ts';

interface Format {
  /** Below `reports/<run>/`, and what a second file of a command's `--out` ends in. */
  fileName: string;
  contentType: string;
  render(source: ReportSource): AsyncIterable<string>;
}

export const REPORT_FORMATS = {
  /** The interface itself: everything that is known of the run. */
  json: { fileName: 'result.json', contentType: 'application/json', render: renderJson },
  /** One file for people: tables, charts, search. */
  html: { fileName: 'report.html', contentType: 'text/html; charset=utf-8', render: renderHtml },
  /** One row a target. */
  csv: { fileName: 'targets.csv', contentType: 'text/csv; charset=utf-8', render: renderTargetsCsv },
  /** One row an instance. */
  'instances-csv': {
    fileName: 'instances.csv',
    contentType: 'text/csv; charset=utf-8',
    render: renderInstancesCsv,
  },
  /** AWS Security Hub: a line is the input of one BatchImportFindings call. */
  asff: { fileName: 'findings.asff.jsonl', contentType: 'application/x-ndjson', render: renderAsff },
  /** Open Cybersecurity Schema Framework, class Compliance Finding: a line is an event. */
  ocsf: { fileName: 'findings.ocsf.jsonl', contentType: 'application/x-ndjson', render: renderOcsf },
} as const satisfies Record<string, Format>;

export type ReportFormat = keyof typeof REPORT_FORMATS;

export function isReportFormat(name: string): name is ReportFormat {
  return Object.hasOwn(REPORT_FORMATS, name);
}

/** The report as text, piece by piece; reads the accounts as often as the format needs. */
export function writeReport(format: ReportFormat, source: ReportSource): AsyncIterable<string> {
  return REPORT_FORMATS[format].render(source);
}
