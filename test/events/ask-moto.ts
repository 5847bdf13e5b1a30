import { execFileSync } from 'node:child_process';

/** moto's matcher as a second opinion, one process for all pairs. */
export function askMoto(pairs: [pattern: unknown, event: unknown][]): boolean[] {
  const input = JSON.stringify(pairs);
  return JSON.parse(execFileSync('python3', ['test/events/moto-matches.py'], { input, encoding: 'utf8' }));
}
