/** The formats that a run's result can be written in. */
import type { RunResult } from '../core/model.ts';
import { formatCsv } from './csv.ts';

export const REPORT_FORMATS = {
  /** The interface itself: everything that is known of the run. */
  json: (result: RunResult): string => `${JSON.stringify(result, null, 2)}\n`,
  /** One row a target, for spreadsheets. */
  csv: formatCsv,
} as const;

export type ReportFormat = keyof typeof REPORT_FORMATS;
