/** Central and own endpoints side by side, a Region a row: for the terminal and for Markdown. */
import type { PlanOutlook, RegionPrice } from '../runs/plan-outlook.ts';
import { dollars, type Terminal } from './style.ts';
import { renderTable, wrapText } from './table.ts';

export const PRICE_HEADS = ['Region', 'VPCs', 'own endpoints', 'central', 'saved a month'] as const;

export function priceRow(price: RegionPrice): string[] {
  return [
    price.region,
    describeStates(price),
    dollars(price.ownMonthlyUsd),
    dollars(price.centralMonthlyUsd),
    price.savedMonthlyUsd < 0 ? `-${dollars(-price.savedMonthlyUsd)}` : dollars(price.savedMonthlyUsd),
  ];
}

/** What the central price is made of, and what would be saved by moving. */
export function priceSentence(regions: readonly RegionPrice[]): string {
  const sum = (of: (price: RegionPrice) => number) => dollars(regions.reduce((all, one) => all + of(one), 0));
  return `Central: endpoints of the hubs ${sum(({ hubMonthlyUsd }) => hubMonthlyUsd)}, Profiles or hosted zones ${sum(({ namesMonthlyUsd }) => namesMonthlyUsd)}, data by transit gateway and across zones up to ${sum(({ dataMonthlyUsd }) => dataMonthlyUsd)} a month (gigabytesPerInstance in hubs). VPCs that cannot use the hub are left out.${gapSentence(regions)}`;
}

/** By a Profile there is no gap; by hosted zones it is stated. */
function gapSentence(regions: readonly RegionPrice[]): string {
  const seconds = Math.max(0, ...regions.map(({ windowSeconds }) => windowSeconds));
  return seconds === 0
    ? ''
    : ` A VPC that moves by hosted zones has a gap of up to ${seconds} s in which a needed name is unreachable.`;
}

function describeStates({ states }: RegionPrice): string {
  const words = {
    USES: 'use it',
    PLANNED: 'planned',
    DEARER: 'cheaper on their own',
    OWN: 'have own endpoints',
    BLOCKED: 'cannot',
  } as const;
  return Object.entries(states)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${words[state as keyof typeof words]}`)
    .join(', ');
}

export function renderRegionPrices(terminal: Terminal, { regions }: PlanOutlook): string {
  if (regions.length === 0) return '';
  return [
    terminal.paint('bold', 'Own endpoints and central ones'),
    ...wrapText(`  ${priceSentence(regions)}`, terminal.width),
    renderTable(
      terminal,
      PRICE_HEADS.map((head, at) => (at < 2 ? { head, wraps: at === 1 } : { head, align: 'right' as const })),
      regions.map(priceRow),
    ),
  ].join('\n');
}
