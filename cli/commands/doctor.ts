import { existsSync } from 'node:fs';
import { commandLine } from '../../functions/core/command-line.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { CheckFinding, CheckStatus } from '../../functions/core/readiness/finding.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';
import {
  type DeploymentFile,
  readDeploymentFile,
  USUAL_DEPLOYMENT_FILE,
} from '../../infra/deployment-file.ts';
import {
  type ConnectionFlags,
  connectionIn,
  expectAnswer,
  expectProfile,
  findHomeRegion,
  REGION_FIX,
} from '../connection.ts';
import { examine } from '../doctor.ts';
import { describeEnding, EXIT, UsageError } from '../exit.ts';
import type { GlobalFlags } from '../flags.ts';
import { readConfiguration } from '../read-configuration.ts';
import { folderPlace } from '../runs/command-place.ts';
import type { EndingFlags } from '../runs/perform-run.ts';
import { openSnapshot, withTwinAlone } from '../runs/rehearsal.ts';
import { countOf, type Terminal, terminalOf, WIDEST_PROSE } from '../terminal/style.ts';
import { wrapText } from '../terminal/table.ts';
import { hasStateFolder, withStateFolder } from '../with-state-folder.ts';

interface DoctorFlags extends EndingFlags, GlobalFlags, ConnectionFlags {
  from?: string;
  as?: 'operator' | 'management';
  config?: string;
  deployment?: string;
  operatorAccount?: string;
  state: string;
  sample: number;
  all?: boolean;
}

/**
 * Checks, and reports what to do. Exit 1 where a check failed: nothing else is wrong usage here, since a missing
 * Region or profile is what the first contact is for. 3 on request where there are only warnings.
 */
export async function doctor(flags: DoctorFlags): Promise<number> {
  const { from, operatorAccount = null } = flags;
  if (flags.as !== undefined && from === undefined)
    throw new UsageError('--as belongs to --from: otherwise the credentials say which account it is');
  const { configuration, problems } = await checkConfiguration(flags.config);
  const deployment = await checkDeployment(flags.deployment);
  const rest = {
    configuration,
    deployment: deployment.file,
    operatorAccountId: operatorAccount,
    sample: flags.all ? null : flags.sample,
  };
  const examined =
    from === undefined ? await examineHere(flags, rest) : await examineSnapshot(from, flags.as, rest);
  const findings = [...examined, ...problems, ...deployment.problems];
  process.stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, findings }, null, 2)}\n`
      : renderFindings(terminalOf(process.stdout), findings),
  );
  if (findings.some(({ status }) => status === 'failed')) return EXIT.failed;
  const warned = findings.some(({ status }) => status === 'warning');
  return flags.detailedExitcode && warned ? EXIT.attention : EXIT.finished;
}

/** A file that cannot be used is a finding beside the others. */
async function checkConfiguration(
  file: string | undefined,
): Promise<{ configuration: Configuration | null; problems: CheckFinding[] }> {
  try {
    return { configuration: await readConfiguration(file), problems: [] };
  } catch (error) {
    const found = `${describeEnding(error).lines.join('; ')}.`;
    const fix = 'Correct the file; docs/configure.md lists every key. Member roles are tried after that.';
    return { configuration: null, problems: [{ check: 'configuration', status: 'failed', found, fix }] };
  }
}

/** The deployment file is one of a checkout; elsewhere there is none. */
async function checkDeployment(
  named: string | undefined,
): Promise<{ file: DeploymentFile | null; problems: CheckFinding[] }> {
  if (named === undefined && !existsSync(USUAL_DEPLOYMENT_FILE)) return { file: null, problems: [] };
  try {
    return { file: readDeploymentFile(named), problems: [] };
  } catch (error) {
    if (named !== undefined && !existsSync(named))
      throw new UsageError(`${named}: no such file; see --deployment`);
    const found = `${describeEnding(error).lines.join('; ')}.`;
    const fix = 'Correct the file; docs/deploy.md lists every key.';
    return { file: null, problems: [{ check: 'deployment file', status: 'failed', found, fix }] };
  }
}

/** As the operator account, or as the management account, which then knows the operator account by the snapshot. */
async function examineSnapshot(
  from: string,
  as: DoctorFlags['as'],
  rest: Omit<Parameters<typeof examine>[0], 'connection' | 'now'>,
): Promise<CheckFinding[]> {
  const snapshot = await openSnapshot(from);
  const { organization } = snapshot;
  const managing = as === 'management';
  const OperatorAccountId = managing
    ? String(organization.Organization.MasterAccountId)
    : organization.OperatorAccountId;
  const operatorAccountId = rest.operatorAccountId ?? (managing ? organization.OperatorAccountId : null);
  const seen = { ...snapshot, organization: { ...organization, OperatorAccountId } };
  return withTwinAlone({ snapshot: seen, from }, ({ connection, clock }) =>
    examine({ ...rest, operatorAccountId, connection, now: clock.now() }),
  );
}

async function examineHere(
  flags: DoctorFlags,
  rest: Omit<Parameters<typeof examine>[0], 'connection' | 'now'>,
): Promise<CheckFinding[]> {
  const profile = await runCheck('profile', PROFILE_FIX, expectProfile);
  if (profile !== null) return [profile];
  const region = await findHomeRegion();
  const endpoint = await runCheck('endpoint', ENDPOINT_FIX, () => expectAnswer(process.env.AWS_ENDPOINT_URL));
  const first = region === null ? [regionMissing] : [];
  if (endpoint !== null) return [...first, endpoint];
  const connection = connectionIn(region ?? STAND_IN_REGION);
  const findings = [...first, ...(await examine({ ...rest, connection, now: wallClock.now() }))];
  const organizationKnown = findings.some(({ check, status }) => check === 'organization' && status === 'ok');
  return organizationKnown ? [...findings, await examineState(flags, connection)] : findings;
}

/** Organizations answers there for every account of the partition aws, so that the other checks need not wait. */
const STAND_IN_REGION = 'us-east-1';

const regionMissing: CheckFinding = {
  check: 'Region',
  status: 'failed',
  found: `Neither --region nor AWS_REGION nor the profile names one; the other checks ask ${STAND_IN_REGION}.`,
  fix: REGION_FIX,
};

const PROFILE_FIX = 'Correct --profile or AWS_PROFILE, or create the profile with aws configure.';
const ENDPOINT_FIX = 'Correct or unset AWS_ENDPOINT_URL.';

/** null where it is met. */
async function runCheck(
  check: string,
  fix: string,
  expectation: () => Promise<void>,
): Promise<CheckFinding | null> {
  try {
    await expectation();
    return null;
  } catch (error) {
    return { check, status: 'failed', found: `${describeEnding(error).lines.join('; ')}.`, fix };
  }
}

/** Opened as a run opens it; none is created for a check. */
async function examineState(
  flags: DoctorFlags,
  connection: Parameters<typeof withStateFolder>[1],
): Promise<CheckFinding> {
  const check = 'state folder';
  const folder = flags.state;
  if (!(await hasStateFolder(folder))) {
    return {
      check,
      status: 'ok',
      found: `${folder} does not exist yet; the first run creates it.`,
      fix: null,
    };
  }
  try {
    const { runs, hold } = await withStateFolder(folder, connection, async ({ store }) => ({
      runs: await store.listRuns(1),
      hold: await store.getEnforceHold(),
    }));
    if (hold) {
      const found = `Enforce is held (${hold.who}, since ${hold.since}): ${hold.why}.`;
      const place = folderPlace(flags);
      const command = commandLine(['resume', '--why', 'TEXT'], place);
      const fix = 'Fix the cause, then clear the hold.';
      return { check: 'hold', status: 'warning', found, fix, ...(command === null ? {} : { command }) };
    }
    const newest = runs[0] ? `its newest run is ${runs[0].runId} (${runs[0].status})` : 'it has no run yet';
    return { check, status: 'ok', found: `${folder} belongs to this organization; ${newest}.`, fix: null };
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
  const blocks = findings.map(({ check, status, found, fix, command }) => {
    const { mark, format } = LOOK[status];
    const [first = '', ...more] = wrapText(found, width);
    const fixes = fix === null ? [] : wrapText(`Fix: ${fix}`, width);
    return [
      `  ${terminal.paint(format, mark)}${' '.repeat(MARK_WIDTH - mark.length)}${check.padEnd(name)}${first}`,
      ...[...more, ...fixes].map((line) => `${' '.repeat(indent)}${line}`),
      ...(command === undefined ? [] : [`    ${command}`]),
    ].join('\n');
  });
  const wrong = findings.filter(({ status }) => status === 'failed').length;
  const open = findings.filter(({ status }) => status === 'skipped').length;
  const ready =
    open === 0 ? 'Ready for dhmc run.' : `Nothing failed; ${countOf(open, 'check')} could not be made.`;
  const sum = wrong === 0 ? ready : `${countOf(wrong, 'check')} failed.`;
  return `${blocks.join('\n')}\n\n${terminal.paint('bold', sum)}\n`;
}
