/** What a report is written from: a run without its accounts, and its accounts one after the other. */
import type { CommandPlace } from '../core/command-line.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { AccountResult, RunSummary } from '../core/model/result.ts';

export interface ReportedRun {
  summary: RunSummary;
  /** In the order of their ids; may be asked for again, for another pass. */
  accounts(): AsyncIterable<AccountResult>;
}

export interface ReportSource extends ReportedRun {
  /** null where it is not known any more. */
  configuration: Configuration | null;
  /** Runs up to this one, oldest first, this one last. */
  trend: RunSummary[];
  /** The run that this one is compared with, if one was asked for. */
  since: ReportedRun | null;
  /** Where a person would continue; left out where that is not known. */
  place?: CommandPlace | null;
}
