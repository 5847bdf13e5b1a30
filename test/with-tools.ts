/**
 * Runs the tests that need a tool besides Node: `node cli/with-node.mjs test/with-tools.ts GROUP [jest's options]`.
 * Their files end in `.GROUP.test.ts`; plain `npm test` leaves them out, `.ci/run` runs them all.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { findChromium } from './report/chromium.ts';

interface Group {
  /** Whether the tool is on this machine. */
  isReady(): boolean;
  needs: string;
  get: string;
}

const PYTHON = "run .ci/python (a virtual environment in .venv), or 'pip install -r .ci/requirements.txt'";
const GROUPS: Record<string, Group> = {
  clients: {
    isReady: () => runs('python3', ['-c', 'import awscli, botocore']),
    needs: 'the AWS CLI and botocore',
    get: PYTHON,
  },
  engines: {
    isReady: () => runs('python3', ['-c', 'import moto.server']),
    needs: 'moto, with its server',
    get: PYTHON,
  },
  sweep: {
    isReady: () => runs('python3', ['-c', 'import awscli, botocore']),
    needs: 'the AWS CLI and botocore',
    get: PYTHON,
  },
  templates: {
    isReady: () => runs('cfn-lint', ['--version']) && runs('python3', ['-c', 'import parliament']),
    needs: 'cfn-lint and parliament',
    get: PYTHON,
  },
  review: {
    isReady: () => runs('.venv/review/bin/python3', ['-c', 'import checkov']),
    needs: 'checkov',
    get: 'run .ci/review (a virtual environment in .venv/review)',
  },
  /** Needs no tool, only more minutes than the project's own check has. */
  long: { isReady: () => true, needs: 'time', get: 'a quarter of an hour' },
  shell: {
    isReady: () => runs('bash', ['--version']),
    needs: 'bash and sed',
    get: "run 'apt-get install bash'",
  },
  page: {
    isReady: () => findChromium() !== undefined,
    needs: 'Chromium',
    get: "run 'apt-get install chromium', or set CHROMIUM to its path",
  },
};

process.env.PATH = [resolve('.venv/bin'), process.env.PATH].join(delimiter);

function runs(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

const [name = '', ...more] = process.argv.slice(2);
const group = GROUPS[name];
if (!group) {
  process.stderr.write(
    `test/with-tools.ts: no group "${name}"; there are ${Object.keys(GROUPS).join(', ')}\n`,
  );
  process.exit(2);
}
if (!group.isReady()) {
  process.stderr.write(`test:${name} needs ${group.needs}: ${group.get}\n`);
  process.exit(2);
}
const jest = 'node_modules/jest/bin/jest.js';
if (!existsSync(jest)) {
  process.stderr.write(`test:${name} needs the development dependencies: run 'npm ci'\n`);
  process.exit(2);
}
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings=ExperimentalWarning',
    jest,
    '--testMatch',
    `<rootDir>/test/**/*.${name}.test.ts`,
    // Ends the list of --testMatch, so that what follows is a pattern of paths as everywhere in Jest.
    '--rootDir=.',
    ...more,
  ],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
