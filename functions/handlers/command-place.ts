/** The deployed service as a place to continue from: what the lines in reports and notifications name. */
import type { CommandPlace } from '../core/command-line.ts';
import type { RunRecord } from '../store/contract.ts';
import type { Records } from './records.ts';

export function deployedPlace({ artifacts, tableName }: Records, run: RunRecord): CommandPlace {
  return {
    kind: 'deployed',
    stateMachine: stateMachineOf(run.executionArn ?? ''),
    table: tableName ?? null,
    bucket: artifacts.bucket,
    region: run.homeRegion,
  };
}

/** What the run's summary keeps of it: a report that is made later may know the bucket alone. */
export function partsOfPlace(
  { tableName }: Records,
  run: RunRecord,
): { table?: string; stateMachine?: string } {
  const stateMachine = stateMachineOf(run.executionArn ?? '');
  return {
    ...(tableName === undefined ? {} : { table: tableName }),
    ...(tableName === undefined || stateMachine === null ? {} : { stateMachine }),
  };
}

/** `arn:aws:states:R:A:execution:NAME:ID` belongs to `arn:aws:states:R:A:stateMachine:NAME`. */
function stateMachineOf(executionArn: string): string | null {
  const [, before, name] = /^(arn:[\w-]+:states:[\w-]+:\d+):execution:([^:]+):/.exec(executionArn) ?? [];
  return before === undefined ? null : `${before}:stateMachine:${name}`;
}
