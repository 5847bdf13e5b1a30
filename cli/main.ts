/** The process of the `dhmc` command: arguments in, exit code out. */
import { EXIT } from './exit.ts';
import { keepHeapSmall } from './small-heap.ts';
import { cleanOutputs } from './terminal/clean-output.ts';

const words = process.argv.slice(2);
keepHeapSmall(words);
cleanOutputs([process.stdout, process.stderr]);

// `dhmc ... | head` closes the pipe; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.finished);
  throw error;
});

// Loaded by the process that stays.
const { runCommandLine } = await import('./program.ts');
process.exitCode = await runCommandLine(words);
