/**
 * Options of the commands in this folder. Wrong ones end the command with one line and status 2, before anything is done.
 * `--help` prints the comment at the head of the command's file, and the options.
 */
import { readFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

export function readFlags<const O extends Options>(options: O) {
  const all = { ...options, help: { type: 'boolean' } } as O & { help: { type: 'boolean' } };
  try {
    const { values } = parseArgs({ options: all, allowNegative: true });
    if ((values as { help?: boolean }).help === true) {
      const lines = [headOf(process.argv[1] ?? ''), '', ...Object.entries(options).map(describeOption)];
      process.stdout.write(`${lines.join('\n')}\n`);
      process.exit(0);
    }
    return values;
  } catch (error) {
    // Node adds how a positional argument may begin with a dash, which no command here takes.
    const [problem = ''] = (error as Error).message.split(/(?<=\.) |\n/);
    const known = Object.keys(options).map((name) => `--${name}`);
    refuse(`${problem.replace(/\.?$/, '.')} The options are ${known.join(', ')}.`);
  }
}

function headOf(path: string): string {
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(path, 'utf8')) ?? [];
  return comment.replace(/^ \* ?/gm, '').trim();
}

function describeOption([name, { type, default: preset }]: [string, Options[string]]): string {
  if (type === 'boolean') return preset === true ? `--no-${name}` : `--${name}`;
  return `--${name} VALUE${preset === undefined ? '' : ` (default: ${preset})`}`;
}

/** One that is no number, or below the least, would make a proof of nothing, which finds no fault. */
export function wholeNumber(option: string, text: string, least = 1, most = 9_999_999_999): number {
  if (/^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  const range = most === 9_999_999_999 ? `of at least ${least}` : `from ${least} to ${most}`;
  refuse(`--${option}: expected a whole number ${range}, not '${text}'`);
}

export function share(option: string, text: string): number {
  if (/^(0(\.\d+)?|1(\.0+)?)$/.test(text)) return Number(text);
  refuse(`--${option}: expected a number from 0 to 1, not '${text}'`);
}

export function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  return found ?? refuse(`--${option}: expected ${allowed.join(', ')}, not '${text}'`);
}

export function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
