/** Settings of a deployment in one file: an upgrade takes away nothing, and deploying without them is refused. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compareTemplates } from '../../functions/core/template-differences.ts';
import { parseDeployment, readDeploymentFile, withDeployment } from '../../infra/deployment-file.ts';
import { readSettings } from '../../infra/settings.ts';
import { makeFolder, runCommand } from '../cli/run-command.ts';
import { EVENTS, type Synthesized, synthesize } from './synthesize.ts';

const folder = await makeFolder();
const FULL = `
scheduledMode: enforce
accountEventMode: enforce
managementAccount: "${EVENTS.managementAccount}"
operatorAccount: "${EVENTS.operatorAccount}"
organizationId: ${EVENTS.organizationId}
operatorRegion: ${EVENTS.operatorRegion}
controlTowerRegion: ${EVENTS.controlTowerRegion}
organizationalUnits: [r-ab12, ou-ab12-cdef3456]
signReports: on
securityHub: on
`;

describe('Given the settings of a deployment', () => {
  it('When they have mistakes, Then each is a line with file, path and reason', () => {
    const text =
      'scheduleMode: enforce\noperatorAccount: 12\nsignReports: yes\norganizationalUnits: [root]\n';
    expect(() => parseDeployment(text, 'd.yaml')).toThrow(
      expect.objectContaining({
        problems: expect.arrayContaining([
          expect.stringMatching(/^scheduleMode: unknown key; did you mean "scheduledMode"\?/),
          expect.stringMatching(/^operatorAccount: must be an account id, in quotes/),
          expect.stringMatching(/^signReports: /),
          expect.stringMatching(/^organizationalUnits.*must be the id of a unit or the root/),
        ]),
      }),
    );
  });

  it('When the file is not there, Then one line says what to do; a look without settings is asked for by name', () => {
    expect(() => readDeploymentFile(join(folder, 'none.yaml'))).toThrow(/no such file.*-c deployment=none/);
    expect(readDeploymentFile('none')).toEqual({});
  });

  it('When the example is read, Then it is right', async () => {
    const example = await readFile('docs/dhmc.deployment.example.yaml', 'utf8');
    expect(parseDeployment(example, 'example')).toMatchObject({ scheduledMode: 'assess' });
  });

  it('When a context value is given too, Then it overrides the file', () => {
    const given = (name: string) => (name === 'scheduledMode' ? 'off' : '');
    const settings = readSettings(withDeployment(given, parseDeployment(FULL, 'd.yaml')));
    expect(settings).toMatchObject({
      scheduledMode: 'off',
      accountEventMode: 'enforce',
      organizationalUnits: ['r-ab12', 'ou-ab12-cdef3456'],
    });
  });
});

describe('Given a full deployment', () => {
  let deployed: Synthesized;
  let bare: Synthesized;
  beforeAll(async () => {
    const file = join(folder, 'dhmc.deployment.yaml');
    await writeFile(file, FULL);
    [deployed, bare] = await Promise.all([synthesize({ deployment: file }), synthesize()]);
  }, 120_000);
  afterAll(() => Promise.all([deployed.remove(), bare.remove()]));

  it('When it is deployed again by the same file, Then nothing is removed and the schedule stays', async () => {
    expect(compareTemplates(deployed.service, deployed.service)).toEqual({
      removed: [],
      added: [],
      behavior: [],
    });
    const args = ['deployment', 'check', deployed.service.file, '--next', deployed.service.file];
    const { code, stdout } = await runCommand(args, { cwd: folder });
    expect([code, stdout]).toEqual([
      0,
      'Nothing would be removed.\nSchedule and account events stay as they are.\n',
    ]);
  });

  it('When it would be deployed without its settings, Then the check names what goes, exit 3', async () => {
    const answer = join(folder, 'deployed.json');
    await writeFile(answer, JSON.stringify({ TemplateBody: JSON.parse(deployed.service.text) }));
    const { code, stdout } = await runCommand(['deployment', 'check', answer, '--next', bare.service.file], {
      cwd: folder,
    });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^26 resources would be removed:\n/);
    expect(stdout).toContain('The schedule: enforce now, assess after.');
  });

  it.each([
    ['no-such.json', 2, /no-such\.json: cannot be read; aws cloudformation get-template/],
    ['dhmc.deployment.yaml', 2, /dhmc\.deployment\.yaml: is not JSON/],
  ])('When %s is checked, Then it is refused with one line', async (file, code, message) => {
    const ended = await runCommand(['deployment', 'check', file], { cwd: folder });
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringMatching(message)]);
  });
});
