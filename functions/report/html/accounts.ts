/**
 * Every account. Few accounts are written out in the page; of many it carries compact data, from which it
 * makes what is looked at, and a plain table for who lets no script run.
 */
import { toPlainJson } from '../foreign-text.ts';
import { pairedAccounts } from '../paired-accounts.ts';
import { unitKey } from '../tally.ts';
import { accountAnchor, accountBody, accountElement, codeLinks, describeLetters } from './account-markup.ts';
import { type AccountDetail, type AccountLine, accountDetail, accountLine } from './account-view.ts';
import { count, countOf, foreign, html, type Markup } from './markup.ts';
import type { PageFacts } from './page-facts.ts';
import { rankedReasons } from './reasons.ts';
import { LOOKS, STATUSES, statusLabel } from './statuses.ts';

/** Targets up to which all markup is made here: some 3 MB of it. */
const WRITTEN_TARGETS = 6_000;
const CHUNK_ACCOUNTS = 250;
/** Owners that the filter offers; it takes any other text too. */
const OFFERED_OWNERS = 500;

interface Viewed {
  line: AccountLine;
  detail: AccountDetail;
}

export async function* accounts(facts: PageFacts): AsyncGenerator<string> {
  const { summary } = facts.source;
  const { coverage } = summary.head;
  const written = coverage.targets <= WRITTEN_TARGETS;
  const context = { regions: summary.regions, units: facts.unitLabels };
  yield html`<section id="accounts" aria-labelledby="h-accounts">
    <h2 id="h-accounts">Accounts</h2>${filters(facts)}<noscript>
    <p class="lead">${countOf(coverage.accounts, 'account')}, by id.${!written && ' With scripts allowed, this page shows every Region, VPC and instance of each.'}
    </p></noscript><script type="application/json" id="context">${scriptJson(context)}</script>`.markup;
  if (written) yield '<div id="list">';
  for await (const chunk of chunks(facts)) {
    yield html`<script type="application/json" class="lines">
      ${scriptJson(chunk.map(({ line }) => line))}</script>`.markup;
    if (written) {
      for (const { line, detail } of chunk) {
        yield `${accountElement(line, context, accountBody(line, detail, context)).markup}\n`;
      }
    } else {
      yield '<script type="application/json" class="details">';
      yield chunk.map(({ detail }) => scriptJson(detail).markup).join('\n');
      yield '</script>';
      yield plainTable(
        chunk.map(({ line }) => line),
        context.units,
      ).markup;
    }
  }
  yield written ? '</div>' : '<div id="list"></div>';
  yield '<p class="nothing" hidden>No account fits these filters. Clear them, or search for a part of a name, an id or a code.</p>';
  yield '<p class="pages" hidden><button type="button" id="more">Show more</button></p></section>';
}

async function* chunks({ source, unitKeys }: PageFacts): AsyncGenerator<Viewed[]> {
  const { regions } = source.summary;
  const numbers = new Map(unitKeys.map((key, index) => [key, index]));
  let chunk: Viewed[] = [];
  for await (const { now, before } of pairedAccounts(source)) {
    if (now === null) continue;
    const unit = numbers.get(unitKey(now)) ?? 0;
    chunk.push({ line: accountLine(now, before, { regions, unit }), detail: accountDetail(now) });
    if (chunk.length < CHUNK_ACCOUNTS) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Inside a script element nothing but `<` could end it or begin a comment (HTML, "Restrictions for contents of script elements"). */
export function scriptJson(value: unknown): Markup {
  return { markup: toPlainJson(value).replaceAll('<', '\\u003c') };
}

function filters({ source, tally, unitLabels }: PageFacts): Markup {
  const option = (value: string, text: string) => html`<option value="${value}">${text}</option>`;
  const codes = [...rankedReasons(tally).map(({ code }) => code as string), ...tally.notes.keys()];
  return html`<form class="filters" role="search" aria-label="Accounts" hidden>
    <label class="wide">Search<input type="search" name="text" autocomplete="off" spellcheck="false" placeholder="name, id, instance, VPC, role …">
    </label><label>Status<select name="status">
    ${option('', 'any')}${STATUSES.map((status) => option(status, LOOKS[status].word))}</select></label>
    <label>Region<select name="region">
    ${option('', 'any')}${source.summary.regions.map((region) => option(region, region))}</select>
    </label><label>Unit<select name="unit">
    ${option('', 'any')}${unitLabels.map((label) => option(label, label))}</select></label>${
      tally.owners.size > 0 &&
      html`<label>Owner<input type="search" name="owner" list="owner-names" autocomplete="off" placeholder="any">
    <datalist id="owner-names">${[...tally.owners.keys()]
      .sort()
      .slice(0, OFFERED_OWNERS)
      .map((name) => html`<option value="${name}"></option>`)}</datalist></label>`
    }
    <label>Reason or note<select name="code">
    ${option('', 'any')}${codes.map((code) => option(code, code))}</select></label>
    <label>Changes<select name="changes">
    ${option('', 'any')}${option('P', 'planned')}${option('A', 'applied')}${option('F', 'failed')}${option('R', 'rolled back')}
    </select></label>${
      source.since !== null &&
      html`<label>Since<select name="differs">
    ${option('', 'any')}${option('1', 'differs')}</select></label>`
    }
    <label>Sort by<select name="sort">
    ${option('status', 'worst first')}${option('name', 'name')}${option('id', 'account id')}${option('unmanaged', 'unmanaged instances')}${option('cost', 'cost')}
    </select></label><button type="reset">Clear</button>
    <button type="button" name="print">Print with details</button></form><p class="found" role="status" hidden></p>`;
}

function plainTable(lines: readonly AccountLine[], units: readonly string[]): Markup {
  const [first, last] = [lines[0], lines.at(-1)];
  return html`<noscript>
    <div class="scroll" role="group" aria-label="Accounts from ${first?.id ?? ''}" tabindex="0"><table>
    <caption>${count(lines.length)} accounts, ${first?.id ?? ''} to ${last?.id ?? ''}</caption><thead>
    <tr><th scope="col">Account</th><th scope="col">Name</th><th scope="col">Unit</th>
    <th scope="col">Status</th><th scope="col">Targets</th><th scope="col">Reasons</th>
    <th scope="col" class="n">Managed</th></tr></thead><tbody>${lines.map(
      (line) =>
        html`<tr id="${accountAnchor(line.id)}"><th scope="row"><code>${line.id}</code></th>
        <td>${foreign(line.name)}</td><td>${foreign(units[line.unit] ?? '')}</td>
        <td>${statusLabel(line.status)}</td><td>${describeLetters(line.regions)}</td>
        <td>${codeLinks(line.reasons)}</td>
        <td class="n">${line.running > 0 && `${count(line.managed)} of ${count(line.running)}`}</td></tr>`,
    )}</tbody></table></div></noscript>`;
}
