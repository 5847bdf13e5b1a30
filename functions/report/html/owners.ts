/** By owner: whom to ask about what is not compliant, those with most of it first. */
import { count, foreign, html, type Markup } from './markup.ts';
import type { PageFacts } from './page-facts.ts';
import { percent, shareOf } from './statuses.ts';

const ROWS = 25;

export function owners({ tally }: PageFacts): Markup | null {
  const ranked = [...tally.owners].sort(
    ([a, x], [b, y]) =>
      bad(y.counts) - bad(x.counts) || y.counts.accounts - x.counts.accounts || a.localeCompare(b),
  );
  if (ranked.length === 0) return null;
  const rest = ranked.length - ROWS;
  return html`<section id="owners" aria-labelledby="h-owners"><h2 id="h-owners">By owner</h2>
    <p class="lead">Who answers for the accounts: the value of the account's owner tag, else its e-mail address.</p>
    <div class="scroll" role="group" aria-label="Owners" tabindex="0"><table>
    <caption class="sr">Accounts by owner, most open targets first</caption><thead><tr>
    <th scope="col">Owner</th><th scope="col" class="n">Accounts</th>
    <th scope="col" class="n">Not compliant</th><th scope="col" class="n">Compliant</th>
    <th scope="col" class="n">Instances managed</th></tr></thead><tbody>${ranked.slice(0, ROWS).map(
      ([name, { counts, running, managed }]) =>
        html`<tr><th scope="row"><a href="#accounts" data-owner="${name}">${foreign(name)}</a></th>
        <td class="n">${count(counts.accounts)}</td><td class="n">${count(bad(counts))}</td>
        <td class="n">${percent(shareOf(counts))}</td>
        <td class="n">${running > 0 && `${count(managed)} of ${count(running)}`}</td></tr>`,
    )}</tbody></table></div>${rest > 0 && html`<p>and ${count(rest)} more owners; search the accounts for theirs.</p>`}</section>`;
}

function bad({
  targets,
  compliant,
  skipped,
}: {
  targets: number;
  compliant: number;
  skipped: number;
}): number {
  return targets - compliant - skipped;
}
