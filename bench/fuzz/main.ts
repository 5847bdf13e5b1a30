/**
 * Reads inputs that are almost right. Each has to be answered: by a result, or by one line that says where and why, and
 * exit status 2; never by a stack trace, a TypeError or a crash.
 *
 *     npm run fuzz -- --inputs 20000 [--seed 1] [--only configuration,policy] [--from 0]
 *
 * `--inputs` counts for each subject. An input that fails is printed with the command that repeats it.
 */
import { describeEnding, EXIT } from '../../cli/exit.ts';
import { makeRandom } from '../../twin/make/random.ts';
import { readFlags, refuse, wholeNumber } from '../flags.ts';
import { openSubjects, type Subject } from './subjects.ts';

const values = readFlags({
  inputs: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '1' },
  from: { type: 'string', default: '0' },
  only: { type: 'string' },
});
const inputs = wholeNumber('inputs', values.inputs);
const seed = wholeNumber('seed', values.seed, 0);
const from = wholeNumber('from', values.from, 0);
/** Of one subject; more of a kind say no more. */
const MOST_SHOWN = 5;

/** null where it was answered as it should be. */
function faultOf(error: unknown, { writtenBy, name }: Subject): string | null {
  const what = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : String(error);
  if (writtenBy === 'aws') return what;
  if (writtenBy === 'event') {
    return error instanceof Error && error.name === 'AccountEventError' && !error.message.includes('\n')
      ? null
      : what;
  }
  const { exitCode, lines } = describeEnding(error);
  if (exitCode !== EXIT.usage) return `exit status ${exitCode}: ${what}`;
  const bad = lines.find((line) => line === '' || !line.includes(name) || / at .*:\d+:\d+/.test(line));
  if (bad !== undefined)
    return `a line without its path, or with a stack: ${JSON.stringify(bad.slice(0, 300))}`;
  return null;
}

/** The same for the same subject and number, whatever came before it. */
const seedOf = (name: string, index: number) =>
  [...`${seed} ${name} ${index}`].reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619),
    2_166_136_261,
  );

const { subjects, close } = await openSubjects();
const only = values.only?.split(',') ?? Object.keys(subjects);
const unknown = only.find((name) => subjects[name] === undefined);
if (unknown !== undefined) {
  await close();
  refuse(`--only: no subject '${unknown}'; there are ${Object.keys(subjects).join(', ')}`);
}
let failed = 0;
for (const [name, subject] of Object.entries(subjects)) {
  if (!only.includes(name)) continue;
  const began = performance.now();
  let refused = 0;
  let faults = 0;
  for (let index = from; index < from + inputs; index += 1) {
    const input = subject.make(makeRandom(seedOf(name, index)));
    try {
      await subject.read(input);
    } catch (error) {
      refused += 1;
      const fault = faultOf(error, subject);
      if (fault === null) continue;
      faults += 1;
      if (faults > MOST_SHOWN) continue;
      process.stdout.write(
        `${name} ${index}: ${fault}\n  input: ${JSON.stringify(input.slice(0, 300))}\n  repeat: npm run fuzz -- --only ${name} --seed ${seed} --from ${index} --inputs 1\n`,
      );
    }
  }
  failed += faults;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(
    `${name}: ${inputs} inputs, ${refused} refused, ${faults} not answered, ${seconds} s\n`,
  );
}
await close();
process.exitCode = failed === 0 ? 0 : 1;
