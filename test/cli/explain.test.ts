import { readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { FIRST, makeFolder, runCommand } from './run-command.ts';

const folder = await makeFolder();
const TOKYO = 'ap-northeast-1';
const ISOLATED = ['100000000012', TOKYO, 'vpc-d8eb64de68c590837'];
const explain = (...args: string[]) => runCommand(['explain', '--from', FIRST, ...args], { cwd: folder });

describe('Given the first snapshot', () => {
  it('When a VPC without an egress route is explained, Then its links say what was seen, and a table what each way costs', async () => {
    const { code, stdout, stderr } = await explain(...ISOLATED);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const sentence of [
      'The path of vpc-d8eb64de68c590837 to Systems Manager does not exist.',
      /rtb-\w+ has no route for public addresses\./,
      /endpoints of the VPC +\$61\.32/,
      /NAT gateway +\$32\.85/,
      /central endpoints +\$36\.50/,
      /Resolver inbound endpoint +\$182\.50/,
      /hosts file +no charge/,
    ]) {
      expect(stdout).toMatch(sentence);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('When JSON is asked for, Then the verdict and its sentences are one object', async () => {
    const { stdout } = await explain(...ISOLATED, '--output', 'json');
    const explained = JSON.parse(stdout);
    expect(explained).toMatchObject({ accountId: ISOLATED[0], path: 'NONE', reasons: ['NO_PATH_TO_SSM'] });
    expect(explained.proposal).toMatchObject({ endpointZones: 6, monthlyUsd: 61.32 });
    expect(explained.sentences.length).toBeGreaterThan(5);
  });

  it.each([
    [
      'without egress',
      '100000000012',
      'i-a1bd874f59fd82266',
      'NO_PATH',
      ['WAY', 'CREDENTIALS', 'REGISTRATION'],
    ],
    [
      'of a domain',
      '100000000013',
      'i-914e0335f522bdf5c',
      'NO_PATH',
      ['NAME', 'WAY', 'CREDENTIALS', 'REGISTRATION'],
    ],
    [
      'behind a closed endpoint',
      '100000000014',
      'i-55801544da06666ca',
      'PATH_BLOCKED',
      ['GROUPS', 'CREDENTIALS', 'REGISTRATION'],
    ],
    [
      'without credentials',
      '100000000016',
      'i-aa6911bdd9b4cd166',
      'NO_CREDENTIALS',
      ['CREDENTIALS', 'REGISTRATION'],
    ],
    ['that is managed', '100000000016', 'i-270a33b47948bfd1a', 'MANAGED', []],
    ['that is stopped', '100000000011', 'i-899d4cc08852dff71', null, ['INSTANCE']],
  ])(
    'When an instance %s is explained, Then its red links and one next step come out',
    async (_what, account, id, verdict, red) => {
      const { code, stdout } = await explain(account, TOKYO, id, '--output', 'json');
      const explained = JSON.parse(stdout);
      const links = explained.chain.filter(({ state }: { state: string }) => state === 'RED');
      expect(code).toBe(0);
      expect(explained.verdict).toBe(verdict);
      expect(links.map(({ link }: { link: string }) => link).sort()).toEqual([...red].sort());
      expect(explained.next.summary).toMatch(/\S/);
    },
  );

  it('When an instance is explained to a person, Then commands are whole on their line and nothing is coloured off a terminal', async () => {
    const { stdout } = await explain('100000000014', TOKYO, 'i-55801544da06666ca');
    expect(stdout).toMatch(/^✗ Security groups let 443 through\n {4}No rule of security group sg-/m);
    expect(stdout).toMatch(/^ {4}for group in .*; done$/m);
    expect(stdout).not.toContain('\u001b[');
  });

  it.each([
    [['100000000012', TOKYO, 'vpc-1'], 2, /vpc-1: not in account 100000000012.*there are vpc-d8eb/],
    [['100000000099', TOKYO, 'vpc-1'], 2, /account 100000000099: not in the organization/],
    [['1234', TOKYO, 'vpc-1'], 2, /ACCOUNT 1234: not an account id/],
    [['100000000012', 'tokyo', 'vpc-1'], 2, /REGION tokyo: not a Region/],
    [['100000000012', TOKYO, 'x-1'], 2, /RESOURCE x-1: not the id of an instance such as i-.* or of a VPC/],
    [['100000000012', TOKYO, 'i-1'], 2, /i-1: not in account 100000000012.*there are i-a1bd/],
    [['100000000012', 'us-east-1', 'vpc-1'], 1, /no instance runs there/],
    [['100000000017', TOKYO, 'vpc-1'], 1, /account 100000000017: /],
    [['100000000019', TOKYO, 'vpc-1'], 1, /account 100000000019: sts:AssumeRole/],
  ])('When %j is asked for, Then it ends with %i and one line', async (args, code, line) => {
    const ended = await explain(...args);
    expect(ended.code).toBe(code);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(/^dhmc: .*\n$/);
    expect(ended.stderr).toMatch(line);
  });
});
