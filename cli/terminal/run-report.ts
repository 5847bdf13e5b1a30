/** A run's result for a person: coverage, reasons by how many targets they touch, accounts to look at, changes. */

import { type CommandPlace, commandLine } from '../../functions/core/command-line.ts';
import { describeDrift } from '../../functions/core/drift.ts';
import { INSTANCE_VERDICTS } from '../../functions/core/instances/facts.ts';
import { VERDICTS } from '../../functions/core/instances/verdict-texts.ts';
import type { ChangeOutcome } from '../../functions/core/model/change.ts';
import type { Coverage, RunResult, TargetStatus } from '../../functions/core/model/result.ts';
import { nextCommands } from '../../functions/core/next-commands.ts';
import { NOTES, REASONS, type ReasonCode } from '../../functions/core/reasons.ts';
import { leadingCodes } from '../../functions/core/root-causes.ts';
import { describePartialScope } from '../../functions/core/run-scope.ts';
import { statusOf } from '../../functions/core/status.ts';
import { renderAssociations } from './associations-report.ts';
import { renderConflicts, renderPutBack } from './rollback-report.ts';
import { type ChangeRow, changesOf, renderBlock } from './rows.ts';
import { countOf, paintStatus, STATUSES, type Terminal, WIDEST_PROSE, wordOf } from './style.ts';
import { clip, renderTable, tame, wrapText } from './table.ts';

type Account = RunResult['accounts'][number];

/** Accounts that are named; the report has them all. */
const NAMED_ACCOUNTS = 10;
const NAMED_FAILURES = 5;
const NAMED_PLACES = 3;
const NAMED_DRIFTS = 10;

const FIELD: Record<TargetStatus, keyof Coverage> = {
  COMPLIANT: 'compliant',
  NON_COMPLIANT: 'nonCompliant',
  CONVERGING: 'converging',
  ERROR: 'error',
  SKIPPED: 'skipped',
};

export const countsOf = (coverage: Coverage, status: TargetStatus): number => coverage[FIELD[status]];

export function renderRun(terminal: Terminal, run: RunResult, place: CommandPlace | null = null): string {
  const sections = [
    renderCoverage(terminal, run),
    renderReason(terminal, run),
    renderDrift(terminal, run),
    renderWaivers(terminal, run),
    renderReasons(terminal, run),
    renderInstances(terminal, run),
    renderAccounts(terminal, run, place),
    ...(run.mode === 'rollback' ? [renderPutBack(terminal, run), renderConflicts(terminal, run)] : []),
    renderChanges(terminal, run),
    renderRefused(terminal, run),
    renderAssociations(terminal, run),
    renderNext(terminal, run, place),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** Skipped targets are outside what a run is to cover, so the share is of the others. */
export function coverageLine({ targets, skipped, compliant }: Coverage): string {
  const covered = targets - skipped;
  const share = covered === 0 ? '' : ` (${((100 * compliant) / covered).toFixed(1)} %)`;
  return `${compliant.toLocaleString('en-US')} of ${countOf(covered, 'target')} compliant${share}`;
}

function renderCoverage(terminal: Terminal, run: RunResult): string {
  const { coverage, mode, runId, scope } = run;
  const counts = STATUSES.map((status) => {
    const count = countsOf(coverage, status);
    const text = `${count.toLocaleString('en-US')} ${wordOf(status)}`;
    return count === 0 ? terminal.paint('dim', text) : paintStatus(terminal, status, text);
  });
  const size = `${countOf(coverage.accounts, 'account')}, ${countOf(coverage.targets, 'target')}, ${runId}`;
  const part = scope === undefined ? null : describePartialScope(scope);
  const of = part === null ? '' : `, partial run: ${part}`;
  return [
    `${terminal.paint('bold', `Coverage after ${mode}`)}  ${coverageLine(coverage)}${of}`,
    `  ${counts.join('   ')}`,
    ...managedLine(run),
    terminal.paint('dim', `  ${size}`),
  ].join('\n');
}

function managedLine({ targets }: RunResult): string[] {
  const sum = (count: (target: RunResult['targets'][number]) => number) =>
    targets.reduce((total, target) => total + count(target), 0);
  const running = sum(({ instances }) => instances.running);
  const managed = sum(({ instances }) => instances.managed);
  return running === 0
    ? []
    : [`  ${managed.toLocaleString('en-US')} of ${countOf(running, 'running instance')} managed`];
}

/** Why the run stopped, or changed nothing. */
function renderReason(terminal: Terminal, { reason, status }: RunResult): string {
  if (!reason) return '';
  const text = wrapText(reason, Math.min(WIDEST_PROSE, terminal.width) - 2).map((line) => `  ${line}`);
  const title = status === 'STOPPED' ? 'Stopped' : status === 'FAILED' ? 'Failed' : 'Held back';
  return [terminal.paint('bold', title), ...text].join('\n');
}

/** What others changed, and what became of it. */
function renderDrift(terminal: Terminal, { drift = [] }: RunResult): string {
  if (drift.length === 0) return '';
  const width = Math.min(WIDEST_PROSE, terminal.width) - 2;
  const lines = drift
    .slice(0, NAMED_DRIFTS)
    .flatMap((one) => wrapText(tame(describeDrift(one)), width).map((line) => `  ${line}`));
  const more = drift.length > NAMED_DRIFTS ? [`  and ${drift.length - NAMED_DRIFTS} more`] : [];
  return [terminal.paint('bold', 'Changed by others'), ...lines, ...more].join('\n');
}

/** Those that ended and those about to; the others need no attention. */
function renderWaivers(terminal: Terminal, { waivers = [] }: RunResult): string {
  const named = waivers.filter(({ state }) => state !== 'IN_FORCE');
  if (named.length === 0) return '';
  const lines = named.map(({ code, owner, why, until, state, daysLeft }) => {
    const when = state === 'ENDED' ? `ended ${until}` : `ends ${until}, in ${countOf(daysLeft, 'day')}`;
    return renderBlock(terminal, `  ${code}  ${when}`, `${owner}: ${why}`);
  });
  return [terminal.paint('bold', 'Waivers that ended or are about to'), ...lines].join('\n');
}

/** What a code means; a waived reason is still explained. */
export function meaningOf(code: string): string {
  const texts: Record<string, { meaning: string }> = { ...REASONS, ...NOTES };
  return texts[code.replace(/^WAIVED:/, '')]?.meaning ?? '';
}

/** Codes with the number of targets and accounts that have them, most targets first. */
export function rankCodes(run: RunResult): { code: string; targets: number; accounts: number }[] {
  const seen = new Map<string, { targets: number; accounts: Set<string> }>();
  for (const target of run.targets) {
    const { accountId, notes } = target;
    for (const code of new Set([...leadingCodes(target), ...notes])) {
      const entry = seen.get(code) ?? { targets: 0, accounts: new Set() };
      entry.targets += 1;
      entry.accounts.add(accountId);
      seen.set(code, entry);
    }
  }
  return [...seen]
    .map(([code, { targets, accounts }]) => ({ code, targets, accounts: accounts.size }))
    .sort((a, b) => b.targets - a.targets || a.code.localeCompare(b.code));
}

/** By the status that they give a target, the worst first: what is skipped on purpose must not lead. */
function renderReasons(terminal: Terminal, run: RunResult): string {
  const ranked = rankCodes(run);
  const width = Math.max(0, ...ranked.map(({ code }) => code.length));
  const groups: { title: string; has: (code: string) => boolean }[] = [
    ...(['ERROR', 'NON_COMPLIANT', 'CONVERGING'] as const).map((status) => ({
      title: `Reasons for ${wordOf(status)}`,
      has: (code: string) => isReason(code) && statusOf(code) === status,
    })),
    { title: 'Notes and waived reasons', has: (code) => !isReason(code) },
    { title: 'Skipped because', has: isSkip },
  ];
  return groups
    .flatMap(({ title, has }) => {
      const rows = ranked
        .filter(({ code }) => has(code))
        .map(({ code, targets, accounts }) => [
          targets.toLocaleString('en-US'),
          accounts.toLocaleString('en-US'),
          code.padEnd(width),
          meaningOf(code),
        ]);
      return rows.length === 0 ? [] : [`${terminal.paint('bold', title)}\n${codeTable(terminal, rows)}`];
    })
    .join('\n\n');
}

/** Outside of what is to be covered: never among the first that a person reads. */
export const isSkip = (code: string): boolean => isReason(code) && statusOf(code) === 'SKIPPED';

const isReason = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);

const codeTable = (terminal: Terminal, rows: string[][]): string =>
  renderTable(
    terminal,
    [
      { head: 'targets', align: 'right' },
      { head: 'accounts', align: 'right' },
      { head: 'code' },
      { head: 'meaning', wraps: true },
    ],
    rows,
  );

/** Running instances by verdict, in the order of the table of verdicts. */
function renderInstances(terminal: Terminal, run: RunResult): string {
  const rows = INSTANCE_VERDICTS.flatMap((verdict) => {
    const counts = run.targets.map(({ instances }) => instances.byVerdict[verdict] ?? 0);
    const instances = counts.reduce((sum, count) => sum + count, 0);
    const targets = counts.filter((count) => count > 0).length;
    return instances === 0 ? [] : [[String(instances), String(targets), verdict, VERDICTS[verdict].meaning]];
  });
  if (rows.length === 0) return '';
  return `${terminal.paint('bold', 'Instances')}\n${renderTable(
    terminal,
    [
      { head: 'running', align: 'right' },
      { head: 'targets', align: 'right' },
      { head: 'verdict' },
      { head: 'meaning', wraps: true },
    ],
    rows,
  )}`;
}

const WORST_FIRST: readonly TargetStatus[] = ['ERROR', 'NON_COMPLIANT', 'CONVERGING'];

function renderAccounts(terminal: Terminal, run: RunResult, place: CommandPlace | null): string {
  const troubled = WORST_FIRST.flatMap((status) =>
    run.accounts.filter((account) => account.status === status),
  );
  if (troubled.length === 0) return '';
  const named = troubled.slice(0, NAMED_ACCOUNTS);
  const more = troubled.length - named.length;
  return [
    terminal.paint('bold', 'Accounts to look at'),
    ...named.map((account) => renderAccount(terminal, account, explain(run, account))),
    ...(more > 0
      ? [terminal.paint('dim', `  and ${countOf(more, 'more account')}${allOfThem(run, place)}`)]
      : []),
  ].join('\n');
}

/** The command that lists all accounts, on a separate line: what is copied must be what was meant. */
function allOfThem({ runId }: RunResult, place: CommandPlace | null): string {
  const line = place && commandLine(['accounts', '--run', runId], place);
  return line === null ? '' : `; all of them:\n  ${line}`;
}

/** Commands are never wrapped. */
function renderNext(terminal: Terminal, run: RunResult, place: CommandPlace | null): string {
  if (place === null) return '';
  const changed = run.mode === 'enforce' && changesOf(run).some(({ outcome }) => outcome === 'APPLIED');
  const lines = nextCommands(run, place, changed).flatMap(({ what, line }) => [
    `  ${what}:`,
    `    ${terminal.paint('cyan', line)}`,
  ]);
  return lines.length === 0 ? '' : [terminal.paint('bold', 'Next'), ...lines].join('\n');
}

/** Two lines or more: which account and its status, then why. */
export function renderAccount(terminal: Terminal, account: Account, why: string): string {
  const status = wordOf(account.status);
  const name = clip(tame(account.name), terminal.width - account.accountId.length - status.length - 6);
  const head = `  ${account.accountId}  ${name}  ${paintStatus(terminal, account.status)}`;
  return renderBlock(terminal, head, why);
}

/** AWS's denials name caller and resource by ARN, which the line above says already. Reports keep them whole. */
function tersely(sentence: string): string {
  const terse = sentence.replace(
    /User: \S+ is not authorized to perform: \S+ on resource: [^\s)]+/g,
    'not authorized',
  );
  return /[.!?]$/.test(terse) ? terse : `${terse}.`;
}

/** The findings that made the account what it is, each sentence once, with the Regions that have it. */
export function explain(run: RunResult, account: Account): string {
  const concerned = run.targets.filter(
    ({ accountId, status }) => accountId === account.accountId && status === account.status,
  );
  const regions = new Map<string, string[]>();
  for (const { region, findings } of concerned) {
    const counted = findings.filter(({ waived, followsFrom }) => !waived && !followsFrom);
    const decisive = counted.filter(({ code }) => statusOf(code) === account.status);
    for (const finding of decisive.length > 0 ? decisive : counted) {
      const sentence = tersely(finding.sentence);
      regions.set(sentence, [...(regions.get(sentence) ?? []), region]);
    }
  }
  return joinSentences(
    [...regions].map(([sentence, where]) =>
      where.length === concerned.length ? sentence : `${where.join(', ')}: ${sentence}`,
    ),
  );
}

const NAMED_SENTENCES = 2;

function joinSentences(sentences: string[]): string {
  const more = sentences.length - NAMED_SENTENCES;
  const named = sentences.slice(0, NAMED_SENTENCES).join(' ');
  return more > 0 ? `${named} (and ${more} more)` : named;
}

const OUTCOMES: readonly ChangeOutcome[] = ['PLANNED', 'APPLIED', 'FAILED', 'ROLLED_BACK'];

export function renderChanges(terminal: Terminal, run: RunResult): string {
  const changes = changesOf(run);
  if (changes.length === 0) return `${terminal.paint('bold', 'Changes')}  none`;
  const shown = OUTCOMES.filter((outcome) => changes.some((change) => change.outcome === outcome));
  const kinds = [...new Set(changes.map(({ kind }) => kind))];
  const table = renderTable(
    terminal,
    [
      { head: 'change' },
      ...shown.map((outcome) => ({ head: outcome.toLowerCase().replace('_', ' '), align: 'right' as const })),
    ],
    kinds.map((kind) => [
      kind,
      ...shown.map((outcome) =>
        String(changes.filter((change) => change.kind === kind && change.outcome === outcome).length),
      ),
    ]),
  );
  return [terminal.paint('bold', 'Changes'), table, ...renderFailures(terminal, changes)].join('\n');
}

function renderFailures(terminal: Terminal, changes: ChangeRow[]): string[] {
  const failed = changes.filter(({ outcome }) => outcome === 'FAILED');
  if (failed.length === 0) return [];
  const groups = [
    ...Map.groupBy(
      failed,
      ({ kind, error }) => `${kind} ${error?.code} ${alike(error?.message ?? '')}`,
    ).values(),
  ].sort((a, b) => b.length - a.length);
  const rest = groups.slice(NAMED_FAILURES).reduce((sum, group) => sum + group.length, 0);
  return [
    '',
    terminal.paint('bold', 'Failed changes'),
    ...groups.slice(0, NAMED_FAILURES).map((group) => {
      const [{ kind, error }] = group as [ChangeRow];
      const places = group
        .slice(0, NAMED_PLACES)
        .map(({ accountId, region }) => `${accountId} ${region ?? 'iam'}`);
      const others = group.length > NAMED_PLACES ? ` and ${group.length - NAMED_PLACES} more` : '';
      return renderBlock(
        terminal,
        `  ${group.length} × ${kind}`,
        `${tersely(error?.message ?? '')} In ${places.join(', ')}${others}.`,
      );
    }),
    ...(rest > 0 ? [terminal.paint('dim', `  and ${rest} more`)] : []),
  ];
}

/** What differs between places of the same failure: ARNs, ids, Regions. */
const alike = (message: string): string =>
  message.replace(/arn:\S+|\b\d{12}\b|\b[a-z]+-[0-9a-f]{8,17}\b|\b[a-z]{2}(-[a-z]+)+-\d\b/g, '…');

/** Changes of an earlier plan that live state does not allow any more. */
function renderRefused(terminal: Terminal, run: RunResult): string {
  const refused = changesOf(run).filter(({ outcome, error }) => outcome === 'PLANNED' && error !== null);
  if (refused.length === 0) return '';
  const rest = refused.length - NAMED_FAILURES;
  return [
    `${terminal.paint('bold', 'Refused')}  ${countOf(refused.length, 'change')} of the plan: live state is not what it saw`,
    ...refused
      .slice(0, NAMED_FAILURES)
      .map(({ accountId, region, kind, error }) =>
        renderBlock(terminal, `  ${accountId}  ${region ?? 'iam'}  ${kind}`, error?.message ?? ''),
      ),
    ...(rest > 0 ? [terminal.paint('dim', `  and ${rest} more`)] : []),
  ].join('\n');
}
