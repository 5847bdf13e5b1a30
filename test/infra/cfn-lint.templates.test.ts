import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import { managementRoleTemplate, memberRoleTemplate } from '../../infra/member-role-templates.ts';
import { EVENTS, type Synthesized, synthesize } from './synthesize.ts';

jest.setTimeout(120_000);
const run = promisify(execFile);

const EVERYTHING = `
managementAccount: enforce
memberRole: {externalId: "an/external:id"}
restorableRoleArns: ["arn:aws:iam::*:role/ops/*", "arn:aws:iam::111122223333:role/one"]
dhmcRole:
  extraPolicies: ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"]
  permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary"
`;

/** Errors that cfn-lint finds, one line each; warnings are not asked for. */
async function errorsOf(files: string[]): Promise<string[]> {
  const { stdout } = await run('cfn-lint', [
    '--format',
    'parseable',
    '--non-zero-exit-code',
    'none',
    ...files,
  ]);
  return stdout.split('\n').filter((line) => /:E\d{4}:/.test(line));
}

describe('Given cfn-lint', () => {
  let folder: string;
  let synthesized: Synthesized;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dhmc-lint-'));
    synthesized = await synthesize({ ...EVENTS, config: 'test/infra/enforcing.yaml' });
  });
  afterAll(async () => {
    await synthesized?.remove();
    await rm(folder, { recursive: true });
  });

  it('When a template is wrong, Then it says so', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, 'Resources: {Role: {Type: "AWS::IAM::Role", Properties: {RoleNam: x}}}');
    expect(await errorsOf([file])).not.toEqual([]);
  });

  it('When all stacks are checked, Then there is no error', async () => {
    const { service, memberRoles, events } = synthesized;
    expect(await errorsOf([service, memberRoles, ...events].map(({ file }) => file))).toEqual([]);
  });

  it('When the templates to hand out are checked, Then there is no error', async () => {
    const files: string[] = [];
    for (const [name, yaml] of Object.entries({ defaults: '', everything: EVERYTHING })) {
      const configuration = parseConfiguration(yaml, name);
      for (const [kind, write] of Object.entries({ memberRoleTemplate, managementRoleTemplate })) {
        const file = join(folder, `${name}-${kind}.yaml`);
        await writeFile(file, write({ configuration, operatorAccountId: '111122223333' }));
        files.push(file);
      }
    }
    expect(await errorsOf(files)).toEqual([]);
  });
});
