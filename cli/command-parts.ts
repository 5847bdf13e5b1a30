/** What commands have in common: flags, and how one is run. */
import { type Command, Option } from 'commander';
import { parseAccounts, parseOutput, parseRegions, parseRunMode, parseUnits, RUN_MODES } from './flags.ts';

export const output = () =>
  new Option('--output <format>', 'how it is printed')
    .choices(['table', 'json'])
    .default('table')
    .argParser(parseOutput);

export const mode = () =>
  new Option('--mode <mode>', 'assess only, change what differs, or roll back a run')
    .choices(RUN_MODES)
    .argParser(parseRunMode);

export function withScope(command: Command): Command {
  return command
    .option('--config <file>', 'configuration, YAML or JSON (default: ./dhmc.config.yaml where it exists)')
    .option('--accounts <ids>', 'only these accounts, apart by commas', parseAccounts)
    .option('--ous <ids>', 'only these organizational units with all below them', parseUnits)
    .option('--regions <names>', 'only these Regions', parseRegions);
}

export function withEnding(command: Command): Command {
  return command
    .addOption(output())
    .option('--detailed-exitcode', 'exit 3 when something is not compliant or would change');
}

/**
 * How every command is registered: what it does is loaded only when it is called, and gets its arguments by
 * name beside its flags. Its answer is the exit code.
 */
export function does<Flags>(load: () => Promise<(flags: Flags, command: Command) => Promise<number>>) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const run = await load();
    process.exitCode = await run({ ...command.optsWithGlobals(), ...argumentsOf(command) } as Flags, command);
  };
}

function argumentsOf({ registeredArguments, processedArgs }: Command): Record<string, unknown> {
  return Object.fromEntries(registeredArguments.map((each, index) => [each.name(), processedArgs[index]]));
}
