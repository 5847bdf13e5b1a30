/**
 * Progress while a run works: on a terminal one line that is drawn anew, elsewhere a plain line for about
 * every tenth of the accounts. Always on standard error.
 */
import type { TargetStatus } from '../../functions/core/model/result.ts';
import type { Progress } from '../runs/local-run.ts';
import { countOf, paintStatus, STATUSES, type Terminal, wordOf } from './style.ts';

export interface ProgressLine {
  onProgress(progress: Progress): void;
  /** Says a line above the progress. */
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
  /** Of a run that tells no more than numbers. */
  let counted = 0;
  let activity = '';
  let nextPlain = PLAIN_STEP;
  let shown = false;
  let redraw: NodeJS.Timeout | null = null;

  const clear = () => {
    if (shown) stream.write('\r\u001b[K');
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

  const accountsDone = () => Math.max(statuses.size, counted);

  function line(): string {
    const share = total === 0 ? 0 : Math.min(1, accountsDone() / total);
    const full = Math.round(share * BAR);
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
    const head = `${options.label} ${bar} ${accountsDone()}/${total} accounts`;
    return joinParts(head, [activity, rate(), timeLeft(), ...countWords()], terminal);
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
      redraw = null;
      clear();
    },
    get done() {
      return { runId, accounts: accountsDone(), of: total };
    },
    onProgress(progress) {
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
          activity = `waiting ${progress.seconds} s${options.jumps ? " of the twin's clock" : ''}`;
          if (!options.drawn) say(`${options.label}: ${activity}`);
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
