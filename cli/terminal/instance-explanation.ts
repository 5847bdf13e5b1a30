/** The chain of an instance for a person: a sign for each link, what was seen, then what to do and to know. */

import { type ChainLink, LINKS, type LinkState } from '../../functions/core/instances/chain.ts';
import type { InstanceExplanation } from '../../functions/core/instances/explain-instance.ts';
import type { AdviceStep } from '../../functions/core/instances/pasteable.ts';
import type { Terminal } from './style.ts';
import { wrapText } from './table.ts';

type Format = Parameters<Terminal['paint']>[0];

/** Distinguished by shape and word, so that color is never needed. */
const SIGNS: Record<LinkState, { sign: string; format: Format }> = {
  GREEN: { sign: '✓', format: 'green' },
  RED: { sign: '✗', format: 'red' },
  UNKNOWN: { sign: '?', format: 'yellow' },
};

export function renderInstance(
  terminal: Terminal,
  explanation: InstanceExplanation,
  place: { accountId: string; region: string },
): string {
  return `${[
    heading(terminal, explanation, place),
    chain(terminal, explanation.chain),
    ...logging(terminal, explanation),
    next(terminal, explanation),
  ].join('\n\n')}\n`;
}

function heading(
  terminal: Terminal,
  { instanceId, vpcId, subnetId, verdict, reason, credentialSource, sentence }: InstanceExplanation,
  { accountId, region }: { accountId: string; region: string },
): string {
  const where = terminal.paint('dim', `${accountId} ${region}, ${vpcId}, ${subnetId}`);
  const code = verdict ?? 'NOT_RUNNING';
  const look: Format = verdict === 'MANAGED' ? ['green', 'bold'] : ['yellow', 'bold'];
  const source =
    credentialSource === null
      ? ''
      : ` Its credentials come from ${credentialSource === 'DHMC' ? 'DHMC' : 'its instance profile'}.`;
  return [
    `${terminal.paint('bold', instanceId)}  ${where}`,
    `${terminal.paint(look, code)}${reason ? terminal.paint('dim', `  ${reason}`) : ''}`,
    ...wrapText(`${sentence}${source}`, terminal.width),
  ].join('\n');
}

function chain(terminal: Terminal, links: ChainLink[]): string {
  return links
    .flatMap(({ link, state, evidence }) => {
      const { sign, format } = SIGNS[state];
      const title = state === 'RED' ? terminal.paint('bold', LINKS[link]) : LINKS[link];
      return [
        `${terminal.paint(format, sign)} ${title}`,
        ...evidence.flatMap((text) => indented(terminal, text, 4)),
      ];
    })
    .join('\n');
}

function logging(terminal: Terminal, { sessionLogging }: InstanceExplanation): string[] {
  if (!sessionLogging) return [];
  const { asked, blocked, open } = sessionLogging;
  const { sign, format } = SIGNS[blocked.length > 0 ? 'RED' : open.length > 0 ? 'UNKNOWN' : 'GREEN'];
  const title = `${terminal.paint(format, sign)} Session logging: ${asked.join('; ')}`;
  return [[title, ...[...blocked, ...open].flatMap((text) => indented(terminal, text, 4))].join('\n')];
}

function next(terminal: Terminal, { next: { summary, steps, cautions } }: InstanceExplanation): string {
  const lines = [terminal.paint('bold', 'Next step'), ...wrapText(summary, terminal.width)];
  for (const step of steps) lines.push('', ...stepLines(terminal, step));
  if (cautions.length > 0) {
    lines.push('', terminal.paint('bold', 'Know before you paste'));
    for (const caution of cautions) lines.push(...bulleted(terminal, caution));
  }
  return lines.join('\n');
}

/** Commands are never wrapped: what is copied must be what was meant. */
function stepLines(terminal: Terminal, { title, commands }: AdviceStep): string[] {
  return [
    ...bulleted(terminal, `${title}${commands.length > 0 ? ':' : '.'}`.replace(/\.\.$/, '.')),
    ...commands
      .flatMap((command) => command.split('\n'))
      .map((line) => `    ${terminal.paint('cyan', line)}`),
  ];
}

function bulleted(terminal: Terminal, text: string): string[] {
  return wrapText(text, terminal.width - 2).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

function indented(terminal: Terminal, text: string, by: number): string[] {
  return wrapText(text, terminal.width - by).map((line) => terminal.paint('dim', `${' '.repeat(by)}${line}`));
}
