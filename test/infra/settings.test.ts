import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { readSettings, refuseUnknownKeys } from '../../infra/settings.ts';
import { makeFolder } from '../cli/run-command.ts';

const folder = await makeFolder();
const APP = fileURLToPath(new URL('../../infra/app.ts', import.meta.url));
const OWN_KEYS = [
  'aws:cdk:enable-path-metadata',
  'aws:cdk:bundling-stacks',
  '@aws-cdk/core:newStyleStackSynthesis',
  'availability-zones:account=111122223333:region=eu-west-1',
  'cli-telemetry',
  'acknowledged-issue-numbers',
];

describe('Given the context of a deployment', () => {
  it('When it has keys of the CDK and known ones, Then they are accepted', () => {
    expect(() => refuseUnknownKeys([...OWN_KEYS, 'config', 'stackSetCaller'])).not.toThrow();
  });

  it.each([
    ['scheduleMode', 'context scheduleMode: unknown key; did you mean "scheduledMode"?'],
    ['scheduled-mode', 'context scheduled-mode: unknown key; did you mean "scheduledMode"?'],
    ['colour', 'context colour: unknown key'],
  ])('When it has the key %s, Then it is refused', (key, message) => {
    expect(() => refuseUnknownKeys([...OWN_KEYS, key])).toThrow(
      expect.objectContaining({ name: 'SettingsError', message }),
    );
  });

  it.each([
    ['scheduledMode', 'enforc', /scheduledMode enforc: unknown; did you mean "enforce"\?/],
    ['operatorAccount', '12', /operatorAccount 12: not such an id/],
    ['config', folder, /config .*: is a folder/],
    ['config', join(folder, 'none.yaml'), /config .*none\.yaml: no such file/],
    ['securityHub', true, /securityHub: expected a string/],
  ])('When %s is %j, Then it is refused with one line', (name, value, message) => {
    const read = () => readSettings((asked) => (asked === name ? value : undefined));
    expect(read).toThrow(
      expect.objectContaining({ name: 'SettingsError', message: expect.stringMatching(message) }),
    );
  });
});

describe('Given the CDK app', () => {
  it('When its configuration file has mistakes, Then it prints one line for each, and no stack', async () => {
    const config = join(folder, 'wrong.yaml');
    await writeFile(config, 'endpoint: off\nflavour: 1\n');
    const ended = await promisify(execFile)(process.execPath, [APP], {
      env: { PATH: process.env.PATH, CDK_CONTEXT_JSON: JSON.stringify({ config, deployment: 'none' }) },
    }).catch((error: { code: number; stderr: string }) => error);
    expect(ended).toMatchObject({
      code: 1,
      stderr: `dhmc-rollout: ${config}: endpoint: unknown key; did you mean "endpoints"?\ndhmc-rollout: ${config}: flavour: unknown key\n`,
    });
  });
});
