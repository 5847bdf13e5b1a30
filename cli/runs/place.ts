import type { ConnectionFlags } from '../connection.ts';
import { requireDatabase } from '../engine/require-database.ts';
import { UsageError } from '../exit.ts';
import type { GlobalFlags, ModeFlags } from '../flags.ts';
import type { EndingFlags } from './perform-run.ts';

/** Where a run is made, and over what. */
export interface PlaceFlags extends ModeFlags, EndingFlags, GlobalFlags, ConnectionFlags {
  local?: boolean;
  stateMachine?: string;
  bucket?: string;
  config?: string;
  state: string;
}

/** Throws UsageError unless exactly one place is named, and where a run here lacks its database: before AWS is asked for anything. */
export function requirePlace({ local, stateMachine }: PlaceFlags): void {
  if (local && stateMachine !== undefined) {
    throw new UsageError('--local and --state-machine exclude each other; give one of them');
  }
  if (!local && stateMachine === undefined) {
    throw new UsageError(
      '--local or --state-machine is missing; give --local to run on this machine with your credentials, or --state-machine ARN',
    );
  }
  if (local) requireDatabase();
}
