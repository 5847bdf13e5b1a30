/** What the run changed or would change, what differs since an earlier run, and what endpoints cost. */
import type { ChangeOutcome } from '../../core/model/change.ts';
import type { TargetStatus } from '../../core/model/result.ts';
import type { Tally } from '../tally.ts';
import { accountAnchor } from './account-markup.ts';
import { count, countOf, foreign, html, joined, type Markup, usd } from './markup.ts';
import { moment, type PageFacts } from './page-facts.ts';
import { percent, shareOf, statusLabel } from './statuses.ts';

const OUTCOMES: Record<ChangeOutcome, string> = {
  PLANNED: 'Planned',
  APPLIED: 'Applied',
  FAILED: 'Failed',
  ROLLED_BACK: 'Rolled back',
};

const accountLink = (id: string): Markup => html`<a href="#${accountAnchor(id)}"><code>${id}</code></a>`;

export function changes({ tally, source }: PageFacts): Markup {
  const kinds = [...tally.changes].sort((a, b) => total(b[1]) - total(a[1]) || a[0].localeCompare(b[0]));
  const outcomes = (Object.keys(OUTCOMES) as ChangeOutcome[]).filter((outcome) =>
    kinds.some(([, counts]) => counts[outcome] > 0),
  );
  const verb =
    source.summary.head.mode === 'assess' ? 'What enforce would change.' : 'What this run changed.';
  return html`<section id="changes" aria-labelledby="h-changes"><h2 id="h-changes">Changes</h2>${
    kinds.length === 0
      ? html`<p class="lead">Nothing was changed and nothing is planned.</p>`
      : html`<p class="lead">${verb}</p>
        <div class="scroll" role="group" aria-label="Changes" tabindex="0"><table class="narrow">
        <caption class="sr">Changes by kind and outcome</caption><thead><tr>
        <th scope="col">Change</th>${outcomes.map(
          (outcome) => html`<th scope="col" class="n">
        ${OUTCOMES[outcome]}</th>`,
        )}</tr></thead><tbody>${kinds.map(
          ([kind, counts]) =>
            html`<tr><th scope="row">${kind}</th>${outcomes.map(
              (outcome) => html`<td class="n">
              ${counts[outcome] > 0 ? count(counts[outcome]) : ''}</td>`,
            )}</tr>`,
        )}</tbody></table></div>`
  }${failures(tally)}</section>`;
}

function total(counts: Record<ChangeOutcome, number>): number {
  return Object.values(counts).reduce((sum, value) => sum + value, 0);
}

/** Accounts and Regions of a group that are named. */
const NAMED_PLACES = 5;
const GROUPS = 20;

/** Alike once, since a policy denies the same change in hundreds of accounts. */
function failures({ failures: { total: all, groups } }: Tally): Markup | null {
  if (all === 0) return null;
  const ranked = [...groups.values()].sort((a, b) => b.total - a.total || a.kind.localeCompare(b.kind));
  const rest = ranked.slice(GROUPS).reduce((sum, group) => sum + group.total, 0);
  return html`<h3>Failed</h3><ul class="findings">${ranked.slice(0, GROUPS).map(
    ({ kind, code, message, total: found, places }) =>
      html`<li><b>${count(found)} × ${kind}</b> ${foreign(message === '' ? code : `${code}: ${message}`)}<br>
        <span class="where">${joined(
          places
            .slice(0, NAMED_PLACES)
            .map(({ accountId, region }) => html`${accountLink(accountId)} ${region ?? 'IAM'}`),
          ', ',
        )}${found > NAMED_PLACES && ` and ${count(found - NAMED_PLACES)} more`}</span></li>`,
  )}</ul>${rest > 0 && html`<p>and ${count(rest)} more of other kinds.</p>`}
    <p class="more"><a href="#accounts" data-changes="F">Show accounts with failed changes</a></p>`;
}

export function since({ tally, source }: PageFacts): Markup | null {
  if (source.since === null) return null;
  const { head } = source.since.summary;
  const { moves, regressed, accountsAdded, accountsGone } = tally.difference;
  const then = shareOf(head.coverage);
  const now = shareOf(source.summary.head.coverage);
  const ranked = [...moves].sort((a, b) => b[1] - a[1]);
  return html`<section id="since" aria-labelledby="h-since">
    <h2 id="h-since">Since ${moment(head.endedAt)}</h2>
    <p class="lead">Compared with <code>${head.runId}</code> (${head.mode}): ${percent(then)} then, <b>
    ${percent(now)}</b> now. ${accountsAdded > 0 && `${countOf(accountsAdded, 'account')} new. `}${accountsGone > 0 && `${countOf(accountsGone, 'account')} gone. `}
    <a class="show" href="#accounts" data-differs="1">Show what differs</a></p>${
      ranked.length === 0
        ? html`<p>No target has another status.</p>`
        : html`<div class="scroll" role="group" aria-label="Moves" tabindex="0"><table class="narrow">
        <caption class="sr">Targets by their status then and now</caption><thead><tr>
        <th scope="col">Then</th><th scope="col">Now</th>
        <th scope="col" class="n">Targets</th></tr></thead><tbody>${ranked.map(([move, found]) => {
          const [from, to] = move.split(' ') as [TargetStatus, TargetStatus];
          return html`<tr><td>${statusLabel(from)}</td><td>${statusLabel(to)}</td>
              <td class="n">${count(found)}</td></tr>`;
        })}</tbody></table></div>`
    }${
      regressed.total > 0 &&
      html`<h3>No longer compliant</h3><ul class="findings">${regressed.named.map(
        ({ accountId, name, region, to }) =>
          html`<li>${accountLink(accountId)} ${foreign(name)} ${region} ${statusLabel(to)}</li>`,
      )}</ul>${regressed.total > regressed.named.length && html`<p>and ${count(regressed.total - regressed.named.length)} more.</p>`}`
    }</section>`;
}

export function endpoints({ tally, source }: PageFacts): Markup {
  const { current, planned } = source.summary.head.monthlyCostUsd;
  const rows = [...tally.endpoints].sort(
    (a, b) =>
      b[1].monthlyUsd + b[1].plannedUsd - (a[1].monthlyUsd + a[1].plannedUsd) || a[0].localeCompare(b[0]),
  );
  return html`<section id="endpoints" aria-labelledby="h-endpoints">
    <h2 id="h-endpoints">Endpoints and cost</h2><p class="lead">
    <b>${usd(current)}</b> a month now, ${
      planned > current
        ? html`<b>${usd(planned)}
    </b> with what is planned`
        : 'nothing more is planned'
    }. Prices by the hour, without traffic.</p>${
      rows.length === 0
        ? html`<p>No interface endpoint exists or is planned where instances run.</p>`
        : html`<div class="scroll" role="group" aria-label="Endpoints" tabindex="0"><table class="narrow">
        <caption class="sr">Endpoints by service</caption><thead><tr><th scope="col">Service</th>
        <th scope="col" class="n">Ours</th><th scope="col" class="n">Of others</th>
        <th scope="col" class="n">Planned</th><th scope="col" class="n">A month now</th>
        <th scope="col" class="n">Planned more</th></tr></thead><tbody>${rows.map(
          ([service, { ours, others, planned: more, monthlyUsd, plannedUsd }]) =>
            html`<tr><th scope="row"><code>${foreign(service)}</code></th>
              <td class="n">${count(ours)}</td><td class="n">${count(others)}</td>
              <td class="n">${count(more)}</td><td class="n">${usd(monthlyUsd)}</td>
              <td class="n">${plannedUsd > 0 && usd(plannedUsd)}</td></tr>`,
        )}</tbody></table></div>`
    }${
      tally.prunable.vpcs > 0 &&
      html`<p>
    ${countOf(tally.prunable.vpcs, 'VPC')} would do without endpoints of ours: <b>
    ${usd(tally.prunable.monthlyUsd)}</b> a month could be saved (<code>prune: true</code>).</p>`
    }</section>`;
}
