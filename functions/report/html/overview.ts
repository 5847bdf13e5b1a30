/** The top of the page: the share of the run, and the four questions that people open it with. */
import { describeDrift } from '../../core/drift.ts';
import type { Coverage } from '../../core/model/result.ts';
import { nextCommands } from '../../core/next-commands.ts';
import { describePartialScope, scopeOf } from '../../core/run-scope.ts';
import { reasonAnchor } from './account-markup.ts';
import { count, countOf, html, type Markup, usd } from './markup.ts';
import { lasting, moment, type PageFacts } from './page-facts.ts';
import { effectOf, rankedReasons } from './reasons.ts';
import { LOOKS, mark, percent, STATUSES, shareOf } from './statuses.ts';
import { sparkline } from './trend.ts';
import { noticesIn } from './waivers.ts';

const NAMED_REASONS = 3;

const ENDINGS: Record<string, string> = { FAILED: 'The run failed.', STOPPED: 'The run was stopped.' };

export function overview(facts: PageFacts): Markup {
  const { head, status, reason } = facts.source.summary;
  const { coverage } = head;
  const covered = coverage.targets - coverage.skipped;
  const part = describePartialScope(scopeOf(facts.source.summary));
  return html`<header class="top">
    <p class="eyebrow">Default Host Management Configuration <span aria-hidden="true">·</span> ${head.mode} run <span aria-hidden="true">·</span> ${moment(head.endedAt)}</p>
<h1><span class="share">${percent(shareOf(coverage))}
  </span> <span class="claim">of targets ${part !== null && html`in ${part} `}are compliant</span></h1>
${part !== null && html`<p class="alert" role="note"><b>Partial run.</b> It covered ${part}; it says nothing about the rest, and it is not part of any trend.</p>`}
<p class="denominator"><b>${count(coverage.compliant)}</b> of <b><a href="#glossary">${countOf(covered, 'target')}</a>
  </b> (an account in a Region) that are to be covered, in ${countOf(coverage.accounts, 'account')} and ${countOf(facts.source.summary.regions.length, 'Region')}. ${coverage.skipped > 0 && html`${count(coverage.skipped)} more ${coverage.skipped === 1 ? 'is' : 'are'} skipped and not counted.`}</p>
${stackedBar(coverage)}${managedLine(facts)}
${
  (status !== 'SUCCEEDED' || reason !== null) &&
  html`<p class="alert" role="note">
  <b>${ENDINGS[status] ?? 'Note.'}</b> ${reason ?? ''}</p>${nextLines(facts)}`
}
${driftList(facts)}<div class="questions">${inTheWay(facts)}${trendPanel(facts)}${costPanel(facts)}${evidencePanel(facts)}
  </div></header>`;
}

/** What the rollout is for, in instances; the trend is that of the full runs before. */
function managedLine({ source, tally }: PageFacts): Markup | null {
  const { running, managed } = tally.instances;
  if (running === 0) return null;
  const before = source.trend.slice(0, -1).findLast(({ head }) => head.instances !== undefined)
    ?.head.instances;
  const more = before === undefined ? null : managed - before.managed;
  return html`<p class="managed"><b>${count(managed)} of ${count(running)}</b> running instances managed${
    more !== null &&
    `, ${more === 0 ? 'as many as' : `${count(Math.abs(more))} ${more > 0 ? 'more' : 'fewer'} than`} in the full run before`
  }. <a class="show" href="#instances">Instances</a></p>`;
}

const NAMED_DRIFTS = 50;

/** What others changed, and what became of it. */
function driftList({ source }: PageFacts): Markup | null {
  const { drift = [] } = source.summary.head;
  if (drift.length === 0) return null;
  const more = drift.length - NAMED_DRIFTS;
  return html`<div class="alert" role="note"><b>Changed by others.</b><ul>${drift
    .slice(0, NAMED_DRIFTS)
    .map((one) => html`<li>${describeDrift(one)}</li>`)}</ul>${more > 0 && `And ${more} more.`}</div>`;
}

/** Whole lines, to be copied as they are. */
function nextLines({ source: { summary, place } }: PageFacts): Markup | null {
  const lines = place ? nextCommands(summary.head, place, false) : [];
  if (lines.length === 0) return null;
  return html`<dl class="next">${lines.map(
    ({ what, line }) => html`<div><dt>${what}</dt><dd><code>${line}</code></dd></div>`,
  )}</dl>`;
}

function stackedBar(coverage: Coverage): Markup {
  let left = 0;
  const bars = STATUSES.map((status) => {
    const width = coverage.targets === 0 ? 0 : (100 * coverage[LOOKS[status].field]) / coverage.targets;
    const bar =
      width > 0 &&
      html`<rect class="${LOOKS[status].name}" x="${left.toFixed(3)}%" width="${width.toFixed(3)}%" height="100%"/>`;
    left += width;
    return bar;
  });
  return html`<svg class="stacked" width="100%" height="14" aria-hidden="true">${bars}</svg>
    <ul class="legend">${STATUSES.map(
      (status) =>
        html`<li class="${coverage[LOOKS[status].field] === 0 ? 'zero' : ''}">${mark(status)}
        <b>${count(coverage[LOOKS[status].field])}</b> ${LOOKS[status].word.toLowerCase()}</li>`,
    )}</ul>`;
}

function inTheWay({ tally }: PageFacts): Markup {
  const ranked = rankedReasons(tally).filter(({ code }) => effectOf(code) !== 'SKIPPED');
  return html`<section aria-labelledby="q-way"><h2 id="q-way">What is in the way?</h2>${
    ranked.length === 0
      ? html`<p>Nothing: no reason counts against any target.</p>`
      : html`<ol class="brief">${ranked.slice(0, NAMED_REASONS).map(
          ({ code, targets }) =>
            html`<li><b>${count(targets)}</b> <a class="code" href="#${reasonAnchor(code)}">${code}
                </a></li>`,
        )}</ol><p class="more"><a href="#reasons">
            ${ranked.length > NAMED_REASONS ? `All ${ranked.length} reasons` : 'Reasons'}, with what to do</a>
            </p>`
  }</section>`;
}

function trendPanel(facts: PageFacts): Markup {
  const { trend } = facts.source;
  const shares = trend.map(({ head }) => shareOf(head.coverage)).filter((share) => share !== null);
  const [now, before] = shares.toReversed();
  const delta = now === undefined || before === undefined ? null : Math.round((now - before) * 10) / 10;
  return html`<section aria-labelledby="q-trend"><h2 id="q-trend">Is it getting better?</h2>${
    delta === null
      ? html`<p>${scopeOf(facts.source.summary).full ? 'This is the first full run; the next one shows a trend.' : 'A partial run has no trend.'}</p>`
      : html`<p class="figure">
        ${delta > 0 && '+'}${delta < 0 && '−'}${Math.abs(delta).toFixed(1)} <small>points since the full run before</small>
        </p>${sparkline(shares)}<p class="more"><a href="#trend">${countOf(shares.length, 'run')}</a></p>`
  }</section>`;
}

function costPanel({ source, tally }: PageFacts): Markup {
  const { current, planned } = source.summary.head.monthlyCostUsd;
  const added = planned - current;
  return html`<section aria-labelledby="q-cost"><h2 id="q-cost">What does it cost?</h2>
    <p class="figure">${usd(current)} <small>a month for endpoints now</small></p>
    <p>${
      added > 0
        ? html`<b>${usd(planned)}
    </b> with what is planned`
        : 'Nothing more is planned'
    }${
      tally.prunable.monthlyUsd > 0 &&
      html`; <b>
    ${usd(tally.prunable.monthlyUsd)}</b> could be saved`
    }.</p><p class="more">
    <a href="#endpoints">Endpoints</a></p></section>`;
}

function evidencePanel({ source }: PageFacts): Markup {
  const { summary } = source;
  const { head, input, organizationId, configurationVersion } = summary;
  const waivers = noticesIn(source).length;
  const scope = describePartialScope(scopeOf(summary)) ?? 'the whole organization';
  return html`<section aria-labelledby="q-evidence"><h2 id="q-evidence">What is it based on?</h2>
    <dl class="evidence"><div><dt>Run</dt><dd><code>${head.runId}</code></dd></div><div><dt>Took</dt>
    <dd>${lasting(head.startedAt, head.endedAt)}, started by ${input.trigger.replace('-', ' ')}</dd>
    </div><div><dt>Scope</dt><dd>${scope}</dd></div><div>
    <dt>Organization</dt><dd><code>${organizationId}</code></dd>
    </div><div><dt>Configuration</dt><dd>
    <code title="${configurationVersion}">${configurationVersion.slice(0, 12)}</code></dd></div><div>
    <dt>Waivers</dt><dd>${waivers === 0 ? 'none' : html`<a href="#waivers">${count(waivers)}</a>`}</dd>
    </div></dl></section>`;
}
