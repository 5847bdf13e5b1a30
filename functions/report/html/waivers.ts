/** Waivers with owner and end: what an auditor asks about first. */
import type { WaiverNotice } from '../../core/model/configuration.ts';
import type { ReportSource } from '../source.ts';
import { codeLinks } from './account-markup.ts';
import { count, countOf, foreign, html, joined, type Markup } from './markup.ts';
import { day, type PageFacts } from './page-facts.ts';

export function noticesIn({ summary }: ReportSource): WaiverNotice[] {
  return summary.head.waivers;
}

export function waivers({ source, tally }: PageFacts): Markup | null {
  const listed = noticesIn(source);
  if (listed.length === 0) return null;
  return html`<section id="waivers" aria-labelledby="h-waivers"><h2 id="h-waivers">Waivers</h2>
    <p class="lead">Reasons that count for nothing until a day, and who answers for that. The next to end comes first.</p>
    <div class="scroll" role="group" aria-label="Waivers" tabindex="0"><table>
    <caption class="sr">Waivers</caption><thead><tr><th scope="col">Reason</th>
    <th scope="col">Where</th><th scope="col">Owner</th><th scope="col">Why</th>
    <th scope="col">Until</th><th scope="col" class="n">Waived targets</th></tr></thead><tbody>${listed.map(
      (waiver) => {
        const { state, daysLeft } = waiver;
        const word =
          state === 'ENDED' ? 'ended' : state === 'ABOUT_TO_END' ? `${countOf(daysLeft, 'day')} left` : '';
        return html`<tr><th scope="row">${codeLinks([waiver.code])}</th><td>${scopeOf(waiver)}</td>
        <td>${foreign(waiver.owner)}</td><td>${foreign(waiver.why)}</td>
        <td>${day(waiver.until)}${
          word !== '' &&
          html` <span class="${state === 'ENDED' ? 't-noncompliant' : 't-converging'}">
        ${word}</span>`
        }</td><td class="n">
        ${count(tally.reasons.get(`WAIVED:${waiver.code}`)?.targets ?? 0)}</td></tr>`;
      },
    )}</tbody></table></div></section>`;
}

function scopeOf({ account, organizationalUnit, region, vpc, instance, tag, ami }: WaiverNotice) {
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
