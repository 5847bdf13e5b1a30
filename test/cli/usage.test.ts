import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { sealPlan } from '../../functions/inputs/plan-file.ts';
import { runHere } from './in-process.ts';
import { type Ended, FIRST, makeFolder, runCommand } from './run-command.ts';

const folder = await makeFolder();

describe('Given the command alone', () => {
  it('When help is asked for, Then every command is named, with examples, on standard output', async () => {
    const { code, stdout, stderr } = await runCommand(['--help'], { cwd: folder });
    expect(code).toBe(0);
    for (const name of ['demo', 'run', 'plan', 'rehearse', 'twin', 'report', 'policy'])
      expect(stdout).toContain(`  ${name} `);
    expect(stdout).toContain('Examples:');
    expect(stderr).toBe('');
  });

  it('When its version is asked for, Then it is the package’s', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await runCommand(['--version'], { cwd: folder })).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });
});

interface BadInput {
  args: string[];
  code: number;
  line: RegExp;
  env?: Record<string, string>;
}

const FROM = ['rehearse', '--from', FIRST];
const LOCAL = ['run', '--mode', 'assess', '--local'];
const REGION = { AWS_REGION: 'ap-northeast-1' };

const PLAN = 'elsewhere.json';
const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:dhmc-rollout-assess';

const BAD_INPUTS: Record<string, BadInput> = {
  'an unknown command': {
    args: ['reherse'],
    code: 2,
    line: /unknown command 'reherse'; did you mean rehearse\?/,
  },
  'an unknown flag': {
    args: ['demo', '--sate', 'x'],
    code: 2,
    line: /unknown option '--sate'; did you mean --state\?; see dhmc demo --help/,
  },
  'an unknown word for an argument': {
    args: ['kill', 'onn'],
    code: 2,
    line: /SWITCH onn: unknown; did you mean "on"\? \(one of on, off, status\)/,
  },
  'an unknown log level': {
    args: ['--log-level', 'loud', 'demo'],
    code: 2,
    line: /--log-level loud: unknown/,
  },
  'a plan that can be written nowhere': {
    args: ['plan', '--from', FIRST, '--out', '.'],
    code: 2,
    line: /--out \.: cannot be written \(EISDIR\)/,
  },
  'an argument too many': { args: ['demo', 'extra'], code: 2, line: /too many arguments/ },
  'no snapshot named': { args: ['rehearse'], code: 2, line: /--from/ },
  'no snapshot there': {
    args: ['rehearse', '--from', 'nothing'],
    code: 2,
    line: /nothing: no snapshot here/,
  },
  'a snapshot with a wrong type': {
    args: ['rehearse', '--from', 'wrong-type', '--state', 'new'],
    code: 2,
    line: /wrong-type\/organization\.json: \$\.Accounts\[1\]\.Name: expected a string, found a number/,
  },
  'a configuration with an unknown key': {
    args: [...FROM, '--config', 'unknown-key.yaml', '--state', 'new'],
    code: 2,
    line: /unknown-key\.yaml: existingSettin: unknown key; did you mean "existingSetting"\?/,
  },
  'a configuration that is not there': {
    args: [...FROM, '--config', 'none.yaml'],
    code: 2,
    line: /configuration none\.yaml: no such file/,
  },
  'an unknown mode': {
    args: ['run', '--mode', 'enforc'],
    code: 2,
    line: /--mode enforc: unknown; did you mean "enforce"\?/,
  },
  'a rollback of nothing': {
    args: ['run', '--mode', 'rollback'],
    code: 2,
    line: /--mode rollback: which run is not said; give --rollback-of RUN/,
  },
  'a rollback of an unknown run': {
    args: [...FROM, '--mode', 'rollback', '--rollback-of', 'run-1', '--state', 'no-run'],
    code: 2,
    line: /no run run-1 in this table; give the id of an enforce run/,
  },
  'a state machine that is no ARN': {
    args: ['run', '--mode', 'assess', '--state-machine', 'rollout'],
    code: 2,
    line: /--state-machine rollout: not the ARN of a state machine such as arn:aws:states:/,
  },
  'a state machine and a run from here': {
    args: ['run', '--mode', 'assess', '--local', '--state-machine', MACHINE],
    code: 2,
    line: /--local and --state-machine exclude each other/,
  },
  'a configuration for a state machine': {
    args: ['run', '--mode', 'assess', '--state-machine', MACHINE, '--config', 'x.yaml'],
    code: 2,
    line: /--config: the state machine has its configuration from its stack/,
  },
  'a mistyped flag where a required one is missing': {
    args: ['run', '--mod', 'assess'],
    code: 2,
    line: /unknown option '--mod'; did you mean "--mode"\?/,
  },
  'a mistyped flag': {
    args: [...FROM, '--reginos', 'x'],
    code: 2,
    line: /unknown option '--reginos'; did you mean --regions\?; see dhmc rehearse --help/,
  },
  'a plan with assess': {
    args: ['run', '--mode', 'assess', '--local', '--plan', 'plan.json'],
    code: 2,
    line: /--plan has no meaning with --mode assess/,
  },
  'a plan that is not there': {
    args: [...FROM, '--mode', 'enforce', '--plan', 'plan.json'],
    code: 2,
    line: /--plan plan\.json: no such file; dhmc plan --out FILE writes one/,
  },
  'a plan that is something else': {
    args: [...FROM, '--mode', 'enforce', '--plan', join(FIRST, 'organization.json')],
    code: 2,
    line: /organization\.json: no plan, and this is for version 1/,
  },
  'a plan for a state machine without its bucket': {
    args: ['run', '--mode', 'enforce', '--state-machine', MACHINE, '--plan', PLAN],
    code: 2,
    line: /--plan with --state-machine goes through the artifact bucket; name it with --bucket/,
  },
  'a plan of another organization': {
    args: [...FROM, '--mode', 'enforce', '--plan', PLAN, '--state', 'foreign-plan'],
    code: 2,
    line: /a plan for organization o-elsewhere1, and this is o-exampleorg1/,
  },
  'a snapshot and a state machine to plan': {
    args: ['plan', '--from', FIRST, '--state-machine', MACHINE],
    code: 2,
    line: /--from is for a plan of a snapshot/,
  },
  'no word on where to run': { args: ['run', '--mode', 'assess'], code: 2, line: /give --local/ },
  'an account id of eleven digits': {
    args: [...FROM, '--accounts', '10000000001'],
    code: 2,
    line: /--accounts 10000000001: not an account id of 12 digits/,
  },
  'an account of no one': {
    args: [...FROM, '--accounts', '999999999999', '--state', 'newer/still'],
    code: 2,
    line: /999999999999 not in organization o-exampleorg1/,
  },
  'a Region that does not exist': {
    args: [...FROM, '--regions', 'us-moon-1', '--state', 'no-moon'],
    code: 2,
    line: /no such Region: us-moon-1 .*known are ap-northeast-1, eu-south-2, us-east-1/,
  },
  'a Region that is no name': {
    args: [...FROM, '--regions', 'Tokyo'],
    code: 2,
    line: /--regions Tokyo: not a Region/,
  },
  'a state folder below a file': {
    args: [...FROM, '--state', 'unknown-key.yaml/state'],
    code: 2,
    line: /state folder .*ENOTDIR/,
  },
  'a state folder where none can be made': {
    args: [...FROM, '--state', '/proc/nothing/state'],
    code: 2,
    line: /state folder .*not writable/,
  },
  'a state folder that is something else': {
    args: [...FROM, '--state', 'wrong-type'],
    code: 2,
    line: /wrong-type is not a state folder: it holds "accounts"/,
  },
  'a folder for the twin that is something else': {
    args: [...FROM, '--out', '.'],
    code: 2,
    line: /\.: holds something other than a snapshot/,
  },
  'no Region in the environment': { args: LOCAL, code: 2, line: /no Region\. Give --region, set AWS_REGION/ },
  'a Region of the connection that is no name': {
    args: [...LOCAL, '--region', 'Tokyo'],
    code: 2,
    line: /--region Tokyo: not a Region such as eu-west-1/,
  },
  'a profile that does not exist': {
    args: [...LOCAL, '--profile', 'prodd'],
    code: 2,
    line: /profile prodd: not in your AWS configuration; did you mean "prod"\? \(known are default, prod\)/,
    env: { AWS_CONFIG_FILE: 'aws-config' },
  },
  'a profile of the environment that does not exist': {
    args: LOCAL,
    code: 2,
    line: /profile other: not in your AWS configuration \(known are default, prod\)/,
    env: { AWS_CONFIG_FILE: 'aws-config', AWS_PROFILE: 'other' },
  },
  'a wrong flag of a command within a command': {
    args: ['report', 'verify', 'x', '--publickey', 'y'],
    code: 2,
    line: /unknown option '--publickey'.*; see dhmc report verify --help/,
  },
  'no credentials': { args: LOCAL, code: 1, line: /no AWS credentials/, env: REGION },
  'an endpoint that does not answer': {
    args: [...LOCAL, '--state', 'new'],
    code: 1,
    line: /no answer from http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\); is AWS_ENDPOINT_URL right\?/,
    env: { ...REGION, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
  },
  'an unknown report format': {
    args: ['report', '--format', 'cvs'],
    code: 2,
    line: /--format cvs: unknown; did you mean "csv"\?.*json, html, csv/,
  },
  'a comparison in a format that has none': {
    args: ['report', '--format', 'csv', '--since', 'run-1'],
    code: 2,
    line: /--since has no meaning with --format csv; leave it out/,
  },
  'rows of a format that has none': {
    args: ['report', '--format', 'html', '--rows', 'instances'],
    code: 2,
    line: /--rows has no meaning with --format html; leave it out/,
  },
  'a state folder without runs': {
    args: ['report', '--format', 'csv'],
    code: 2,
    line: /state folder \.dhmc holds no finished run/,
  },
  'a port that is none': { args: ['twin', '--from', FIRST, '--port', '70000'], code: 2, line: /--port/ },
};

describe('Given bad input', () => {
  const endings = new Map<string, Ended>();
  let before: string[] = [];

  beforeAll(async () => {
    await cp(FIRST, join(folder, 'wrong-type'), { recursive: true });
    const file = join(folder, 'wrong-type/organization.json');
    const organization = JSON.parse(await readFile(file, 'utf8'));
    organization.Accounts[1].Name = 5;
    await writeFile(file, JSON.stringify(organization));
    await writeFile(join(folder, 'unknown-key.yaml'), 'existingSettin: keep\n');
    const plan = sealPlan({
      runId: 'run-1',
      createdAt: '2026-11-01T00:00:00.000Z',
      organizationId: 'o-elsewhere1',
      configurationVersion: '',
      regions: [],
      monthlyCostUsd: { current: 0, planned: 0 },
      changes: [],
    });
    await writeFile(join(folder, PLAN), JSON.stringify(plan));
    await writeFile(
      join(folder, 'aws-config'),
      '[default]\noutput = json\n[profile prod]\nregion = eu-west-1\n[sso-session sso]\nsso_region = eu-west-1\n',
    );
    before = await readdir(folder, { recursive: true });
    for (const [name, { args, env }] of Object.entries(BAD_INPUTS)) {
      endings.set(name, await runHere(args, { cwd: folder, env: env ?? {} }));
    }
  }, 120_000);

  it.each(Object.keys(BAD_INPUTS))('When it is %s, Then one line says so, and the exit code', (name) => {
    const { code, line } = BAD_INPUTS[name] ?? { code: 0, line: /^$/ };
    const ending = endings.get(name);
    expect(ending?.stderr).toMatch(/^dhmc: [^\n]+\n$/);
    expect(ending?.stderr).toMatch(line);
    expect(ending?.code).toBe(code);
    expect(ending?.stdout).toBe('');
  });

  it('When a configuration has several mistakes, Then each has a line with file, path and nearest name', async () => {
    await writeFile(
      join(folder, 'several.yaml'),
      'existingSettin: keep\nflavour: 1\nconcurrency: many\nwaves: [{name: 7, accounts: [12]}]\n',
    );
    const { code, stderr } = await runHere([...FROM, '--config', 'several.yaml'], { cwd: folder });
    await rm(join(folder, 'several.yaml'));
    expect({ code, lines: stderr.trimEnd().split('\n') }).toEqual({
      code: 2,
      lines: [
        'dhmc: several.yaml: existingSettin: unknown key; did you mean "existingSetting"?',
        'dhmc: several.yaml: flavour: unknown key',
        'dhmc: several.yaml: waves[0].name: 7 must be text: put it in quotes, leading zeros included',
        'dhmc: several.yaml: waves[0].accounts[0]: 12 must be text: put it in quotes, leading zeros included',
        'dhmc: several.yaml: concurrency: "many" is not a number',
      ],
    });
  });

  it('When all of them have ended, Then nothing was written', async () => {
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it('When the state folder was there and empty, Then it is so again', async () => {
    await mkdir(join(folder, 'empty'));
    const { code } = await runCommand([...FROM, '--regions', 'us-moon-1', '--state', 'empty'], {
      cwd: folder,
    });
    expect(code).toBe(2);
    expect(await readdir(join(folder, 'empty'))).toEqual([]);
  });
});
