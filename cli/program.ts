/**
 * The `dhmc` command: everything that can be typed. What a command does is loaded only when it is called,
 * so that help comes at once.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { suggestNearest } from '../functions/inputs/nearest-key.ts';
import { exitCodeOf } from './command-parts.ts';
import { describeEnding, EXIT, UsageError } from './exit.ts';
import { type LogLevel, parseLogLevel } from './flags.ts';
import { addLookCommands } from './look-commands.ts';
import { addRunCommands } from './run-commands.ts';
import { addSetupCommands } from './setup-commands.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

export function createProgram(): Command {
  const program = new Command('dhmc')
    .description(
      'Default Host Management Configuration for every account and Region of an AWS organization:\nevery EC2 instance becomes a managed node of Systems Manager, without an instance profile.',
    )
    .version(version)
    .option(
      '--log-level <level>',
      'log lines on standard error: debug, info, warn, error, silent',
      parseLogLevel,
    )
    // Arguments are listed in each command's own help; here they would leave no room at 80 columns.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .addHelpText(
      'after',
      `
Examples:
  # what is missing before the first run, each with its fix
  dhmc doctor
  # the whole job on a made-up organization, no AWS account
  dhmc demo
  # what enforce would do, against a simulated copy of a snapshot
  dhmc rehearse --from DIR --mode enforce
  # look at your organization with your credentials, change nothing
  dhmc run --local --mode assess
  # why, with evidence, and what to do
  dhmc explain ACCOUNT REGION INSTANCE|VPC
  # the latest run as an HTML report
  dhmc report --format html --out report.html
  # the latest run, one row for each account and Region
  dhmc report --format csv --out targets.csv

Exit codes: 0 finished, 1 failed, 2 wrong usage;
with --detailed-exitcode 3 = something needs attention.`,
    );
  addRunCommands(program);
  addLookCommands(program);
  addSetupCommands(program);
  for (const command of program.commands) command.configureHelp({ showGlobalOptions: true });
  return program;
}

/** Runs one command line, the words after `dhmc`; answers the exit code. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCodeOf(program);
  } catch (error) {
    return end(error, program, words);
  }
}

function end(error: unknown, program: Command, words: readonly string[]): number {
  if (error instanceof CommanderError) {
    // Help and version were asked for; without a command, the help is the answer to wrong usage.
    if (error.exitCode === 0) return EXIT.finished;
    if (error.code === 'commander.help') return EXIT.usage;
    const command = commandOf(program, words);
    const slip =
      error.code === 'commander.missingMandatoryOptionValue' ? findSlip(program, command, words) : null;
    const help = `see ${fullNameOf(command)} --help`;
    return end(new UsageError(`${slip ?? wordedAsOurs(error.message)}; ${help}`), program, words);
  }
  const ending = describeEnding(error);
  process.stderr.write(ending.lines.map((line) => `dhmc: ${line}\n`).join(''));
  const level: LogLevel | undefined = program.opts().logLevel;
  if (level === 'DEBUG' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return ending.exitCode;
}

/** The command that these words call, as far as they name one; values of options are not names. */
function commandOf(program: Command, words: readonly string[]): Command {
  let command = program;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word.startsWith('-')) {
      const option = [...command.options, ...program.options].find(({ long }) => long === word);
      if (option?.required) index += 1;
      continue;
    }
    const inner = command.commands.find((each) => each.name() === word);
    if (inner === undefined) break;
    command = inner;
  }
  return command;
}

function fullNameOf(command: Command): string {
  return command.parent === null ? command.name() : `${fullNameOf(command.parent)} ${command.name()}`;
}

/** A mistyped flag is often why a required one is missing; commander looks for those first. */
function findSlip(program: Command, command: Command, words: readonly string[]): string | null {
  const known = [...command.options, ...program.options].flatMap(({ long }) => long ?? []);
  const flag = words
    .map((word) => word.split('=')[0] ?? '')
    .find((word) => /^--\w/.test(word) && !known.includes(word));
  return flag === undefined ? null : `unknown option '${flag}'${suggestNearest(flag, known)}`;
}

/**
 * Commander says `error: unknown option '--x'`, a suggestion on a second line; a wrong word is answered as `oneOf` of
 * flags.ts does.
 */
function wordedAsOurs(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/\.?\s*\n\((Did you mean [^)]*)\)/, (_, hint: string) => `; ${hint.toLowerCase()}`)
    .replace(/\.$/, '')
    .replace(
      /^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)$/s,
      (_, value: string, name: string, known: string) => wrongWord(name.toUpperCase(), value, known),
    )
    .replace(
      /^option '(--[\w-]+)[^']*' argument '(.*)' is invalid\. Allowed choices are (.*)$/s,
      (_, flag: string, value: string, known: string) => wrongWord(flag, value, known),
    );
}

function wrongWord(what: string, value: string, known: string): string {
  return `${what} ${value}: unknown${suggestNearest(value, known.split(', '))} (one of ${known})`;
}
