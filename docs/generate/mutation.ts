/** docs/mutation.md, from what Stryker reported of each file (docs/mutation.jsonl). */
interface Score {
  file: string;
  /** Those that ran into the timeout included. */
  killed: number;
  survived: number;
  notCovered: number;
  leftOut: number;
}

const AIM = 85;

export function renderMutation(lines: string): string {
  const scores = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Score);
  const folders = [...Map.groupBy(scores, ({ file }) => folderOf(file))].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const core = scores.filter(({ file }) => file.startsWith('functions/core/'));
  const reached = core.filter((score) => percent(score) >= AIM);
  const all = sum(core, 'core');
  const carriers = scores.filter(({ file }) => file.startsWith('functions/reconcile/'));
  const reconcile = sum(carriers, 'reconcile');
  return `# Mutation tests

<!-- Written by \`npm run docs\` from docs/mutation.jsonl, which .ci/stryker/record-scores.ts writes from Stryker's reports. -->

\`npm run mutation\` changes the code of \`functions/core\` in small ways (a condition, an operator, an empty block) and runs the tests of the core
that reach the change; a mutant that no test notices survives. \`npm run mutation -- --mutate 'functions/core/rollback/*.ts'\` does so for a part.
\`npm run mutation:reconcile\` does the same for what carries decisions out.

- For the core only \`test/core\` runs, in one process that loads the tests once (\`.ci/stryker/warm-runner.ts\`). What is not covered here is often
  covered by tests against the twin, which would take seconds for each mutant.
- For \`functions/reconcile\` tests against the twin run, in the same way: a chosen few of \`test/reconcile\`, and of its files those that decide
  what is written, when, and what is known of it afterwards. \`.ci/stryker/reconcile.config.mjs\` names both with the reason. What survives there may
  be noticed by a test that is not among them.
- Left out: texts, since tests compare codes and facts; what is evaluated when a module is loaded (tables of reasons, shapes); types.
- The score is killed mutants of all that are not left out, those that no test reaches included.

**Core: ${percent(all).toFixed(1)} % of ${counted(all)} mutants are killed; the aim of ${AIM} % is ${percent(all) >= AIM ? 'reached' : `missed, and reached by ${reached.length} of ${core.length} files`}.** \`.ci/long\` measures the core
anew and fails below the threshold of \`stryker.config.mjs\`. Files are measured in parts, each line when its part was last measured.

${counted(reconcile) === 0 ? '**Reconcile: not measured.**' : `**Reconcile: ${percent(reconcile).toFixed(1)} % of ${counted(reconcile)} mutants are killed, of ${carriers.length} files that were measured so far.**`}

## By folder

${table(folders.map(([folder, files]) => sum(files, folder)))}

## By file

${table(scores)}

## Survivors

What was read of them is in [mutation-survivors.md](mutation-survivors.md): those that are equal, and those that a test could kill.
`;
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/'));
}

function sum(scores: Score[], file: string): Score {
  const total: Score = { file, killed: 0, survived: 0, notCovered: 0, leftOut: 0 };
  for (const { killed, survived, notCovered, leftOut } of scores) {
    total.killed += killed;
    total.survived += survived;
    total.notCovered += notCovered;
    total.leftOut += leftOut;
  }
  return total;
}

const counted = ({ killed, survived, notCovered }: Score) => killed + survived + notCovered;
const percent = (score: Score) => (counted(score) === 0 ? 100 : (100 * score.killed) / counted(score));

function table(scores: Score[]): string {
  const rows = scores.map(
    (score) =>
      `| ${score.file.replace('functions/', '')} | ${counted(score) === 0 ? '-' : percent(score).toFixed(1)} | ${score.killed} | ${score.survived} | ${score.notCovered} | ${score.leftOut} |`,
  );
  return [
    '| | % | killed | survived | not covered | left out |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
