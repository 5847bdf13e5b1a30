/** How a kind of change reads its live state and writes: each file of this folder exports one driver. */
import type { SessionClients } from '../../aws/client-pool.ts';
import type { ChangeKind, ChangeOf } from '../../core/model/change.ts';
import type { Region } from '../../core/model/primitives.ts';
import type { Failure, Read } from '../../core/model/reads.ts';

/** Reading with the reader's session, writing with the writer's. */
export interface DriverContext {
  reader: SessionClients;
  writer: SessionClients;
  resourceTags: Record<string, string>;
  /** Whether Systems Manager may not know the role yet, so that its refusal is worth waiting for. */
  roleIsFresh(): boolean;
  /** Milliseconds until a refused fresh role is tried again; 0 or less when the time is up. */
  propagationWait(): number;
  /** Milliseconds until a throttled call is sent again; 0 or less when the time is up. */
  throttleWait(): number;
  /** Called each time the live setting was read. */
  sawSetting(region: Region, value: string): void;
  /** Id of what an earlier change made; null where it was not made. */
  createdId(changeId: string): string | null;
  /** Called each time what the change made was seen. */
  sawCreated(changeId: string, id: string): void;
}

/** Live state of what a change concerns, judged by what the change expects and leads to. */
export type Look =
  | { kind: 'live'; isExpected: boolean; isDone: boolean }
  | { kind: 'failed'; failure: Failure };

export interface ChangeDriver {
  readLive(): Promise<Look>;
  write(): Promise<Failure | null>;
  /** Whether to wait and write again after this failure; milliseconds, or null. */
  waitAfter(failure: Failure): number | null;
  /** Limits how often the Region takes this call: endpoint calls share a small token bucket. */
  isPaced: boolean;
}

export type DriverOf<K extends ChangeKind> = (change: ChangeOf<K>, context: DriverContext) => ChangeDriver;

/** A driver by its parts; `T` is the live state that the change concerns. */
export interface DriverParts<T> {
  readLive(): Promise<Read<T>>;
  /** What is read where the resource does not exist. */
  absent: T;
  /** The state that the plan saw. */
  isExpected(live: T): boolean;
  /** The state that the change leads to. */
  isDone(live: T): boolean;
  write(): Promise<Failure | null>;
  waitAfter?(failure: Failure): number | null;
  isPaced?: boolean;
}

export function driverOf<T>(parts: DriverParts<T>): ChangeDriver {
  return {
    readLive: async () => {
      const answer = await parts.readLive();
      if (answer.kind === 'failed') return answer;
      const live = answer.kind === 'value' ? answer.value : parts.absent;
      const isDone = parts.isDone(live);
      return { kind: 'live', isExpected: parts.isExpected(live), isDone };
    },
    write: () => parts.write(),
    waitAfter: (failure) => parts.waitAfter?.(failure) ?? null,
    isPaced: parts.isPaced ?? false,
  };
}
