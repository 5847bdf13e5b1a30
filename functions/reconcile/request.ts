/** What one invocation of reconcile-account is given. */
import type { ClientPool } from '../aws/client-pool.ts';
import type { ReadMemory } from '../aws/read-memory.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Account } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import type { ResourceControlPolicy } from '../core/resource-control.ts';
import type { Clock } from '../platform/clock.ts';
import type { Deadline } from '../platform/deadline.ts';
import type { Log } from '../platform/log.ts';
import type { Artifacts, RunRecord, Store } from '../store/contract.ts';

export interface ReconcileDependencies {
  pool: ClientPool;
  store: Store;
  artifacts: Artifacts;
  clock: Clock;
  log: Log;
}

export interface ReconcileRequest {
  run: RunRecord;
  configuration: Configuration;
  /** As the run read them at its start. */
  resourceControls: Read<ResourceControlPolicy[]>;
  account: Account;
  /** What other accounts answered in the same batch. */
  memory: ReadMemory;
  /** Whether an earlier pass of this run was here. */
  again: boolean;
  /** Names this invocation as the holder of the lease. */
  invocationId: string;
  deadline: Deadline;
  signal: AbortSignal | undefined;
}
