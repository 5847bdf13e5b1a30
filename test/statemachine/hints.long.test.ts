/**
 * Every command that the product prints for a deployed service, run as it was printed: against Step Functions, S3 and
 * DynamoDB as moto has them. Of a local run and a rehearsal: test/cli/hints.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import type { FaultFile } from '../../twin/faults-file.ts';
import { type Ended, makeFolder } from '../cli/run-command.ts';
import { type DeployedOnMoto, deployOnMoto, TABLE } from './moto/deployed.ts';

const CRASHING = '100000000014';
const folder = await makeFolder();
const PROTECTED = '100000000012';
const CONFIGURATION = { ...defaultConfiguration(), settle: { passes: 1, waitSeconds: [1] } };

let configuration: Configuration = CONFIGURATION;
let deployed: DeployedOnMoto;
beforeAll(async () => {
  deployed = await deployOnMoto({
    crashing: CRASHING,
    loadConfiguration: async () => configuration,
    cwd: folder,
  });
  const first = await dhmc(['run', '--mode', 'enforce', '--state-machine', deployed.stateMachine]);
  expect({ code: first.code, stderr: first.code === 0 ? '' : first.stderr }).toEqual({ code: 0, stderr: '' });
}, 120_000);
afterAll(() => deployed?.close());

const dhmc = (words: string[]): Promise<Ended> => deployed.dhmc(words);

describe('given commands that the command itself prints for the deployed service', () => {
  let pasted = 0;

  /** Runs each as it was printed; TEXT is what a person fills in. */
  async function paste(lines: string[], expected: number): Promise<void> {
    expect(lines.length).toBeGreaterThanOrEqual(expected);
    for (const line of lines) {
      const words = (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/, '$1'));
      const { code, stderr } = await dhmc(words.slice(1).map((word) => word.replace('TEXT', 'fixed')));
      pasted += 1;
      process.stderr.write(`pasted: ${line.trim()}: exit ${code}\n`);
      expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
    }
  }

  const linesIn = ({ stdout, stderr }: Ended) => `${stdout}\n${stderr}`.match(/(?<=^\s*)dhmc .+$/gm) ?? [];
  const enforce = async (...more: string[]) =>
    dhmc([
      'run',
      '--mode',
      'enforce',
      '--state-machine',
      deployed.stateMachine,
      '--accounts',
      PROTECTED,
      ...more,
    ]);
  /** Whatever the runs before left, so that there is something to change. */
  async function rollBackAll(): Promise<void> {
    const words = [
      'run',
      '--mode',
      'rollback',
      '--rollback-of',
      'all',
      '--state-machine',
      deployed.stateMachine,
    ];
    const { code, stderr } = await dhmc(words);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  }
  /** Of the page, which knows the place from --table alone. */
  async function bannerOf(runId: string): Promise<string[]> {
    const page = await dhmc(['report', '--format', 'html', '--table', TABLE, '--run', runId]);
    expect({ code: page.code, stderr: page.code === 0 ? '' : page.stderr }).toEqual({ code: 0, stderr: '' });
    const banner = /<dl class="next">.*?<\/dl>/s.exec(page.stdout)?.[0] ?? '';
    return [...banner.matchAll(/<code>(.*?)<\/code>/gs)].map(([, line = '']) => line);
  }
  const runOf = ({ stdout }: Ended) => /run-\w+-\w+/.exec(stdout)?.[0] ?? '';

  it('when runs, accounts and reports are asked for by the table alone, then they are those of the service', async () => {
    for (const words of [
      ['runs'],
      ['accounts'],
      ['accounts', '--status', 'NON_COMPLIANT', '--output', 'csv'],
    ]) {
      const { code, stdout, stderr } = await dhmc([...words, '--table', TABLE]);
      expect({ words, code, stderr: code === 0 ? '' : stderr, said: stdout !== '' }).toEqual({
        words,
        code: 0,
        stderr: '',
        said: true,
      });
    }
    for (const format of ['csv', 'json', 'html', 'asff', 'ocsf']) {
      const { code, stdout } = await dhmc(['report', '--format', format, '--table', TABLE]);
      expect([format, code, stdout.includes(CRASHING)]).toEqual([format, 0, true]);
    }
  }, 180_000);

  it('when a run changed something, then its rollback and its list of accounts run as printed', async () => {
    await rollBackAll();
    await paste(linesIn(await enforce()), 1);
  }, 180_000);

  it('when a plan is written, then applying it runs as printed', async () => {
    const plan = await dhmc([
      'plan',
      '--state-machine',
      deployed.stateMachine,
      '--accounts',
      PROTECTED,
      '--out',
      'a plan.json',
    ]);
    await paste(linesIn(plan), 1);
  }, 180_000);

  it('when the kill switch is on, then the command and the page show what turns it off', async () => {
    const on = await dhmc(['kill', 'on', '--why', 'incident', '--table', TABLE]);
    const held = await enforce();
    const inPage = await bannerOf(runOf(held));
    await paste(linesIn(held), 2);
    await paste(linesIn(on), 1);
    await paste(inPage, 2);
  }, 180_000);

  it('when a gate stopped a run, then what continues it and what clears its hold run as printed', async () => {
    configuration = {
      ...CONFIGURATION,
      maxFailurePercent: 0,
      waves: [
        { name: 'canary', accounts: [PROTECTED], soakSeconds: 0 },
        { name: 'rest', soakSeconds: 0 },
      ],
    };
    const fault = {
      match: { operation: 'UpdateServiceSetting' },
      effect: { error: { code: 'AccessDeniedException', message: 'no', status: 403 } },
    };
    const stop = async () => {
      await rollBackAll();
      deployed.twin.setFaults({ seed: 1, faults: [fault] } as FaultFile);
      const stopped = await dhmc([
        'run',
        '--mode',
        'enforce',
        '--state-machine',
        deployed.stateMachine,
        '--table',
        TABLE,
      ]);
      deployed.twin.setFaults({ seed: 1, faults: [] } as FaultFile);
      return stopped;
    };
    const stopped = await stop();
    expect(stopped.stdout).toContain('--resume');
    const inPage = await bannerOf(runOf(stopped));
    expect(inPage.length).toBeGreaterThanOrEqual(2);
    const [goOn = ''] = linesIn(stopped).filter((line) => line.includes('run --mode enforce --resume'));
    await paste([goOn], 1);
    const again = await stop();
    const [clear = ''] = linesIn(again).filter((line) => line.startsWith('dhmc resume'));
    const held = await enforce();
    await paste(
      linesIn(held).filter((line) => line.startsWith('dhmc resume')),
      1,
    );
    await deployed.store.createEnforceHold({
      runId: runOf(again),
      who: 'gate',
      why: 'x',
      since: '2026-11-19T00:00:00.000Z',
    });
    await paste([clear], 1);
  }, 300_000);

  it('when all were run, then there were many', () => {
    process.stderr.write(`hints of the deployed service run as printed: ${pasted}, failures 0\n`);
    expect(pasted).toBeGreaterThanOrEqual(9);
  });
});
