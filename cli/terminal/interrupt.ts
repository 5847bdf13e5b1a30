/**
 * Ctrl-C: the first one lets the accounts in flight end and starts no further ones, the second one ends
 * the process at once.
 */
import { CommandFailedError, EXIT } from '../exit.ts';
import { CLEAR_LINE } from './clean-output.ts';

/** One Ctrl-C may arrive twice: from the terminal, and handed on by the process that started this one. */
const SAME_PRESS_MS = 500;

export interface Interrupt {
  signal: AbortSignal;
  /** What the second Ctrl-C says before the process ends, e.g. how to follow what continues without it. */
  lastWords: string | null;
  stop(): void;
}

export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  let first: number | null = null;
  const onSignal = () => {
    const now = performance.now();
    if (first === null) {
      first = now;
      controller.abort(new CommandFailedError('interrupted'));
    } else if (now - first > SAME_PRESS_MS) {
      // On a terminal a progress line may be there.
      const clear = process.stderr.isTTY ? CLEAR_LINE : '';
      if (interrupt.lastWords !== null) process.stderr.write(`${clear}${interrupt.lastWords}\n`);
      process.exit(EXIT.failed);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const interrupt: Interrupt = {
    signal: controller.signal,
    lastWords: null,
    stop() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
  return interrupt;
}
