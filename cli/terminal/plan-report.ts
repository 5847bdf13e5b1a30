/**
 * What enforce would do, for a person who decides whether it may: by kind, by account, the price, and what is
 * left as it is. Accounts that would be changed alike are named once, so that thousands of changes read like ten.
 */
import { CHANGES } from '../../functions/core/changes/changes.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { PlanFile } from '../../functions/inputs/plan-file.ts';
import { type CodeCount, outlookOf, type PlanOutlook, rowsOfFile } from '../runs/plan-outlook.ts';
import { renderAssociations } from './associations-report.ts';
import { renderRegionPrices } from './region-prices.ts';
import type { ChangeRow } from './rows.ts';
import { meaningOf } from './run-report.ts';
import { countOf, dollars, type Terminal } from './style.ts';
import { clip, renderTable, tame, wrapText } from './table.ts';

/** Fewer accounts than that are named one by one. */
const ALIKE_FROM = 3;
const SHOWN_GROUPS = 15;
const NAMED_ACCOUNTS = 3;
const NAMED_REGIONS = 3;
const SHOWN_CODES = 15;
const SHOWN_VPCS = 10;

/** @param ids the changes that enforce would make; null: all that the result has as planned */
export function renderPlan(terminal: Terminal, run: RunResult, ids: ReadonlySet<string> | null): string {
  const outlook = outlookOf(run, ids);
  const { rows } = outlook;
  const names = new Map(run.accounts.map(({ accountId, name }) => [accountId, tame(name)]));
  const sections = [
    renderHead(terminal, run, outlook),
    ...(rows.length === 0 ? [] : [renderKinds(terminal, rows), renderGroups(terminal, names, rows)]),
    renderRemaining(terminal, outlook),
    renderUnreachable(terminal, outlook),
    renderRegionPrices(terminal, outlook),
    renderAssociations(terminal, run),
    renderBesides(terminal, outlook),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

const more = (usd: number) => (usd === 0 ? '' : `${usd > 0 ? '+' : '-'}${dollars(Math.abs(usd))}`);
export const sumUsd = (rows: ChangeRow[]) =>
  rows.reduce((sum, { monthlyCostUsd }) => sum + (monthlyCostUsd ?? 0), 0);
const distinct = (values: (string | null)[]) => new Set(values.filter((value) => value !== null)).size;

function renderHead(terminal: Terminal, run: RunResult, outlook: PlanOutlook): string {
  const { rows, compliant, covered, remaining } = outlook;
  const { current } = run.monthlyCostUsd;
  const price = `${dollars(current)} a month now, ${dollars(current + sumUsd(rows))} after it`;
  const accounts = `${distinct(rows.map(({ accountId }) => accountId)).toLocaleString('en-US')} of ${countOf(run.coverage.accounts, 'account')}`;
  const would =
    rows.length === 0
      ? 'enforce would change nothing'
      : `enforce would make ${countOf(rows.length, 'change')} in ${accounts}`;
  const compliance = `${compliant.toLocaleString('en-US')} of ${countOf(covered, 'target')} compliant now, ${(covered - remaining).toLocaleString('en-US')} expected after it`;
  return `${terminal.paint('bold', 'Plan')}  ${would}\n  ${price}\n  ${compliance}`;
}

/** A plan's file, without the run that made it. */
export function renderPlanFile(terminal: Terminal, plan: PlanFile): string {
  const rows = rowsOfFile(plan);
  const accounts = distinct(rows.map(({ accountId }) => accountId));
  const { current } = plan.monthlyCostUsd;
  const head = [
    `${terminal.paint('bold', 'Plan')}  ${countOf(rows.length, 'change')} in ${countOf(accounts, 'account')}`,
    `  ${dollars(current)} a month when it was made, ${dollars(current + sumUsd(rows))} after it`,
    terminal.paint('dim', `  ${plan.runId}, ${plan.createdAt}, organization ${plan.organizationId}`),
  ].join('\n');
  const sections =
    rows.length === 0 ? [head] : [head, renderKinds(terminal, rows), renderGroups(terminal, new Map(), rows)];
  return `${sections.join('\n\n')}\n`;
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

function renderGroups(terminal: Terminal, names: Map<string, string>, rows: ChangeRow[]): string {
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
  if (accounts.length === 1) return `${first}  ${what}  ${names.get(first) ?? ''}`.trimEnd();
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
    case 'SetDhmcRoleTrust':
      return 'repair its trust';
    default:
      return CHANGES[kind].words;
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

/** Root causes that the plan does not resolve, counted as an assess counts them. */
function renderRemaining(terminal: Terminal, { causes, remaining }: PlanOutlook): string {
  if (causes.length === 0) return '';
  const title = `Not compliant after it: ${countOf(remaining, 'target')}`;
  return [terminal.paint('bold', title), ...codeTable(terminal, causes)].join('\n');
}

function renderBesides(terminal: Terminal, { besides, assessedOnly }: PlanOutlook): string {
  const notes =
    assessedOnly > 0
      ? [
          terminal.paint(
            'dim',
            `  ${countOf(assessedOnly, 'change')} of the management account: it is only assessed (managementAccount)`,
          ),
        ]
      : [];
  if (besides.length + notes.length === 0) return '';
  const table = besides.length === 0 ? [] : codeTable(terminal, besides);
  return [terminal.paint('bold', 'Skipped, and notes'), ...table, ...notes].join('\n');
}

function codeTable(terminal: Terminal, counts: readonly CodeCount[]): string[] {
  const table = renderTable(
    terminal,
    [
      { head: 'targets', align: 'right' },
      { head: 'accounts', align: 'right' },
      { head: 'code' },
      { head: 'why', wraps: true },
    ],
    counts
      .slice(0, SHOWN_CODES)
      .map(({ code, targets, accounts }) => [
        targets.toLocaleString('en-US'),
        accounts.toLocaleString('en-US'),
        code,
        meaningOf(code),
      ]),
  );
  const hidden = counts.length - SHOWN_CODES;
  return [
    table,
    ...(hidden > 0 ? [terminal.paint('dim', `  and ${hidden} more; --output json has them all`)] : []),
  ];
}

/** Dearest first: where endpoints would not be worth their price, it shows here. */
function renderUnreachable(terminal: Terminal, { vpcs }: PlanOutlook): string {
  if (vpcs.length === 0) return '';
  const rows = vpcs.toSorted((a, b) => (b.proposal?.monthlyUsd ?? 0) - (a.proposal?.monthlyUsd ?? 0));
  const table = renderTable(
    terminal,
    [
      { head: 'VPC' },
      { head: 'account' },
      { head: 'Region' },
      { head: 'endpoints', align: 'right' },
      { head: 'zones', align: 'right' },
      { head: 'a month', align: 'right' },
    ],
    rows
      .slice(0, SHOWN_VPCS)
      .map(({ vpcId, accountId, region, proposal }) => [
        vpcId,
        accountId,
        region,
        proposal === null ? '-' : String(proposal.services.length),
        proposal === null ? '-' : String(proposal.endpointZones),
        proposal === null ? 'not possible' : more(proposal.monthlyUsd),
      ]),
  );
  const hidden = rows.length - SHOWN_VPCS;
  return [
    terminal.paint('bold', 'VPCs without a path to Systems Manager'),
    ...wrapText(`  ${provisionSentence(vpcs)}`, terminal.width),
    table,
    ...(hidden > 0
      ? [terminal.paint('dim', `  and ${countOf(hidden, 'more VPC')}; --output json has them all`)]
      : []),
  ].join('\n');
}

/** What `endpoints: provision` would do for them, and its price. */
export function provisionSentence(vpcs: PlanOutlook['vpcs']): string {
  const possible = vpcs.flatMap(({ proposal }) => proposal ?? []);
  const endpoints = possible.reduce((sum, { services }) => sum + services.length, 0);
  const usd = possible.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0);
  const rest = vpcs.length - possible.length;
  const would =
    endpoints === 0
      ? 'endpoints: provision could not give them one.'
      : `endpoints: provision would create ${countOf(endpoints, 'endpoint')} in ${countOf(possible.length, 'VPC')} for ${dollars(usd)} a month.`;
  const left = rest > 0 && endpoints > 0 ? ` ${countOf(rest, 'VPC')} would stay without.` : '';
  return `${would}${left} dhmc explain compares the alternatives.`;
}
