/** Coverage over the runs up to this one, as SVG. */
import type { RunSummary } from '../../core/model/result.ts';
import { describePartialScope, scopeOf } from '../../core/run-scope.ts';
import { count, html, type Markup } from './markup.ts';
import { day, moment, type PageFacts } from './page-facts.ts';
import { percent, shareOf } from './statuses.ts';

interface Point {
  run: RunSummary;
  share: number;
}

export function trend({ source }: PageFacts): Markup | null {
  const points = source.trend.flatMap((run) => {
    const share = shareOf(run.head.coverage);
    return share === null ? [] : [{ run, share }];
  });
  if (points.length < 2) return null;
  return html`<section id="trend" aria-labelledby="h-trend"><h2 id="h-trend">Trend</h2>
    <p class="lead">Share of the targets that are to be covered, run by run. Filled: enforce; hollow: assess or rollback.</p>
    ${chart(points)}<details class="aside"><summary>The same as a table</summary>
    <div class="scroll" role="group" aria-label="Runs" tabindex="0"><table>
    <caption>Runs, newest first</caption><thead><tr><th scope="col">Run</th><th scope="col">Ended</th>
    <th scope="col">Mode</th><th scope="col">Scope</th><th scope="col" class="n">Compliant</th>
    <th scope="col" class="n">To be covered</th><th scope="col" class="n">Share</th>
    <th scope="col" class="n">Instances managed</th></tr></thead>
    <tbody>${points.toReversed().map(
      ({ run: { head, input }, share }) =>
        html`<tr><th scope="row"><code>${head.runId}</code></th><td>${moment(head.endedAt)}</td>
          <td>${head.mode}</td><td>${describePartialScope(scopeOf({ head, input })) ?? 'all'}</td>
          <td class="n">${count(head.coverage.compliant)}</td>
          <td class="n">${count(head.coverage.targets - head.coverage.skipped)}</td>
          <td class="n">${percent(share)}</td>
          <td class="n">${head.instances ? `${count(head.instances.managed)} of ${count(head.instances.running)}` : ''}</td></tr>`,
    )}</tbody></table></div></details></section>`;
}

const WIDTH = 960;
const HEIGHT = 190;
const LEFT = 44;
const RIGHT = 64;
const TOP = 14;
const BOTTOM = 26;

function chart(points: readonly Point[]): Markup {
  const shares = points.map(({ share }) => share);
  const low = Math.max(0, Math.floor((Math.min(...shares) - 2) / 10) * 10);
  const x = (index: number) => LEFT + (index * (WIDTH - LEFT - RIGHT)) / (points.length - 1);
  const y = (share: number) => TOP + ((100 - share) * (HEIGHT - TOP - BOTTOM)) / (100 - low);
  const step = 100 - low <= 30 ? 10 : 100 - low <= 60 ? 20 : 25;
  const levels = Array.from({ length: Math.floor((100 - low) / step) + 1 }, (_, index) => 100 - index * step);
  const line = points.map(({ share }, index) => `${x(index).toFixed(1)},${y(share).toFixed(1)}`);
  const [first, last] = [points[0], points.at(-1)];
  const lastX = x(points.length - 1);
  const [began, ended] = [first?.run.head.endedAt ?? '', last?.run.head.endedAt ?? ''];
  const label = day(began) === day(ended) ? moment : day;
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Share of compliant targets over ${count(points.length)} runs, from ${percent(first?.share ?? null)} to ${percent(last?.share ?? null)}">
    ${levels.map(
      (level) =>
        html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(level).toFixed(1)}" y2="${y(level).toFixed(1)}"/>
        <text class="tick" x="${LEFT - 8}" y="${(y(level) + 4).toFixed(1)}" text-anchor="end">
        ${level} %</text>`,
    )}<polygon class="area" points="${`${LEFT},${y(low).toFixed(1)} ${line.join(' ')} ${lastX.toFixed(1)},${y(low).toFixed(1)}`}"/>
    <polyline class="line" points="${line.join(' ')}"/>${points.map(
      ({ run, share }, index) =>
        html`<circle class="${run.head.mode === 'enforce' ? 'dot' : 'ring'}" cx="${x(index).toFixed(1)}" cy="${y(share).toFixed(1)}" r="4">
        <title>${moment(run.head.endedAt)}, ${run.head.mode}: ${percent(share)}</title></circle>`,
    )}<text class="value" x="${(lastX + 10).toFixed(1)}" y="${(y(last?.share ?? 0) + 5).toFixed(1)}">
    ${percent(last?.share ?? null)}</text>
    <text class="tick" x="${LEFT}" y="${HEIGHT - 6}">${label(began)}</text>
    <text class="tick" x="${lastX.toFixed(1)}" y="${HEIGHT - 6}" text-anchor="end">${label(ended)}
    </text></svg>`;
}

/** A line without axes, for a word-sized place. */
export function sparkline(shares: readonly number[]): Markup {
  const low = Math.min(...shares);
  const span = Math.max(...shares) - low || 1;
  const points = shares.map((share, index) => {
    const x = 4 + (index * 192) / Math.max(1, shares.length - 1);
    return `${x.toFixed(1)},${(34 - (28 * (share - low)) / span).toFixed(1)}`;
  });
  const [x = '0', y = '0'] = (points.at(-1) ?? '').split(',');
  return html`<svg class="spark" viewBox="0 0 200 40" width="200" height="40" aria-hidden="true">
    <polyline class="line" points="${points.join(' ')}"/>
    <circle class="dot" cx="${x}" cy="${y}" r="3.5"/></svg>`;
}
