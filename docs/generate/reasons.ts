/** docs/reasons.md: every code that a result can carry, from the tables in functions/core. */
import { INSTANCE_VERDICTS } from '../../functions/core/instances/facts.ts';
import { VERDICTS } from '../../functions/core/instances/verdict-texts.ts';
import { type CodeText, NOTES, REASONS, type ReasonCode } from '../../functions/core/reasons.ts';
import { statusOf } from '../../functions/core/status.ts';

export function renderReasons(): string {
  const reasons = Object.entries(REASONS) as [ReasonCode, CodeText][];
  return `# Reason codes

<!-- Made by \`npm run docs\` from functions/core/reasons.ts. -->

Every target carries the sorted set of codes that decide its status, and notes, which never do. \`WAIVED:<code>\` is
a reason that a waiver in the configuration holds back until its last day. The sentence beside each code in a
report names what was seen there; here is what the code means.

## Reasons

${sectionsOf(reasons, (code) => `Makes the target **${statusOf(code)}**. `)}
## Notes

${sectionsOf(Object.entries(NOTES), () => '')}
## Verdicts of instances

Every running instance has the first of these that applies; \`dhmc explain ACCOUNT REGION INSTANCE\` shows why.

| Verdict | What it means | What to do |
|---|---|---|
${INSTANCE_VERDICTS.map((code) => `| \`${code}\` | ${VERDICTS[code].meaning} | ${VERDICTS[code].remedy} |`).join('\n')}
`;
}

function sectionsOf<Code extends string>(
  entries: readonly [Code, CodeText][],
  lead: (code: Code) => string,
): string {
  return [...entries]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([code, { meaning, remedy }]) => `### ${code}\n\n${lead(code)}${meaning}\n\n*What to do*: ${remedy}\n`,
    )
    .join('\n');
}
