import { wallClock } from '../../functions/platform/wall-clock.ts';
import { connectToEnvironment } from '../connection.ts';
import { type CheckFinding, type CheckStatus, examine } from '../doctor.ts';
import { EXIT } from '../exit.ts';
import type { GlobalFlags } from '../flags.ts';
import { readConfiguration } from '../read-configuration.ts';
import type { EndingFlags } from '../runs/perform-run.ts';
import { openSnapshot, withTwinAlone } from '../runs/rehearsal.ts';
import { countOf, type Terminal, terminalOf, WIDEST_PROSE } from '../terminal/style.ts';
import { wrapText } from '../terminal/table.ts';
import { hasStateFolder, withStateFolder } from '../with-state-folder.ts';

interface DoctorFlags extends EndingFlags, GlobalFlags {
  from?: string;
  config?: string;
  state: string;
  sample: number;
  all?: boolean;
}

/** Looks, and says what to do. The exit code is 0 whatever is found; 3 on request where something is wrong. */
export async function doctor(flags: DoctorFlags): Promise<number> {
  const configuration = await readConfiguration(flags.config);
  const rest = { configuration, sample: flags.all ? null : flags.sample };
  const { from } = flags;
  const findings =
    from === undefined
      ? await examineHere(flags, rest)
      : await withTwinAlone({ snapshot: await openSnapshot(from), from }, ({ connection, clock }) =>
          examine({ ...rest, connection, now: clock.now() }),
        );
  const wrong = findings.filter(({ status }) => status === 'failed' || status === 'warning').length;
  process.stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, findings }, null, 2)}\n`
      : renderFindings(terminalOf(process.stdout), findings),
  );
  return flags.detailedExitcode && wrong > 0 ? EXIT.attention : EXIT.finished;
}

async function examineHere(
  flags: DoctorFlags,
  rest: Omit<Parameters<typeof examine>[0], 'connection' | 'now'>,
): Promise<CheckFinding[]> {
  const connection = await connectToEnvironment();
  const findings = await examine({ ...rest, connection, now: wallClock.now() });
  const organizationKnown = findings.some(({ check, status }) => check === 'organization' && status === 'ok');
  return organizationKnown ? [...findings, await examineState(flags.state, connection)] : findings;
}

/** Opened as a run opens it; none is made for a look. */
async function examineState(
  folder: string,
  connection: Parameters<typeof withStateFolder>[1],
): Promise<CheckFinding> {
  const check = 'state folder';
  if (!(await hasStateFolder(folder))) {
    return { check, status: 'ok', found: `${folder} is not there yet; the first run makes it.`, fix: null };
  }
  try {
    const { runs, hold } = await withStateFolder(folder, connection, async ({ store }) => ({
      runs: await store.listRuns(1),
      hold: await store.getEnforceHold(),
    }));
    if (hold) {
      const found = `Enforce is held (${hold.who}, since ${hold.since}): ${hold.why}.`;
      const fix = `Fix the cause, then run dhmc resume --why TEXT --state ${folder}, or dhmc run --mode enforce --resume ${hold.runId}.`;
      return { check: 'hold', status: 'warning', found, fix };
    }
    const newest = runs[0] ? `its newest run is ${runs[0].runId} (${runs[0].status})` : 'it has no run yet';
    return { check, status: 'ok', found: `${folder} is this organization's; ${newest}.`, fix: null };
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return { check, status: 'failed', found, fix: 'Name another folder with --state.' };
  }
}

const LOOK: Record<CheckStatus, { mark: string; format: Parameters<Terminal['paint']>[0] }> = {
  ok: { mark: 'ok', format: 'green' },
  warning: { mark: 'look', format: 'yellow' },
  failed: { mark: 'wrong', format: ['red', 'bold'] },
  skipped: { mark: '-', format: 'dim' },
};

const MARK_WIDTH = 7;

function renderFindings(terminal: Terminal, findings: CheckFinding[]): string {
  const name = findings.reduce((widest, { check }) => Math.max(widest, check.length), 0) + 2;
  const indent = 2 + MARK_WIDTH + name;
  const width = Math.min(WIDEST_PROSE, terminal.width) - indent;
  const blocks = findings.map(({ check, status, found, fix }) => {
    const { mark, format } = LOOK[status];
    const [first = '', ...more] = wrapText(found, width);
    const fixes = fix === null ? [] : wrapText(`Fix: ${fix}`, width);
    return [
      `  ${terminal.paint(format, mark)}${' '.repeat(MARK_WIDTH - mark.length)}${check.padEnd(name)}${first}`,
      ...[...more, ...fixes].map((line) => `${' '.repeat(indent)}${line}`),
    ].join('\n');
  });
  const wrong = findings.filter(({ status }) => status === 'failed').length;
  const sum = wrong === 0 ? 'Ready for dhmc run.' : `${countOf(wrong, 'check')} failed.`;
  return `${blocks.join('\n')}\n\n${terminal.paint('bold', sum)}\n`;
}
