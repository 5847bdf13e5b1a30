import { UsageError } from '../exit.ts';
import type { GlobalFlags, ModeFlags } from '../flags.ts';
import type { EndingFlags } from './perform-run.ts';

/** Where a run is made, and over what. */
export interface PlaceFlags extends ModeFlags, EndingFlags, GlobalFlags {
  local?: boolean;
  stateMachine?: string;
  bucket?: string;
  config?: string;
  state: string;
}

/** Throws UsageError unless exactly one place is named. */
export function requirePlace({ local, stateMachine }: PlaceFlags): void {
  if (local && stateMachine !== undefined) {
    throw new UsageError('--local and --state-machine exclude each other; give one of them');
  }
  if (!local && stateMachine === undefined) {
    throw new UsageError(
      'where to run is not said; give --local to run from here with your credentials, or --state-machine ARN',
    );
  }
}
