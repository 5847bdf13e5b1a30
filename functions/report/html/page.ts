/** The HTML report: one file without network, read in two passes over the accounts. */
import { createHash } from 'node:crypto';
import { VERDICTS } from '../../core/instances/verdict-texts.ts';
import { describePartialScope, scopeOf } from '../../core/run-scope.ts';
import { pairedAccounts } from '../paired-accounts.ts';
import type { ReportSource } from '../source.ts';
import { tally } from '../tally.ts';
import { accounts } from './accounts.ts';
import { SCRIPT, STYLE } from './assets.ts';
import { changes, endpoints, since } from './changes.ts';
import { GLOSSARY } from './glossary.ts';
import { html, type Markup } from './markup.ts';
import { overview } from './overview.ts';
import { owners } from './owners.ts';
import { moment, type PageFacts, pageFacts } from './page-facts.ts';
import { instances, reasons } from './reasons.ts';
import { LOOKS, percent, STATUSES, shareOf, statusLabel } from './statuses.ts';
import { trend } from './trend.ts';
import { waivers } from './waivers.ts';
import { where } from './where.ts';

export async function* renderHtml(source: ReportSource): AsyncGenerator<string> {
  const facts = pageFacts(source, await tally(pairedAccounts(source)));
  const sections = [
    trend(facts),
    since(facts),
    where(facts),
    owners(facts),
    reasons(facts),
    instances(facts, VERDICTS),
    endpoints(facts),
    changes(facts),
    waivers(facts),
  ].filter((section) => section !== null);
  yield head(facts).markup;
  yield html`<body><a class="skip" href="#accounts">Skip to the accounts</a>${navigation(sections)}
    <main>${overview(facts)}`.markup;
  for (const section of sections) yield `${section.markup}\n`;
  yield* accounts(facts);
  const end = html`</main>${footer(facts)}<script>${{ markup: SCRIPT }}</script></body></html>`;
  yield `${end.markup}\n`;
}

/** Base64 of SHA-256, as Content Security Policy names inline scripts and styles. */
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function head(facts: PageFacts): Markup {
  const { source } = facts;
  const pageMargins = printedMargins(facts);
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(SCRIPT)}`,
    `style-src ${hashOf(STYLE)} ${hashOf(pageMargins)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const { head: run } = source.summary;
  const part = describePartialScope(scopeOf(source.summary));
  const title = `${percent(shareOf(run.coverage))} compliant${part === null ? '' : ` in ${part}`}, ${moment(run.endedAt)}, dhmc-rollout`;
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
    <title>${title}</title><style>${{ markup: STYLE }}</style><style>${{ markup: pageMargins }}</style></head>`;
}

/** What each printed page says of itself: CSS Paged Media, margin boxes. */
function printedMargins({ source }: PageFacts): string {
  const { head: run, organizationId } = source.summary;
  const of = `${run.runId}, ${organizationId}`;
  const plain = of.replace(/[^\w ,.:-]/g, '');
  return `@page{@top-left{content:"dhmc-rollout, ${plain}";font-size:8pt}@bottom-right{content:"page " counter(page) " of " counter(pages);font-size:8pt}}`;
}

/** From the sections that there are: `id` and the text of each heading. */
function navigation(sections: readonly Markup[]): Markup {
  const links = [
    ...sections.map(({ markup }) => /^<section id="([\w-]+)"[^>]*><h2[^>]*>([^<]*)/.exec(markup)),
    ['', 'accounts', 'Accounts'],
  ];
  return html`<nav aria-label="Sections"><ul>${links.map(
    (found) =>
      found !== null &&
      html`<li>
    <a href="#${found[1] ?? ''}">${(found[2] ?? '').replace(/^Since .*/, 'Since')}</a></li>`,
  )}</ul></nav>`;
}

function footer({ source }: PageFacts): Markup {
  return html`<footer><h2>How to read this</h2>
    <p>A <b>target</b> is one account in one Region. Every account of the organization is here, so that targets = compliant + non-compliant + error + converging + skipped. The share is that of compliant targets among all that are not skipped, rounded down.</p>
    <dl class="statuses">${STATUSES.map(
      (status) => html`<div><dt>${statusLabel(status)}</dt>
    <dd>${LOOKS[status].meaning}</dd></div>`,
    )}</dl>
    <details><summary>Glossary</summary><dl class="glossary" id="glossary">${GLOSSARY.map(
      ({ term, meaning }) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`,
    )}</dl></details><p class="made">Made by dhmc-rollout from the records of run <code>${source.summary.head.runId}
    </code>. This file loads nothing and sends nothing.</p></footer>`;
}
