/** Where: units by Region with their shares, and every account in every Region as one picture while they are few enough. */
import { addCoverage, NO_COVERAGE } from '../../core/status.ts';
import type { Tally, Unit } from '../tally.ts';
import { type Child, count, foreign, html, type Markup } from './markup.ts';
import { labelOf, type PageFacts } from './page-facts.ts';
import { LOOKS, STATUSES, shareOf } from './statuses.ts';

/** Rows that a person still reads; beyond, units are summed up under those above them. */
const ROWS = 120;

export function where(facts: PageFacts): Markup {
  const { regions } = facts.source.summary;
  const units = foldUnits(facts.tally, ROWS);
  const folded = units.length < facts.tally.units.size;
  const total = { path: [], all: facts.source.summary.head.coverage, byRegion: facts.tally.byRegion };
  return html`<section id="where" aria-labelledby="h-where"><h2 id="h-where">Where</h2>
    <p class="lead">Share of compliant targets in percent, rounded down; skipped ones are not counted.${folded && ' Units are summed up under those above them.'}
    </p><div class="scroll" role="group" aria-label="Units by Region" tabindex="0"><table class="heat">
    <caption class="sr">Share of compliant targets by organizational unit and Region</caption><thead>
    <tr><th scope="col" class="corner">Organizational unit</th><th scope="col" class="n">Accounts</th>
    <th scope="col" class="all">All</th>${regions.map(
      (region) => html`<th scope="col" class="region">
    <a href="#accounts" data-region="${region}"><span>${region}</span></a></th>`,
    )}</tr></thead>
    <tbody>${units.map(({ unit, label }) =>
      heatRow(
        unit,
        regions,
        folded
          ? html`${foreign(label)}`
          : html`<a href="#accounts" data-unit="${label}">
    ${foreign(label)}</a>`,
      ),
    )}</tbody>${
      units.length > 1 &&
      html`<tfoot>${heatRow(total, regions, 'All')}
    </tfoot>`
    }</table></div>${accountMap(facts)}</section>`;
}

function heatRow({ all, byRegion }: Unit, regions: readonly string[], label: Child): Markup {
  return html`<tr><th scope="row">${label}</th>
    <td class="n">${count(all.accounts)}</td>
    ${[all, ...regions.map((region) => byRegion.get(region) ?? NO_COVERAGE)].map(heatCell)}</tr>`;
}

function heatCell(counts: typeof NO_COVERAGE, index: number): Markup {
  const share = shareOf(counts);
  const place = index === 0 ? ' all' : '';
  if (share === null) return html`<td class="heat-none${place}" title="nothing to cover">·</td>`;
  const covered = counts.targets - counts.skipped;
  return html`<td class="heat-${levelOf(share)}${place}" title="${count(counts.compliant)} of ${count(covered)} compliant">
    ${Math.floor(share)}</td>`;
}

/** Five steps are as many as one can distinguish; only all is the first. */
function levelOf(share: number): number {
  if (share === 100) return 0;
  if (share >= 95) return 1;
  if (share >= 80) return 2;
  return share >= 50 ? 3 : 4;
}

export function foldUnits({ units }: Pick<Tally, 'units'>, most: number): { unit: Unit; label: string }[] {
  const all = [...units.values()];
  for (let depth = Math.max(1, ...all.map(({ path }) => path.length)); ; depth -= 1) {
    const folded = new Map<string, Unit>();
    for (const unit of all) {
      const path = unit.path.slice(0, depth);
      const key = path.join('/');
      folded.set(key, addUnits(folded.get(key) ?? { path, all: NO_COVERAGE, byRegion: new Map() }, unit));
    }
    if (folded.size > most && depth > 1) continue;
    return [...folded]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([, unit]) => ({ unit, label: labelOf(unit.path) }));
  }
}

function addUnits(sum: Unit, { all, byRegion }: Unit): Unit {
  const regions = new Map(sum.byRegion);
  for (const [region, counts] of byRegion) {
    regions.set(region, addCoverage(regions.get(region) ?? NO_COVERAGE, counts));
  }
  return { path: sum.path, all: addCoverage(sum.all, all), byRegion: regions };
}

const ROW_HEIGHT = 12;
const FEW_ACCOUNTS = 12;

/** A column for each account, ordered by unit; a row for each Region. */
function accountMap({ tally, source, unitKeys }: PageFacts): Markup | null {
  const { regions } = source.summary;
  if (tally.map === null || tally.map.length < FEW_ACCOUNTS) return null;
  const place = new Map(unitKeys.map((key, index) => [key, index]));
  const columns = tally.map.toSorted((a, b) => (place.get(a.unit) ?? 0) - (place.get(b.unit) ?? 0));
  const paths = STATUSES.map((status) => {
    let path = '';
    for (const [row, region] of regions.entries()) {
      let length = 0;
      for (let column = 0; column <= columns.length; column += 1) {
        if (columns[column]?.statuses.get(region) === status) length += 1;
        else if (length > 0) {
          path += `M${column - length} ${row}h${length}v1h-${length}z`;
          length = 0;
        }
      }
    }
    return path !== '' && html`<path class="${LOOKS[status].name}" d="${path}"/>`;
  });
  const borders = columns.flatMap(({ unit }, index) =>
    index > 0 && unit !== columns[index - 1]?.unit ? [index] : [],
  );
  return html`<figure class="map">
    <figcaption>Every account in every Region: a column is an account, ordered by unit, a row a Region. <output class="readout">
    </output></figcaption><div class="map-body">
    <ol class="map-regions" aria-hidden="true">${regions.map((region) => html`<li>${region}</li>`)}</ol>
    <svg class="map-cells" viewBox="0 0 ${columns.length} ${regions.length}" preserveAspectRatio="none" width="100%" height="${regions.length * ROW_HEIGHT}" role="img" aria-label="Status of ${count(columns.length)} accounts in ${count(regions.length)} Regions; the table above has the shares, the list below every account">
    ${paths}<path class="borders" d="${borders.map((at) => `M${at} 0v${regions.length}`).join('')}"/>
    </svg></div><script type="application/json" class="map-accounts">
    ${{ markup: JSON.stringify(columns.map(({ accountId }) => accountId)) }}</script></figure>`;
}
