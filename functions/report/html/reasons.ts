/** Reasons by how many targets they touch, with what they mean and what to do; notes; verdicts on instances. */

import { commandLine } from '../../core/command-line.ts';
import type { TargetStatus } from '../../core/model/result.ts';
import { type CodeText, NOTES, REASONS, type ReasonCode } from '../../core/reasons.ts';
import { statusOf } from '../../core/status.ts';
import type { ReportSource } from '../source.ts';
import type { Tally } from '../tally.ts';
import { reasonAnchor } from './account-markup.ts';
import { isWell } from './account-view.ts';
import { type Child, count, countOf, html, type Markup } from './markup.ts';
import type { PageFacts } from './page-facts.ts';
import { statusLabel } from './statuses.ts';

interface Ranked<Code> {
  code: Code;
  targets: number;
  accounts: number;
}

function rank<Code extends string>(
  counts: Tally['reasons'],
  isKnown: (code: string) => code is Code,
): Ranked<Code>[] {
  return [...counts]
    .flatMap(([code, { targets, accounts }]) => (isKnown(code) ? [{ code, targets, accounts }] : []))
    .sort((a, b) => b.targets - a.targets || a.code.localeCompare(b.code));
}

const isReason = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);

const isWaived = (code: string): code is `WAIVED:${string}` => code.startsWith('WAIVED:');

const isAny = (_code: string): _code is string => true;

const isUnwaived = (code: string): code is string => !isWaived(code);

/** Reasons that do not follow from another, and notes that reasons follow from. */
export const rankedReasons = ({ reasons }: Tally): Ranked<string>[] => rank(reasons, isUnwaived);

export const effectOf = (code: string): TargetStatus | null => (isReason(code) ? statusOf(code) : null);

export function reasons({ tally, source }: PageFacts): Markup {
  const ranked = rankedReasons(tally);
  const inTheWay = ranked.filter(({ code }) => effectOf(code) !== 'SKIPPED');
  const skipped = ranked.filter(({ code }) => effectOf(code) === 'SKIPPED');
  const unwaived = new Set<string>(ranked.map(({ code }) => code));
  const waived = rank(tally.reasons, isWaived);
  const consequences = rank(tally.consequences, isAny).filter(({ code }) => !unwaived.has(code));
  const notes = rank(tally.notes, isAny).filter(({ code }) => !unwaived.has(code));
  return html`<section id="reasons" aria-labelledby="h-reasons"><h2 id="h-reasons">Reasons</h2>
    <p class="lead">Why targets are not compliant, by how many they touch, and what to do. A target can have several.</p>${
      inTheWay.length === 0
        ? html`<p>No reason counts against any target.</p>`
        : list(inTheWay, effectOf, unwaived, source)
    }${fold('Reasons that only follow from one above', consequences, () => null, unwaived, source)}${fold('Why targets are skipped', skipped, effectOf, unwaived, source)}${fold('Waived', waived, () => null, unwaived, source)}${fold('Notes, which count for nothing', notes, () => null, unwaived, source)}
    </section>`;
}

function fold<Code extends string>(
  title: string,
  ranked: readonly Ranked<Code>[],
  effectOf: (code: Code) => TargetStatus | null,
  unwaived: Set<string>,
  source: ReportSource,
): Child {
  if (ranked.length === 0) return null;
  return html`<h3>${title}</h3>${list(ranked, effectOf, unwaived, source)}`;
}

function list<Code extends string>(
  ranked: readonly Ranked<Code>[],
  effectOf: (code: Code) => TargetStatus | null,
  unwaived: Set<string>,
  source: ReportSource,
): Markup {
  const most = Math.max(...ranked.map(({ targets }) => targets));
  return html`<ol class="codes">${ranked.map(({ code, targets, accounts }) => {
    const effect = effectOf(code);
    const text = textOf(code);
    // A code that is also there unwaived has its anchor there.
    const anchored = !(isWaived(code) && unwaived.has(code.slice('WAIVED:'.length)));
    return html`<li${anchored && html` id="${reasonAnchor(code)}"`}><div class="amount">
      <b>${count(targets)}</b> ${targets === 1 ? 'target' : 'targets'}<br>
      <small>in ${countOf(accounts, 'account')}</small>${bar(targets, most, effect)}</div><div>
      <h3 class="title"><code>${code}</code>${effect !== null && statusLabel(effect)}</h3>
      <p>${text.meaning}</p><p class="remedy"><b>What to do:</b> ${remedy(text.remedy, source)}</p></div>
      <a class="show" href="#accounts" data-code="${code}">Show accounts<span class="sr"> with ${code}
      </span></a></li>`;
  })}</ol>`;
}

/** Commands in a remedy with the flags of the place where this run's records are. */
function remedy(text: string, { summary, place }: ReportSource): Child {
  if (!place) return text;
  return text.split(COMMAND).map((part) => {
    const words = part.startsWith('dhmc ') ? part.slice('dhmc '.length).split(' ') : null;
    if (words === null) return part;
    const run = words.map((word) => (word === 'RUN' ? summary.head.runId : word));
    return html`<code>${commandLine(words[0] === 'resume' ? [...run, '--why', 'TEXT'] : run, place) ?? part}</code>`;
  });
}

/** Whole commands; where a remedy only mentions one, such as `dhmc explain`, there is nothing to complete. */
const COMMAND = /(dhmc (?:run --mode enforce --resume RUN|kill status|kill off|resume\b))/;

function bar(value: number, most: number, status: TargetStatus | null): Markup {
  const width = Math.max(0.5, (100 * value) / most);
  return html`<svg class="bar" width="100%" height="4" aria-hidden="true">
    <rect class="${status === null ? 'plain' : status.toLowerCase().replace('_', '')}" width="${width.toFixed(1)}%" height="4"/>
    </svg>`;
}

export function textOf(code: string): CodeText {
  const texts: Record<string, CodeText> = { ...REASONS, ...NOTES };
  return (
    texts[code.replace(/^WAIVED:/, '')] ?? {
      meaning: 'Not known to this version.',
      remedy: 'Use the version that made the run.',
    }
  );
}

export function instances({ tally }: PageFacts, texts: Readonly<Record<string, CodeText>>): Markup {
  const { running, managed, stopped, hybridNodes } = tally.instances;
  const verdicts = [...tally.verdicts]
    .filter(([, found]) => found > 0)
    .sort((a, b) => Number(isWell(a[0])) - Number(isWell(b[0])) || b[1] - a[1]);
  const most = Math.max(1, ...verdicts.map(([, found]) => found));
  return html`<section id="instances" aria-labelledby="h-instances"><h2 id="h-instances">Instances</h2>
    <p class="lead"><b>${count(managed)}</b> of <b>${countOf(running, 'running instance')}
    </b> are managed. ${countOf(stopped, 'stopped one')} ${stopped === 1 ? 'is' : 'are'} never counted as a failure.${hybridNodes > 0 && ` ${countOf(hybridNodes, 'hybrid node')} DHMC does not cover.`}
    </p>${
      verdicts.length === 0
        ? null
        : html`<ol class="codes">${verdicts.map(
            ([verdict, found]) =>
              html`<li id="verdict-${verdict}"><div class="amount">
              <b>${count(found)}</b> ${found === 1 ? 'instance' : 'instances'}${bar(found, most, isWell(verdict) ? 'COMPLIANT' : 'NON_COMPLIANT')}
              </div><div><h3 class="title"><code>${verdict}</code></h3>
              <p>${texts[verdict]?.meaning ?? ''}</p>${
                !isWell(verdict) &&
                html`<p class="remedy">
              <b>What to do:</b> ${texts[verdict]?.remedy ?? ''}</p>`
              }</div></li>`,
          )}</ol>`
    }</section>`;
}
