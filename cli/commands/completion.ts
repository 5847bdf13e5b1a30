import { completionScript, type Shell } from '../completion.ts';
import { EXIT } from '../exit.ts';

/** Prints the completion script of a shell. */
export async function completion({ shell }: { shell: Shell }): Promise<number> {
  process.stdout.write(completionScript(shell));
  return EXIT.finished;
}
