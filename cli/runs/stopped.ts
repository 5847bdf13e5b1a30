import type { Mode, RunId } from '../../functions/core/model/primitives.ts';

/** What the record of a run says that was stopped by Ctrl-C: why, and how to go on or back. */
export function stopSentence(mode: Mode, runId: RunId): string {
  return `Stopped from the terminal: accounts that were at work were finished, the others not begun. ${howToGoOn(mode, runId)}`;
}

export function howToGoOn(mode: Mode, runId: RunId): string {
  switch (mode) {
    case 'assess':
      return 'The same command looks at everything anew.';
    case 'enforce':
      return `The same command goes on; dhmc run --mode rollback --rollback-of ${runId} rolls it back.`;
    case 'rollback':
      return 'The same command goes on.';
  }
}
