/**
 * What enforce would do, for a person who decides whether it may: by kind, by account, the price, and what is
 * left alone. Accounts that would be changed alike are told once, so that thousands of changes read like ten.
 */
import { CHANGES } from '../../functions/core/changes/changes.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { MENDED_BY_PLAN } from '../../functions/core/results.ts';
import { renderAssociations } from './associations-report.ts';
import { type ChangeRow, changesOf } from './rows.ts';
import { meaningOf } from './run-report.ts';
import { countOf, type Terminal } from './style.ts';
import { clip, renderTable, tame, wrapText } from './table.ts';

/** Fewer accounts than that are named one by one. */
const ALIKE_FROM = 3;
const SHOWN_GROUPS = 15;
const NAMED_ACCOUNTS = 3;
const NAMED_REGIONS = 3;
const SHOWN_CODES = 15;

/** @param ids the changes that enforce would make; null: all that the result has as planned */
export function renderPlan(terminal: Terminal, run: RunResult, ids: ReadonlySet<string> | null): string {
  const planned = changesOf(run).filter(({ outcome }) => outcome === 'PLANNED');
  const rows = planned.filter(({ id }) => ids?.has(id) ?? true);
  const sections = [
    renderHead(terminal, run, rows),
    ...(rows.length === 0 ? [] : [renderKinds(terminal, rows), renderGroups(terminal, run, rows)]),
    renderAssociations(terminal, run),
    renderLeftAlone(terminal, run, rows, planned.length - rows.length),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

const dollars = (usd: number) =>
  `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const more = (usd: number) => (usd === 0 ? '' : `${usd > 0 ? '+' : '-'}${dollars(Math.abs(usd))}`);
const sumUsd = (rows: ChangeRow[]) =>
  rows.reduce((sum, { monthlyCostUsd }) => sum + (monthlyCostUsd ?? 0), 0);
const distinct = (values: (string | null)[]) => new Set(values.filter((value) => value !== null)).size;

function renderHead(terminal: Terminal, run: RunResult, rows: ChangeRow[]): string {
  const { current } = run.monthlyCostUsd;
  const after = current + sumUsd(rows);
  const price = `${dollars(current)} a month now, ${dollars(after)} after it`;
  const accounts = `${distinct(rows.map(({ accountId }) => accountId)).toLocaleString('en-US')} of ${countOf(run.coverage.accounts, 'account')}`;
  return rows.length === 0
    ? `${terminal.paint('bold', 'Plan')}  enforce would change nothing\n  ${price}`
    : `${terminal.paint('bold', 'Plan')}  enforce would make ${countOf(rows.length, 'change')} in ${accounts}\n  ${price}`;
}

function renderKinds(terminal: Terminal, rows: ChangeRow[]): string {
  const kinds = Map.groupBy(rows, ({ kind }) => kind);
  const priced = rows.some(({ monthlyCostUsd }) => monthlyCostUsd);
  const table = renderTable(
    terminal,
    [
      { head: 'changes', align: 'right' },
      { head: 'accounts', align: 'right' },
      { head: 'Regions', align: 'right' },
      ...(priced ? [{ head: 'a month', align: 'right' as const }] : []),
      { head: 'what', wraps: true },
    ],
    [...kinds].map(([kind, of]) => [
      of.length.toLocaleString('en-US'),
      distinct(of.map(({ accountId }) => accountId)).toLocaleString('en-US'),
      of.every(({ region }) => region === null) ? 'global' : String(distinct(of.map(({ region }) => region))),
      ...(priced ? [more(sumUsd(of))] : []),
      CHANGES[kind].words,
    ]),
  );
  return `${terminal.paint('bold', 'By kind')}\n${table}`;
}

interface Group {
  lines: string[];
  accounts: string[];
  rows: ChangeRow[];
}

function renderGroups(terminal: Terminal, run: RunResult, rows: ChangeRow[]): string {
  const names = new Map(run.accounts.map(({ accountId, name }) => [accountId, tame(name)]));
  const groups = groupAlike(rows);
  const shown = groups.slice(0, SHOWN_GROUPS);
  const rest = groups.slice(SHOWN_GROUPS);
  const blocks = shown.map((group) => {
    const lines = group.lines.flatMap((line) =>
      wrapText(line, terminal.width - 6).map((text, index) => `${index === 0 ? '    ' : '      '}${text}`),
    );
    return [`  ${clip(headOf(group, names), terminal.width - 2)}`, ...lines].join('\n');
  });
  const hidden = rest.reduce((sum, { accounts }) => sum + accounts.length, 0);
  const tail = `  and ${countOf(hidden, 'more account')} in ${countOf(rest.length, 'group')}; --out FILE writes every change`;
  return [
    terminal.paint('bold', 'By account'),
    ...blocks,
    ...(hidden > 0 ? [terminal.paint('dim', tail)] : []),
  ].join('\n');
}

function headOf({ accounts, rows }: Group, names: Map<string, string>): string {
  const price = more(sumUsd(rows));
  const [first = ''] = accounts;
  const what = [countOf(rows.length, 'change'), price].filter((part) => part !== '').join('  ');
  if (accounts.length === 1) return `${first}  ${what}  ${names.get(first) ?? ''}`;
  const examples = accounts.slice(0, NAMED_ACCOUNTS).map((id) => names.get(id) ?? id);
  const others = accounts.length > examples.length ? ', ...' : '';
  return `${countOf(accounts.length, 'account')} alike  ${what}  ${examples.join(', ')}${others}`;
}

/** Largest groups first; within one, and among accounts named one by one, by id. */
function groupAlike(rows: ChangeRow[]): Group[] {
  const groups = new Map<string, Group>();
  for (const [accountId, of] of Map.groupBy(rows, (row) => row.accountId)) {
    const lines = describeAccount(of);
    const key = lines.join('\n').replaceAll(/\b(vpc|vpce|sg|subnet)-[0-9a-f]+/g, '$1');
    const known = groups.get(key);
    if (known) {
      known.accounts.push(accountId);
      known.rows.push(...of);
    } else {
      groups.set(key, { lines, accounts: [accountId], rows: of });
    }
  }
  return [...groups.values()]
    .flatMap((group) => (group.accounts.length < ALIKE_FROM ? apart(group) : [alike(group)]))
    .sort(
      (a, b) =>
        b.accounts.length - a.accounts.length || (a.accounts[0] ?? '').localeCompare(b.accounts[0] ?? ''),
    );
}

function apart({ accounts, rows }: Group): Group[] {
  return accounts.map((accountId) => {
    const own = rows.filter((row) => row.accountId === accountId);
    return { lines: describeAccount(own), accounts: [accountId], rows: own };
  });
}

/** Ids differ from account to account. */
function alike(group: Group): Group {
  const lines = group.lines.map((line) => line.replaceAll(/\b(vpc|vpce|sg)-[0-9a-f]+/g, 'a VPC'));
  return { ...group, lines: [...new Set(lines)] };
}

/** One line for the role, and one for all Regions that have the same to be done. */
function describeAccount(rows: ChangeRow[]): string[] {
  const role = rows.filter(({ region }) => region === null);
  const regions = Map.groupBy(
    rows.filter(({ region }) => region !== null),
    ({ region }) => region ?? '',
  );
  const places = new Map<string, string[]>();
  for (const [region, of] of regions) {
    for (const text of describeRegion(of)) places.set(text, [...(places.get(text) ?? []), region]);
  }
  return [
    ...(role.length === 0 ? [] : [`role: ${role.map(describeRoleChange).join(', ')}`]),
    ...[...places].map(([text, of]) => `${nameRegions(of)}: ${text}`),
  ];
}

function nameRegions(regions: string[]): string {
  const sorted = regions.toSorted();
  const others = sorted.length - NAMED_REGIONS;
  return others > 1
    ? `${countOf(sorted.length, 'Region')} (${sorted.slice(0, NAMED_REGIONS).join(', ')}, ...)`
    : sorted.join(', ');
}

function describeRoleChange({ kind, detail }: ChangeRow): string {
  switch (kind) {
    case 'CreateDhmcRole':
      return `create ${detail.roleName}`.replace(` ${DEFAULT_ROLE}`, ' it');
    case 'AttachDhmcRolePolicy':
      return `attach ${String(detail.policyArn).split('/').at(-1)}`;
    default:
      return 'mend its trust';
  }
}

/** The setting, and each VPC's endpoints in one line. */
function describeRegion(rows: ChangeRow[]): string[] {
  const network = rows.filter(({ kind }) => kind !== 'SetServiceSetting');
  const vpcs = Map.groupBy(network, ({ resource, detail }) => vpcOf(resource, detail));
  return [
    ...rows.filter(({ kind }) => kind === 'SetServiceSetting').map(describeSetting),
    ...[...vpcs].map(([vpcId, of]) => [`${vpcId}:`, ...describeNetwork(of)].join(' ')),
  ];
}

function vpcOf(resource: string, detail: Record<string, unknown>): string {
  return String(detail.vpcId ?? resource.split('/')[0]);
}

function describeSetting({ detail }: ChangeRow): string {
  const before = String(detail.previousValue ?? '');
  const unset = before === '' || before === '$None';
  const role = String(detail.value).split('/').at(-1) ?? '';
  const named = role === DEFAULT_ROLE ? 'the DHMC role' : role;
  return `set to ${named}${unset ? '' : ` instead of ${before}`}`;
}

/** Long, and the same everywhere where it is not configured. */
const DEFAULT_ROLE = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';

function describeNetwork(rows: ChangeRow[]): string[] {
  const made = rows.filter(({ kind }) => kind === 'CreateInterfaceEndpoint');
  const services = made.map(({ detail }) => String(detail.serviceName).split('.').at(-1));
  const zones = Math.max(
    0,
    ...made.map(({ detail }) => (detail.subnetIds as unknown[] | undefined)?.length ?? 0),
  );
  const endpoints =
    made.length === 0
      ? []
      : [`${countOf(made.length, 'endpoint')} (${services.join(', ')}) in ${countOf(zones, 'zone')}`];
  const others = [
    ...new Set(rows.filter(({ kind }) => kind !== 'CreateInterfaceEndpoint').map(({ kind }) => kind)),
  ]
    // A group and its rules come with the endpoints.
    .filter(
      (kind) =>
        made.length === 0 || (kind !== 'CreateEndpointSecurityGroup' && kind !== 'AllowEndpointIngress'),
    )
    .map((kind) => CHANGES[kind].words);
  const price = more(sumUsd(rows));
  return [[...endpoints, ...others].join(', '), ...(price === '' ? [] : [price])];
}

/** Codes of targets that the plan does not mend there. */
function renderLeftAlone(terminal: Terminal, run: RunResult, rows: ChangeRow[], judgedOnly: number): string {
  const changed = new Set(rows.map(({ accountId, region }) => `${accountId} ${region ?? 'iam'}`));
  const found = new Map<string, { targets: number; accounts: Set<string> }>();
  for (const { accountId, region, reasons, notes } of run.targets) {
    for (const code of [...reasons, ...notes]) {
      const place = code.startsWith('DHMC_ROLE_') ? 'iam' : region;
      if (MENDED_BY_PLAN.has(code) && changed.has(`${accountId} ${place}`)) continue;
      const entry = found.get(code) ?? { targets: 0, accounts: new Set() };
      entry.targets += 1;
      entry.accounts.add(accountId);
      found.set(code, entry);
    }
  }
  const ranked = [...found].sort(([a, x], [b, y]) => y.targets - x.targets || a.localeCompare(b));
  const table = renderTable(
    terminal,
    [
      { head: 'targets', align: 'right' },
      { head: 'accounts', align: 'right' },
      { head: 'code' },
      { head: 'why', wraps: true },
    ],
    ranked
      .slice(0, SHOWN_CODES)
      .map(([code, { targets, accounts }]) => [
        targets.toLocaleString('en-US'),
        accounts.size.toLocaleString('en-US'),
        code,
        meaningOf(code),
      ]),
  );
  const hidden = ranked.length - SHOWN_CODES;
  const notes = [
    ...(hidden > 0 ? [`and ${hidden} more; --output json has them all`] : []),
    ...(judgedOnly > 0
      ? [`${countOf(judgedOnly, 'change')} of the management account: it is judged only (managementAccount)`]
      : []),
  ].map((note) => terminal.paint('dim', `  ${note}`));
  if (ranked.length === 0 && notes.length === 0) return '';
  return [terminal.paint('bold', 'Left alone'), ...(ranked.length > 0 ? [table] : []), ...notes].join('\n');
}
