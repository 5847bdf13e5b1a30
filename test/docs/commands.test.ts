/** Every command of ours in README and docs is run as it is written there, on the twin, with placeholders filled. */
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStateFolder, type StateFolder } from '../../cli/state-folder.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { type DeployedService, serveAsDeployed } from '../cli/deployed-service.ts';
import { environmentOf, runHere } from '../cli/in-process.ts';
import { FIRST, makeFolder } from '../cli/run-command.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const folder = await makeFolder();

interface Documented {
  file: string;
  command: string;
}

/** Blocks, indented lines, table cells and sentences: whatever reads `dhmc COMMAND ...` and names a flag or an argument. */
async function documented(): Promise<Documented[]> {
  const pages = (await readdir(join(ROOT, 'docs')))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const found: Documented[] = [];
  for (const file of ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...pages.sort()]) {
    const text = (await readFile(join(ROOT, file), 'utf8')).replaceAll(/\\\n\s*/g, ' ');
    const lines = [...text.matchAll(/^ *(dhmc [a-z].*)$/gm), ...text.matchAll(/`(dhmc [a-z][^`]*)`/g)].sort(
      (a, b) => a.index - b.index,
    );
    for (const [, line = ''] of lines) {
      const command = line
        .replace(/ {2,}[#A-Za-z].*$/, '')
        .replace(/ # .*$/, '')
        .replaceAll(/ \[[^\]]*\]/g, '');
      for (const part of command.split(' && ')) found.push({ file, command: part.trim() });
    }
  }
  return found.filter(({ command }) => command.startsWith('dhmc ') && !isMention(command));
}

const isOfService = (command: string) => / --(table|bucket|state-machine) /.test(command);

/** `dhmc explain` in a sentence names the command; there is nothing to run. */
const isMention = (command: string) =>
  /^dhmc [a-z-]+( [a-z-]+)?$/.test(command) && !/^dhmc (doctor|runs|demo|kill status|kill off)$/.test(command)
    ? true
    : /session\|rdp|run --state-machine$|^dhmc --state|report --format html$/.test(command);

/** They need Step Functions, which is not served here: they get as far as the call. */
const isOnlyStarted = (command: string) => / --state-machine /.test(command);
/** They do not end by themselves, are a separate check, or need reports of a deployed run (test/cli/verify-report.test.ts). */
const isLeftOut = (command: string) => /^dhmc (twin|completion|demo|report verify)\b/.test(command);

let twin: Twin;
let state: StateFolder;
let service: DeployedService;
let env: Record<string, string>;
let fill: (command: string) => string;
let runs: { local: string; deployed: string };

beforeAll(async () => {
  await symlink(join(ROOT, 'test'), join(folder, 'test'));
  // Nothing here waits for agents: the twin's clock is the real one.
  await writeFile(join(folder, 'dhmc.config.yaml'), 'settle: {passes: 0}\n');
  // As CloudFormation and the CDK leave them.
  await mkdir(join(folder, 'cdk.out'));
  for (const file of ['deployed.json', 'cdk.out/DhmcRolloutService.template.json']) {
    await writeFile(join(folder, file), '{"Resources":{}}');
  }
  const rehearsal = [
    'rehearse',
    '--from',
    FIRST,
    '--mode',
    'enforce',
    '--out',
    'enforced',
    '--state',
    'deployed',
  ];
  await runHere([...rehearsal, '--output', 'json'], { cwd: folder });
  const snapshot = await readSnapshot(join(folder, 'enforced'));
  const ssm = snapshot.accounts.get('100000000012')?.Regions['ap-northeast-1']?.Ssm;
  if (ssm) ssm.ServiceSettings = [];
  await copyFile(join(ROOT, 'docs/dhmc.deployment.example.yaml'), join(folder, 'dhmc.deployment.yaml'));
  twin = await startTwin({ snapshot });
  state = await openStateFolder(join(folder, 'deployed'));
  service = await serveAsDeployed(state);
  env = { ...service.env, ...environmentOf(twin) };
  await writeFile(
    join(folder, 'profile'),
    `[profile rollout]\nregion = ap-northeast-1\naws_access_key_id = ${env.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${env.AWS_SECRET_ACCESS_KEY}\naws_session_token = ${env.AWS_SESSION_TOKEN}\n`,
  );
  env.AWS_CONFIG_FILE = join(folder, 'profile');
  const enforce = ['run', '--local', '--mode', 'enforce', '--accounts', '100000000012', '--output', 'json'];
  const done = await runHere(enforce, { cwd: folder, env });
  await runHere(['run', '--local', '--mode', 'assess'], { cwd: folder, env });
  const [deployed] = await state.store.listRuns(1);
  runs = { local: (JSON.parse(done.stdout) as RunResult).runId, deployed: deployed?.runId ?? '' };
  fill = (command) =>
    Object.entries({
      '/tmp/': `${folder}/`,
      '111122223333': '100000000012',
      'eu-west-1': 'ap-northeast-1',
      'i-0a1b2c3d4e5f60718': 'i-2f6abfca138e9d094',
      'vpc-0a1b2c3d': 'vpc-d8eb64de68c590837',
      'ou-ab12-cd34ef56': 'ou-prod',
    })
      .reduce((text, [from, to]) => text.replaceAll(from, to), command)
      .replaceAll(/\bRUN\b/g, isOfService(command) ? runs.deployed : runs.local)
      .replaceAll('--from DIR', `--from ${FIRST}`)
      .replaceAll(/\b(DIR)\b/g, command.includes('--out DIR') ? 'fresh' : '.dhmc')
      .replaceAll(/\bTABLE\b/g, 'dhmc-rollout')
      .replaceAll(/\bBUCKET\b/g, 'artifacts')
      .replaceAll(/\bREGION\b/g, 'ap-northeast-1')
      .replaceAll(/\b(ACCOUNT|ID|OPERATOR)\b/g, '100000000012')
      .replaceAll(/\b(INSTANCE|i-\.\.\.)/g, 'i-2f6abfca138e9d094')
      .replaceAll(/\bVPC\b/g, 'vpc-d8eb64de68c590837')
      .replaceAll(/o-ORGANIZATION/g, 'o-exampleorg1')
      .replaceAll(/\bPATH\/ROLE\b/g, 'team/Ops')
      .replaceAll(
        /\b(ASSESS-|ENFORCE-)?ARN\b/g,
        'arn:aws:states:ap-northeast-1:100000000002:stateMachine:dhmc',
      );
}, 60_000);
afterAll(async () => {
  await service?.close();
  await state?.close();
  await twin?.close();
});

/** As a wave gate would. */
async function leaveHold(ofService: boolean): Promise<void> {
  const local = ofService ? null : await openStateFolder(join(folder, '.dhmc'));
  const runId = ofService ? runs.deployed : runs.local;
  const hold = { runId, who: 'gate', why: 'instances were lost', since: '2026-11-20T00:00:00.000Z' };
  await (local ?? state).store.createEnforceHold(hold);
  await local?.close();
}

/** As a shell parts and redirects it. */
async function run(command: string): Promise<{ code: number | null; stderr: string }> {
  if (/^dhmc conformance .*--write/.test(command)) {
    // The probes of the setting write only where none is in use.
    twin.state.region(twin.operator.accountId, 'ap-northeast-1').Ssm.ServiceSettings = [];
  }
  if (/ --?resume|^dhmc resume/.test(command)) await leaveHold(isOfService(command));
  const [line = '', file] = fill(command).split(/ > | >$/);
  const words = (line.match(/'[^']*'|\S+/g) ?? []).slice(1).map((word) => word.replace(/^'(.*)'$/, '$1'));
  const { code, stdout, stderr } = await runHere(words, { cwd: folder, env: { ...env } });
  if (file !== undefined) await writeFile(join(folder, file.trim()), stdout);
  return { code, stderr };
}

describe('Given the commands of README and docs', () => {
  it('When each is run as it is written there, Then none fails', async () => {
    const commands = await documented();
    expect(commands.length).toBeGreaterThan(40);
    const failures: string[] = [];
    const seen = new Set<string>();
    for (const { file, command } of commands) {
      if (seen.has(command)) continue;
      seen.add(command);
      if (isLeftOut(command)) continue;
      const { code, stderr } = await run(command);
      // A check that finds something wrong has done its work; diff and doctor say so by their exit status.
      const fine = isOnlyStarted(command)
        ? code !== 2
        : code === 0 ||
          (code === 1 && command.startsWith('dhmc doctor')) ||
          (code === 3 && /--detailed-exitcode|^dhmc deployment check/.test(command));
      if (!fine) failures.push(`${file}: ${command}: ${code}: ${stderr.trim().split('\n').at(-1)}`);
    }
    expect(failures).toEqual([]);
  }, 480_000);
});
