import { defaultConfiguration } from '../../functions/runtime/configuration.ts';
import { makeDemoOrganization } from '../../twin/make/demo.ts';
import { EXIT } from '../exit.ts';
import { withTwin } from '../rehearsal.ts';
import { renderComparison } from '../terminal/comparison.ts';
import { countOf, terminalOf } from '../terminal/style.ts';
import { type GlobalFlags, type OutputFormat, runInputOf } from './flags.ts';
import { performRun, untilInterrupted } from './perform-run.ts';

interface DemoFlags extends GlobalFlags {
  state?: string;
  output: OutputFormat;
}

/** Assess, then enforce, on the demo organization with the default configuration. */
export async function demo(flags: DemoFlags): Promise<number> {
  const snapshot = makeDemoOrganization();
  const { Accounts, OrganizationalUnits } = snapshot.organization;
  process.stderr.write(
    `a made-up organization: ${countOf(Accounts.length, 'account')} in ${countOf(OrganizationalUnits.length, 'organizational unit')}, served by its twin on 127.0.0.1\n`,
  );
  const configuration = defaultConfiguration();
  return untilInterrupted((interrupt) =>
    withTwin({ snapshot, from: null, stateFolder: flags.state ?? null }, async (rehearsal) => {
      const order = { ...rehearsal, configuration, interrupt, flags, jumps: true };
      const assess = await performRun({ ...order, input: runInputOf('assess', {}) });
      const enforce = await performRun({ ...order, input: runInputOf('enforce', {}) });
      process.stdout.write(
        flags.output === 'json'
          ? `${JSON.stringify({ assess, enforce }, null, 2)}\n`
          : `\n${renderComparison(terminalOf(process.stdout), assess, enforce)}\n${whatNext(flags)}`,
      );
      return EXIT.finished;
    }),
  );
}

function whatNext({ state }: DemoFlags): string {
  const folder = state ?? '.dhmc-demo';
  const report = `npx --no-install dhmc report --format csv --state ${folder} --out demo.csv`;
  return `What to try next:
  ${state === undefined ? `npx --no-install dhmc demo --state ${folder}   then\n  ${report}` : report}
  npx --no-install dhmc rehearse --from test/fixtures/snapshots/first --mode enforce
  npx --no-install dhmc twin --from test/fixtures/snapshots/first
  npx --no-install dhmc run --local --mode assess     your own organization: looks, changes nothing
`;
}
