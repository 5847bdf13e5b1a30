// Runs a script of this project with a Node that is new enough. The project's sources are TypeScript
// that Node >= 22.18 runs as it is; where the system's Node is older, the locked package
// `node-linux-<arch>` holds one. Plain JavaScript on purpose: it must start on any Node.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

const MINIMUM = [22, 18];

function newEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

/** Path of a Node binary >= 22.18: this process's own, or the locked one. */
export function findNode() {
  if (newEnough(process.versions.node)) return process.execPath;
  try {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve(`node-linux-${process.arch}/package.json`);
    return join(dirname(manifest), 'bin', 'node');
  } catch {
    process.stderr.write(
      `dhmc: Node ${process.versions.node} is too old; install Node ${MINIMUM.join('.')} or newer (see .nvmrc), or run 'npm ci' on Linux, which brings one.\n`,
    );
    return process.exit(1);
  }
}

/** Runs `node ...args` with that binary, hands signals on, and ends as it ended. */
export function runWithNode(args) {
  const child = spawn(findNode(), args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`dhmc: cannot start Node: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

if (
  process.argv[1] &&
  import.meta.url.endsWith('/with-node.mjs') &&
  process.argv[1].endsWith('with-node.mjs')
) {
  runWithNode(process.argv.slice(2));
}
