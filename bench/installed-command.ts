/**
 * The command as users install it, on the oldest Node that is supported and on the newest: packed, installed from the tarball
 * into an empty folder, and called; then with the embedded database beside it. Prints sizes, seconds and exit statuses.
 *
 *   node cli/with-node.mjs bench/installed-command.ts          (needs npm's registry, for Node and the database)
 */
import { spawnSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { writePackage } from '../infra/command-package.ts';

const SNAPSHOT = resolve('test/fixtures/snapshots/first');
const NODES = ['22.18.0', '24.21.0'];
const MOST_BYTES = 15_000_000;

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
  seconds: number;
}

const problems: string[] = [];
const check = (holds: boolean, what: string) => {
  console.log(`  ${holds ? 'right' : 'WRONG'}: ${what}`);
  if (!holds) problems.push(what);
};

/** In an environment that holds nothing but the path and a home. */
function run(command: string, args: string[], cwd: string, path: string): Ended {
  const began = performance.now();
  const env: Record<string, string> = {
    PATH: [path, process.env.PATH].join(delimiter),
    HOME: cwd,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: 'eu-west-1',
  };
  // Where npm finds its registry is this machine's business.
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && /^npm_config_|^NODE_EXTRA_CA_CERTS$|_proxy$/i.test(name)) env[name] = value;
  }
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  return { status, stdout, stderr, seconds: (performance.now() - began) / 1_000 };
}

function install(folder: string, packages: string[], path = ''): Ended {
  mkdirSync(folder, { recursive: true });
  const ended = run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--silent', '--prefix', folder, ...packages],
    folder,
    path,
  );
  if (ended.status !== 0) throw new Error(`npm install ${packages.join(' ')}: ${ended.stderr}`);
  return ended;
}

function filesOf(folder: string): { name: string; bytes: number }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name, stat: lstatSync(join(folder, name)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ name, stat }) => ({ name, bytes: stat.size }));
}

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`;

const root = mkdtempSync(join(tmpdir(), 'dhmc-installed-'));
try {
  await writePackage(join(root, 'package'));
  const packed = run('npm', ['pack', '--silent', './package'], root, '');
  const tarball = join(root, packed.stdout.trim());
  console.log(`${packed.stdout.trim()}: ${megabytes(lstatSync(tarball).size)}`);
  const database = Object.entries(
    (JSON.parse(readFileSync(join(root, 'package', 'package.json'), 'utf8')) as { peerDependencies: object })
      .peerDependencies,
  ).map(([name, version]) => `${name}@${version}`);
  cpSync(SNAPSHOT, join(root, 'snapshot'), { recursive: true });
  for (const version of NODES) {
    const node = join(root, `node-${version}`);
    install(node, [`node-linux-${process.arch}@${version}`]);
    const path = join(node, 'node_modules', `node-linux-${process.arch}`, 'bin');
    const empty = join(root, `empty-${version}`);
    const { seconds } = install(empty, [tarball], path);
    const files = filesOf(join(empty, 'node_modules'));
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    console.log(
      `Node ${run('node', ['--version'], root, path).stdout.trim()}: installed in ${seconds.toFixed(1)} s, ${megabytes(bytes)}, ${files.length} files`,
    );
    check(bytes < MOST_BYTES, `it takes less than ${megabytes(MOST_BYTES)}`);
    check(
      !files.some(({ name }) => /(^|\/)node(\.exe)?$|\.node$/.test(name)),
      'no file of it is a binary of Node',
    );
    const call = (expected: number, ...args: string[]) => {
      const ended = run('npx', ['--no-install', 'dhmc-rollout', ...args], empty, path);
      const last = ended.stderr.trim().split('\n').at(-1) ?? '';
      const named = args.map((each) => (each.startsWith(root) ? 'SNAPSHOT' : each)).join(' ');
      console.log(
        `  dhmc-rollout ${named}: exit status ${ended.status} in ${ended.seconds.toFixed(1)} s${ended.status === 2 ? `, ${last}` : ''}`,
      );
      check(ended.status === expected, `exit status ${expected}`);
      return ended;
    };
    const snapshot = join(root, 'snapshot');
    call(1, 'doctor', '--from', snapshot);
    call(0, 'template', 'member-role');
    call(0, 'template', 'service', '--deployment', 'none', '--out', `templates-${version}`);
    for (const command of [
      ['demo'],
      ['rehearse', '--from', snapshot],
      ['run', '--local', '--mode', 'assess'],
    ]) {
      const { stderr } = call(2, ...command);
      check(
        /(^|\n)dhmc: [^\n]*npm install dynalite@\S+\n$/.test(stderr),
        'one line says how to add the database',
      );
    }
    const added = install(empty, database, path);
    const all = filesOf(join(empty, 'node_modules')).reduce((sum, file) => sum + file.bytes, 0);
    console.log(`  ${database.join(' ')} in ${added.seconds.toFixed(1)} s, ${megabytes(all)} together`);
    call(0, 'demo');
    call(0, 'rehearse', '--from', snapshot);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
console.log(`${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
