import { fileURLToPath } from 'node:url';

/** Compiled code of child processes (`NODE_COMPILE_CACHE`): stripped types of one start serve the next. */
export const COMPILED = fileURLToPath(new URL('../node_modules/.cache/node-compile', import.meta.url));
