/** Waivers with owner and end: what an auditor asks about first. */
import type { Waiver } from '../../core/model.ts';
import { codeLinks } from './account-markup.ts';
import { count, countOf, foreign, html, joined, type Markup } from './markup.ts';
import { day, type PageFacts } from './page-facts.ts';

const DAY_MILLISECONDS = 86_400_000;
/** Days before its end from which a waiver is said to end soon. */
const SOON = 30;

export function waivers({ source, tally }: PageFacts): Markup | null {
  const listed = source.configuration?.waivers ?? [];
  if (listed.length === 0) return null;
  const now = Date.parse(source.summary.head.endedAt);
  return html`<section id="waivers" aria-labelledby="h-waivers"><h2 id="h-waivers">Waivers</h2><p class="lead">Reasons that count for nothing until a day, and who answers for that. The next to end comes first.</p><div class="scroll" role="group" aria-label="Waivers" tabindex="0"><table><caption class="sr">Waivers</caption><thead><tr><th scope="col">Reason</th><th scope="col">Where</th><th scope="col">Owner</th><th scope="col">Why</th><th scope="col">Until</th><th scope="col" class="n">Waived targets</th></tr></thead><tbody>${listed
    .toSorted((a, b) => a.until.localeCompare(b.until))
    .map((waiver) => {
      const days = daysLeft(waiver, now);
      const word = days < 0 ? 'ended' : days <= SOON ? `${countOf(days, 'day')} left` : '';
      return html`<tr><th scope="row">${codeLinks([waiver.code])}</th><td>${scopeOf(waiver)}</td><td>${foreign(waiver.owner)}</td><td>${foreign(waiver.why)}</td><td>${day(waiver.until)}${word !== '' && html` <span class="${days < 0 ? 't-noncompliant' : 't-converging'}">${word}</span>`}</td><td class="n">${count(tally.reasons.get(`WAIVED:${waiver.code}`)?.targets ?? 0)}</td></tr>`;
    })}</tbody></table></div></section>`;
}

/** Whole days after the present one; the last day counts (core/model.ts). */
function daysLeft({ until }: Waiver, now: number): number {
  return Math.floor((Date.parse(until) + DAY_MILLISECONDS - 1 - now) / DAY_MILLISECONDS);
}

function scopeOf({ account, organizationalUnit, region, vpc, instance, tag, ami }: Waiver) {
  const parts = Object.entries({
    account,
    unit: organizationalUnit,
    region,
    VPC: vpc,
    instance,
    tag,
    AMI: ami,
  })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html`${name} ${foreign(value ?? '')}`);
  return parts.length === 0 ? 'everywhere' : joined(parts, ', ');
}
