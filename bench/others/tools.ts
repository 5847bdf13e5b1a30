/** Other people's tools, asked which instances of the twin's organization Systems Manager manages. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

export interface Question {
  /** Variables of the environment: the twin's endpoint, the operator's credentials. */
  environment: NodeJS.ProcessEnv;
  /** Accounts with running instances. */
  accounts: string[];
  regions: string[];
  /** Role of the members that the operator may assume. */
  role: string;
}

/** Ids of the instances that the tool calls managed. */
export type Tool = (question: Question) => Promise<Set<string>>;

const run = promisify(execFile);
const OUTPUT = { maxBuffer: 64 * 1024 * 1024 };

/** The command of a tool; its virtual environment is made by `.ci/python`. */
async function commandOf(tool: string, command: string): Promise<string> {
  const folder = resolve('.venv', tool);
  await run('.ci/python', [folder, `bench/others/${tool}.txt`], OUTPUT);
  const path = join(folder, 'bin', command);
  if (!existsSync(path)) throw new Error(`${path} is missing: remove ${folder}, and run this again`);
  return path;
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dhmc-others-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * The check ec2_instance_managed_by_ssm (AWS FSBP SSM.1), account by account. It passes whatever is in the list of
 * managed nodes, and any instance that does not run: those are left out of the answer.
 */
async function prowler({ environment, accounts, regions, role }: Question): Promise<Set<string>> {
  const command = await commandOf('prowler', 'prowler');
  const managed = new Set<string>();
  for (const account of accounts) {
    await inFolder(async (folder) => {
      const options = [
        ...['aws', '--role', `arn:aws:iam::${account}:role/${role}`, '-f', ...regions],
        ...['--checks', 'ec2_instance_managed_by_ssm', '-M', 'csv', '-o', folder, '--no-banner'],
        ...['--ignore-exit-code-3', '--aws-retries-max-attempts', '0'],
      ];
      await run(command, options, { env: environment, ...OUTPUT });
      for await (const file of glob(join(folder, '*.csv'))) {
        const [header = '', ...lines] = (await readFile(file, 'utf8')).split('\n');
        const columns = header.split(';');
        const [status, words] = ['STATUS', 'STATUS_EXTENDED'].map((name) => columns.indexOf(name));
        for (const line of lines) {
          const cells = line.split(';');
          const said = cells[words ?? -1] ?? '';
          const id = /\bi-[0-9a-f]+/.exec(said)?.[0];
          if (cells[status ?? -1] === 'PASS' && id && said.endsWith('is managed by Systems Manager.')) {
            managed.add(id);
          }
        }
      }
    });
  }
  return managed;
}

/** A policy with the filter `ssm`, PingStatus Online, over the organization by c7n-org. */
async function custodian({ environment, accounts, regions, role }: Question): Promise<Set<string>> {
  const command = await commandOf('custodian', 'c7n-org');
  return inFolder(async (folder) => {
    const policy = {
      name: 'managed',
      resource: 'aws.ec2',
      filters: [{ type: 'ssm', key: 'PingStatus', value: 'Online' }],
    };
    const configured = accounts.map((account) => ({
      account_id: account,
      name: account,
      regions,
      role: `arn:aws:iam::${account}:role/${role}`,
    }));
    // JSON is YAML.
    await writeFile(join(folder, 'policies.yml'), JSON.stringify({ policies: [policy] }));
    await writeFile(join(folder, 'accounts.yml'), JSON.stringify({ accounts: configured }));
    const out = join(folder, 'out');
    await mkdir(out);
    const options = [
      'run',
      '-c',
      join(folder, 'accounts.yml'),
      '-u',
      join(folder, 'policies.yml'),
      '-s',
      out,
    ];
    await run(command, [...options, ...regions.flatMap((region) => ['--region', region])], {
      env: environment,
      ...OUTPUT,
    });
    const managed = new Set<string>();
    for await (const file of glob(join(out, '**', 'resources.json'))) {
      const found: { InstanceId: string; State: { Name: string } }[] = JSON.parse(
        await readFile(file, 'utf8'),
      );
      for (const { InstanceId, State } of found) if (State.Name === 'running') managed.add(InstanceId);
    }
    return managed;
  });
}

/** A function decorated with `@cove`, as managed_nodes.py holds it. */
async function botocove({ environment, accounts, regions, role }: Question): Promise<Set<string>> {
  const python = await commandOf('botocove', 'python3');
  const child = spawn(python, ['bench/others/managed_nodes.py', role, ...regions], {
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(JSON.stringify(accounts));
  const [said, errors, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((ended) => child.once('close', ended)),
  ]);
  if (status !== 0) throw new Error(`botocove ended with ${status}: ${errors.slice(-1_000)}`);
  const nodes: Record<string, string[]> = JSON.parse(said);
  return new Set(Object.values(nodes).flat());
}

export const TOOLS: Readonly<Record<string, Tool>> = { prowler, custodian, botocove };
