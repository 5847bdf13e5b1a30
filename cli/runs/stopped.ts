import type { Mode, RunId } from '../../functions/core/model/primitives.ts';

/** What the record of a run that Ctrl-C stopped says: why, and how to continue or roll back. */
export function stopSentence(mode: Mode, runId: RunId): string {
  return `Stopped from the terminal: accounts in progress were finished, the others were not started. ${howToContinue(mode, runId)}`;
}

function howToContinue(mode: Mode, runId: RunId): string {
  switch (mode) {
    case 'assess':
      return 'The same command looks at everything again.';
    case 'enforce':
      return `The same command continues; a rollback of ${runId} rolls it back.`;
    case 'rollback':
      return 'The same command continues.';
  }
}
