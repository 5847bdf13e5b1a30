/** A plan as Markdown, for a change request or the description of a pull request. */
import { CHANGES } from '../../functions/core/changes/changes.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { PlanFile } from '../../functions/inputs/plan-file.ts';
import { type CodeCount, outlookOf, type PlanOutlook, rowsOfFile } from '../runs/plan-outlook.ts';
import { provisionSentence, sumUsd } from './plan-report.ts';
import { PRICE_HEADS, priceRow, priceSentence } from './region-prices.ts';
import type { ChangeRow } from './rows.ts';
import { meaningOf } from './run-report.ts';
import { countOf, dollars } from './style.ts';
import { tame } from './table.ts';

export function renderPlanMarkdown(run: RunResult, ids: ReadonlySet<string> | null): string {
  const outlook = outlookOf(run, ids);
  const { rows, compliant, covered, remaining } = outlook;
  const names = new Map(run.accounts.map(({ accountId, name }) => [accountId, name]));
  const { current } = run.monthlyCostUsd;
  return joined([
    '## DHMC rollout: plan',
    bullets([
      `${countOf(rows.length, 'change')} in ${accountsOf(rows)} of ${countOf(run.coverage.accounts, 'account')}`,
      `${dollars(current)} a month now, ${dollars(current + sumUsd(rows))} after it`,
      `${compliant} of ${countOf(covered, 'target')} compliant now, ${covered - remaining} expected after it`,
      `made by run \`${run.runId}\` at ${run.endedAt}`,
    ]),
    ...changes(rows, names),
    ...codes(`Not compliant after it: ${countOf(remaining, 'target')}`, outlook.causes),
    ...unreachable(outlook),
    ...regionPrices(outlook),
    ...codes('Skipped, and notes', outlook.besides),
  ]);
}

export function renderPlanFileMarkdown(plan: PlanFile): string {
  const rows = rowsOfFile(plan);
  const { current } = plan.monthlyCostUsd;
  return joined([
    '## DHMC rollout: plan',
    bullets([
      `${countOf(rows.length, 'change')} in ${countOf(accountsOf(rows), 'account')} of organization \`${plan.organizationId}\``,
      `${dollars(current)} a month when it was made, ${dollars(current + sumUsd(rows))} after it`,
      `made by run \`${plan.runId}\` at ${plan.createdAt}`,
      `digest \`${plan.digest}\``,
    ]),
    ...changes(rows, new Map()),
  ]);
}

const joined = (parts: readonly string[]) => `${parts.join('\n\n')}\n`;
const bullets = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');
const accountsOf = (rows: readonly ChangeRow[]) => new Set(rows.map(({ accountId }) => accountId)).size;

function changes(rows: readonly ChangeRow[], names: ReadonlyMap<string, string>): string[] {
  if (rows.length === 0) return ['Enforce would change nothing.'];
  const kinds = [...Map.groupBy(rows, ({ kind }) => kind)].map(([kind, of]) => [
    String(of.length),
    String(accountsOf(of)),
    dollars(sumUsd(of)),
    CHANGES[kind].words,
  ]);
  const single = rows
    .toSorted((a, b) => a.accountId.localeCompare(b.accountId))
    .map(({ accountId, region, kind, resource, monthlyCostUsd }) => [
      `${accountId} ${toCell(names.get(accountId) ?? '')}`.trim(),
      region ?? 'global',
      CHANGES[kind].words,
      `\`${resource}\``,
      dollars(monthlyCostUsd ?? 0),
    ]);
  return [
    '### Changes',
    table(['changes', 'accounts', 'a month', 'what'], kinds),
    `<details><summary>Every change</summary>\n\n${table(['account', 'Region', 'what', 'resource', 'a month'], single)}\n\n</details>`,
  ];
}

function codes(title: string, counts: readonly CodeCount[]): string[] {
  if (counts.length === 0) return [];
  const rows = counts.map(({ code, targets, accounts }) => [
    String(targets),
    String(accounts),
    `\`${code}\``,
    toCell(meaningOf(code)),
  ]);
  return [`### ${title}`, table(['targets', 'accounts', 'code', 'why'], rows)];
}

function unreachable({ vpcs }: PlanOutlook): string[] {
  if (vpcs.length === 0) return [];
  const rows = vpcs.map(({ vpcId, accountId, region, proposal }) => [
    `\`${vpcId}\``,
    accountId,
    region,
    proposal === null
      ? 'not possible'
      : `${proposal.services.length} in ${countOf(proposal.endpointZones, 'zone')}`,
    proposal === null ? '' : dollars(proposal.monthlyUsd),
  ]);
  return [
    '### VPCs without a path to Systems Manager',
    provisionSentence(vpcs),
    table(['VPC', 'account', 'Region', 'endpoints', 'a month'], rows),
  ];
}

function regionPrices({ regions }: PlanOutlook): string[] {
  if (regions.length === 0) return [];
  return [
    '### Own endpoints and central ones',
    priceSentence(regions),
    table(PRICE_HEADS, regions.map(priceRow)),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text of others: no cell, mention, markup or HTML comes of it (GitHub Flavored Markdown, "Backslash escapes"). */
function toCell(text: string): string {
  return tame(text)
    .replace(/[\\`*_[\]|<>~]/g, '\\$&')
    .replaceAll('@', '@\u200b');
}
