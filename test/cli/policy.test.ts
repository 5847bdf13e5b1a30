import { describe, expect, it } from '@jest/globals';
import { makeFolder, runCommand } from './run-command.ts';

const cwd = await makeFolder();
const policy = (...args: string[]) => runCommand(['policy', ...args], { cwd });
const ID = 'i-0a1b2c3d4e5f60718';

describe('Given a policy for people', () => {
  it('When it is made, Then standard output is the document alone, standard error says why', async () => {
    const { code, stdout, stderr } = await policy('session', '--instances', ID, '--region', 'us-gov-west-1');
    expect(code).toBe(0);
    const { Version, Statement } = JSON.parse(stdout);
    expect(Version).toBe('2012-10-17');
    expect(Statement[0].Resource).toEqual([`arn:aws-us-gov:ec2:us-gov-west-1:*:instance/${ID}`]);
    for (const { Sid } of Statement) expect(stderr).toContain(`${Sid}: `);
  });
});

describe('Given flags that no policy can be made of', () => {
  it.each<[string, string[], RegExp]>([
    ['no instances', ['session'], /^dhmc: which instances is not said; give either --instances/],
    ['instances and a tag', ['rdp', '--instances', ID, '--tag', 'A=b'], /give either --instances i-/],
    [
      'a hybrid node',
      ['session', '--instances', 'mi-0a1b2c3d4e5f60718'],
      /--instances mi-0a1b2c3d4e5f60718: not the id/,
    ],
    ['a wildcard tag', ['session', '--tag', 'Team=*'], /--tag Team=\*: not KEY=VALUE/],
    ['a variable in a tag', ['session', '--tag', 'Team=$' + '{aws:userid}'], /not KEY=VALUE/],
    ['a tag without value', ['session', '--tag', 'Team'], /--tag Team: not KEY=VALUE/],
    [
      'a wildcard document',
      ['session', '--instances', ID, '--document', 'AWS-*'],
      /--document AWS-\*: not the name/,
    ],
    [
      'a document for rdp',
      ['rdp', '--instances', ID, '--document', 'X-Y'],
      /--document has no meaning with rdp/,
    ],
    [
      'Region and partition that differ',
      ['rdp', '--tag', 'A=b', '--region', 'cn-north-1', '--partition', 'aws'],
      /--region cn-north-1: in partition aws-cn, not aws/,
    ],
    [
      'an unknown partition',
      ['rdp', '--tag', 'A=b', '--partition', 'aws-gov'],
      /--partition aws-gov: unknown; did you mean "aws-us-gov"|--partition aws-gov: unknown/,
    ],
    [
      'too many instances',
      [
        'session',
        '--instances',
        Array.from({ length: 300 }, (_, n) => `i-${n.toString(16).padStart(17, '0')}`).join(','),
      ],
      /300 instances are too many/,
    ],
  ])('When it is %s, Then one line says so and the exit code is 2', async (_what, args, line) => {
    const { code, stdout, stderr } = await policy(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
