import { createRequire } from 'node:module';
import { join } from 'node:path';
import { UsageError } from '../exit.ts';

/**
 * The database is native and not part of the installed command: beside it, or in the folder that the command is
 * called in.
 *
 * @throws {UsageError} where it is in neither.
 */
export function requireDatabase(): NodeJS.Require {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    const require = createRequire(from);
    try {
      require.resolve('dynalite');
      return require;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new UsageError(
    'the embedded database is not installed, and this command needs it; add it with: npm install dynalite@4.0.0',
  );
}
