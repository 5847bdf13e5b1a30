import type { Command } from 'commander';
import { candidatesFor } from '../completion.ts';
import { EXIT } from '../exit.ts';

/** Prints the candidates for the last word, one a line; called by the completion scripts. */
export async function complete({ words }: { words: string[] }, command: Command): Promise<number> {
  const program = command.parent ?? command;
  for (const candidate of candidatesFor(program, words)) process.stdout.write(`${candidate}\n`);
  return EXIT.finished;
}
