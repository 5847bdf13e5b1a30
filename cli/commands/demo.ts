import type { Configuration } from '../../functions/core/model/configuration.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import { wholeResult } from '../../functions/report/read-run.ts';
import { makeDemoOrganization } from '../../twin/make/demo.ts';
import { EXIT } from '../exit.ts';
import { type GlobalFlags, type OutputFormat, runInputOf } from '../flags.ts';
import { commandName } from '../runs/command-place.ts';
import { endRun, performRun, untilInterrupted } from '../runs/perform-run.ts';
import { withTwin } from '../runs/rehearsal.ts';
import { renderComparison } from '../terminal/comparison.ts';
import { countOf, terminalOf } from '../terminal/style.ts';

interface DemoFlags extends GlobalFlags {
  state?: string;
  output: OutputFormat;
}

/** Assess, then enforce, on the demo organization. Endpoints are made there, so that they are seen with their price. */
export async function demo(flags: DemoFlags): Promise<number> {
  const snapshot = makeDemoOrganization();
  const { Accounts, OrganizationalUnits } = snapshot.organization;
  process.stderr.write(
    `a made-up organization on loopback: ${countOf(Accounts.length, 'account')} in ${countOf(OrganizationalUnits.length, 'organizational unit')}\n`,
  );
  const configuration: Configuration = { ...defaultConfiguration(), endpoints: 'provision' };
  process.stderr.write('the default configuration, but for endpoints: provision\n');
  return untilInterrupted((interrupt) =>
    withTwin({ snapshot, from: null, stateFolder: flags.state ?? null }, async (rehearsal) => {
      const order = { ...rehearsal, configuration, interrupt, flags, jumps: true };
      const assess = await performRun({ ...order, input: runInputOf('assess', {}) });
      if (assess.summary.head.status === 'STOPPED') return endRun(assess, flags, null);
      const enforce = await performRun({ ...order, input: runInputOf('enforce', {}) });
      const [before, after] = [await wholeResult(assess), await wholeResult(enforce)];
      process.stdout.write(
        flags.output === 'json'
          ? `${JSON.stringify({ assess: before, enforce: after }, null, 2)}\n`
          : `\n${renderComparison(terminalOf(process.stdout), before, after)}\n\n${whatNext(flags)}`,
      );
      return EXIT.finished;
    }),
  );
}

function whatNext({ state }: DemoFlags): string {
  const folder = state ?? '.dhmc-demo';
  const steps = [
    ...(state === undefined ? [['keep what a run leaves', `demo --state ${folder}`]] : []),
    ['the run as an HTML report', `report --format html --state ${folder} --out demo.html`],
    ['every account and Region as a row', `report --format csv --state ${folder} --out demo.csv`],
    ['look at your own organization, change nothing', 'run --local --mode assess'],
    ['export its current state', 'snapshot --out my-organization'],
    ['rehearse enforce on that', 'rehearse --from my-organization --mode enforce'],
    ['serve that for the AWS CLI', 'twin --from my-organization'],
  ];
  const lines = steps.map(([what, command]) => `  # ${what}\n  ${commandName()} ${command}`);
  return `What to try next:\n${lines.join('\n')}\n`;
}
