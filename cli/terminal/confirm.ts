/** A question that only a person at a terminal can answer. */
import { createInterface } from 'node:readline';

/** Whether there is a person to ask: output may be piped away, questions go to standard error. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** false for anything but y or yes, and where the input ends or the run is interrupted. */
export function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    const end = (answer: boolean) => {
      // Before the input closes, which is an answer too.
      resolve(answer);
      lines.close();
    };
    lines.once('close', () => resolve(false));
    // On a terminal, readline takes Ctrl-C for itself.
    lines.once('SIGINT', () => end(false));
    signal.addEventListener('abort', () => end(false), { once: true });
    lines.question(`${question} [y/N] `, (answer) => end(/^y(es)?$/i.test(answer.trim())));
  });
}
