/** `dhmc plan show FILE`: a plan's file for people, without reaching anything. */
import { EXIT } from '../exit.ts';
import type { OutputFormat } from '../flags.ts';
import { readPlanFile } from '../runs/plan-file.ts';
import { renderPlanFileMarkdown } from '../terminal/plan-markdown.ts';
import { renderPlanFile } from '../terminal/plan-report.ts';
import { terminalOf } from '../terminal/style.ts';

interface ShowFlags {
  file: string;
  format?: 'md';
  output: OutputFormat;
}

export async function showPlan({ file, format, output }: ShowFlags): Promise<number> {
  const plan = await readPlanFile(file, file);
  process.stdout.write(
    format === 'md'
      ? renderPlanFileMarkdown(plan)
      : output === 'json'
        ? `${JSON.stringify(plan, null, 2)}\n`
        : renderPlanFile(terminalOf(process.stdout), plan),
  );
  return EXIT.finished;
}
