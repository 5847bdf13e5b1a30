/** What a person can do after a run that was stopped or held, or that changed something: each as a line to paste. */
import { type CommandPlace, commandLine } from './command-line.ts';
import type { RunHead } from './model/result.ts';

export interface NextCommand {
  what: string;
  line: string;
}

/** @param changed whether the run applied anything */
export function nextCommands(run: RunHead, place: CommandPlace, changed: boolean): NextCommand[] {
  return [...afterStop(run), ...underHold(run), ...(changed ? [rollBack(run)] : [])].flatMap(
    ({ what, words }) => {
      const line = commandLine(words, place);
      return line === null ? [] : [{ what, line }];
    },
  );
}

interface Next {
  what: string;
  words: string[];
}

function afterStop(run: RunHead): Next[] {
  if (run.status !== 'STOPPED') return [];
  const { runId, mode } = run;
  if (run.stopCause === undefined || run.stopCause === 'REQUESTED') {
    return [{ what: 'Continue', words: ['run', '--mode', mode, ...sameAgain(run)] }];
  }
  return [
    {
      what: 'Once the cause is fixed, continue with the accounts that were not reached',
      words: ['run', '--mode', 'enforce', '--resume', runId, '--why', 'TEXT'],
    },
    {
      what: 'Or only clear the hold; the next enforce continues',
      words: ['resume', '--resume', runId, '--why', 'TEXT'],
    },
  ];
}

function underHold({ hold }: RunHead): Next[] {
  switch (hold?.code) {
    case 'KILL_SWITCH':
      return [
        { what: 'See who switched changes off, and why', words: ['kill', 'status'] },
        { what: 'Once they agree, allow changes again', words: ['kill', 'off'] },
      ];
    case 'ENFORCE_HELD':
      return [
        {
          what: 'Once the cause is fixed, clear the hold',
          words: ['resume', ...(hold.runId ? ['--resume', hold.runId] : []), '--why', 'TEXT'],
        },
      ];
    default:
      return [];
  }
}

const rollBack = ({ runId }: RunHead): Next => ({
  what: 'Roll this run back',
  words: ['run', '--mode', 'rollback', '--rollback-of', runId],
});

function sameAgain({ rollbackOf, scope }: RunHead): string[] {
  const { accounts, organizationalUnits, regions } = scope?.limitedTo ?? {};
  const list = (flag: string, values: string[] | undefined) => (values ? [flag, values.join(',')] : []);
  return [
    ...(rollbackOf ? ['--rollback-of', rollbackOf] : []),
    ...list('--accounts', accounts),
    ...list('--ous', organizationalUnits),
    ...list('--regions', regions),
  ];
}
