/** The process of the `dhmc` command: arguments in, exit code out. */
import { EXIT } from './exit.ts';
import { runCommandLine } from './program.ts';
import { cleanOutputs } from './terminal/clean-output.ts';

cleanOutputs([process.stdout, process.stderr]);

// `dhmc ... | head` closes the pipe; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.finished);
  throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2));
