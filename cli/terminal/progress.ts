/**
 * Progress while a run works: on a terminal one line that is drawn anew, elsewhere a plain line for about
 * every tenth of the accounts. Always on standard error.
 */
import type { TargetStatus } from '../../functions/core/model/result.ts';
import type { Progress, SettleWait } from '../runs/local-run.ts';
import { CLEAR_LINE } from './clean-output.ts';
import { countOf, paintStatus, STATUSES, type Terminal, wordOf } from './style.ts';

export interface ProgressLine {
  onProgress(progress: Progress): void;
  /** Prints a line above the progress. */
  say(line: string): void;
  /** Takes the drawn line away. */
  end(): void;
  /** What has been done so far, e.g. for the last words of an interrupted run. */
  readonly done: { runId: string | null; accounts: number; of: number };
}

export interface ProgressOptions {
  /** What is under way, e.g. the mode. */
  label: string;
  /** One line drawn anew; false: plain lines. */
  drawn: boolean;
  /** Whether waits are jumped over, as a rehearsal does. */
  jumps: boolean;
}

const REDRAW_MS = 100;
const BAR = 20;
const PLAIN_STEP = 0.1;

export function createProgress(terminal: Terminal, options: ProgressOptions): ProgressLine {
  const { stream } = terminal;
  const statuses = new Map<string, TargetStatus>();
  let begun = Date.now();
  let runId: string | null = null;
  let total = 0;
  /** Accounts done, of a run that reports only numbers. */
  let counted = 0;
  let activity = '';
  let wait: { endsAt: number; until: string } | null = null;
  let everySecond: NodeJS.Timeout | null = null;
  let nextPlain = PLAIN_STEP;
  let shown = false;
  let redraw: NodeJS.Timeout | null = null;

  const clear = () => {
    if (shown) stream.write(CLEAR_LINE);
    shown = false;
  };
  const draw = () => {
    redraw = null;
    clear();
    stream.write(line());
    shown = true;
  };
  const drawSoon = () => {
    if (options.drawn) redraw ??= setTimeout(draw, REDRAW_MS);
  };
  const say = (text: string) => {
    clear();
    stream.write(`${text}\n`);
    if (options.drawn && runId !== null) drawSoon();
  };

  const endWait = () => {
    if (everySecond) clearInterval(everySecond);
    everySecond = null;
    wait = null;
  };

  const accountsDone = () => Math.max(statuses.size, counted);

  function line(): string {
    const share = total === 0 ? 0 : Math.min(1, accountsDone() / total);
    const full = Math.round(share * BAR);
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
    const head = `${options.label} ${bar} ${accountsDone()}/${total} accounts`;
    const doing = wait === null ? activity : `${countdown(wait.endsAt - Date.now())} ${wait.until}`;
    return joinParts(head, [doing, rate(), timeLeft(), ...countWords()], terminal);
  }

  function countWords(): { text: string; status: TargetStatus }[] {
    return STATUSES.map((status) => ({
      status,
      count: [...statuses.values()].filter((one) => one === status).length,
    }))
      .filter(({ count }) => count > 0)
      .map(({ status, count }) => ({ status, text: `${count} ${wordOf(status)}` }));
  }

  function rate(): string {
    const seconds = (Date.now() - begun) / 1000;
    return seconds < 0.5 || accountsDone() === 0 ? '' : `${(accountsDone() / seconds).toFixed(1)}/s`;
  }

  /** At the rate so far; only while accounts are looked at for the first time. */
  function timeLeft(): string {
    const done = accountsDone();
    const seconds = (Date.now() - begun) / 1000;
    if (done === 0 || done >= total || seconds < 2) return '';
    return `${describeSeconds((seconds * (total - done)) / done)} left`;
  }

  function sayPlain(): void {
    const share = total === 0 ? 1 : accountsDone() / total;
    if (share < nextPlain) return;
    while (nextPlain <= share + 1e-9) nextPlain += PLAIN_STEP;
    const counts = countWords().map(({ text }) => text);
    const what = [...counts, rate(), timeLeft()].filter((part) => part !== '').join(', ');
    const words = what === '' ? '' : `: ${what}`;
    say(
      `${options.label}: ${Math.floor(share * 100)} %, ${accountsDone()} of ${countOf(total, 'account')}${words}`,
    );
  }

  return {
    say,
    end() {
      if (redraw) clearTimeout(redraw);
      endWait();
      redraw = null;
      clear();
    },
    get done() {
      return { runId, accounts: accountsDone(), of: total };
    },
    onProgress(progress) {
      if (progress.kind !== 'counted') endWait();
      switch (progress.kind) {
        case 'started':
          begun = Date.now();
          runId = progress.runId;
          total = progress.accounts;
          say(
            `${options.label}: ${countOf(progress.accounts, 'account')} in ${countOf(progress.regions, 'Region')} (${runId})`,
          );
          break;
        case 'batch':
          activity = progress.name.startsWith('settle:')
            ? `looking again at ${countOf(progress.accounts, 'account')}`
            : '';
          if (!options.drawn && activity !== '') say(`${options.label}: ${activity}`);
          break;
        case 'waiting':
          activity = describeWait(progress, options.jumps);
          if (!options.drawn) say(`${options.label}: ${activity}`);
          else if (!options.jumps) {
            wait = {
              endsAt: Date.now() + progress.seconds * 1000,
              until: describeAfterwards(progress.settle),
            };
            everySecond = setInterval(drawSoon, 1000);
          }
          break;
        case 'account':
          statuses.set(progress.result.accountId, progress.result.status);
          if (!options.drawn) sayPlain();
          break;
        case 'counted':
          counted = progress.done;
          total = progress.total;
          if (!options.drawn) sayPlain();
          break;
      }
      drawSoon();
    },
  };
}

function describeWait({ seconds, settle }: Progress & { kind: 'waiting' }, jumps: boolean): string {
  return `waiting ${seconds} s${jumps ? " of the twin's clock" : ''} ${describeAfterwards(settle)}`;
}

/** `until settle pass 2 of 4 (51 min at most in all)`. */
function describeAfterwards(settle: SettleWait | null): string {
  if (settle === null) return 'until the next wave';
  const { pass, passes, secondsAtMost } = settle;
  return `until settle pass ${pass} of ${passes} (${describeSeconds(secondsAtMost)} at most in all)`;
}

/** `14:59`, `1:00:00`. */
function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (part: number) => String(part).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** `45 s`, `12 min`, `3 h 20 min`. */
function describeSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** As many parts as fit on the line: a line that wraps could not be drawn over. */
function joinParts(
  head: string,
  parts: (string | { text: string; status: TargetStatus })[],
  terminal: Terminal,
): string {
  let length = head.length;
  let line = head;
  for (const part of parts) {
    const text = typeof part === 'string' ? part : part.text;
    if (text === '' || length + text.length + 2 >= terminal.width) continue;
    length += text.length + 2;
    line += `  ${typeof part === 'string' ? terminal.paint('dim', text) : paintStatus(terminal, part.status, text)}`;
  }
  return line;
}
