/** What commands have in common: flags, and how one is run. */
import { type Command, Option } from 'commander';
import { useConnectionFlags } from './connection.ts';
import { EXIT } from './exit.ts';
import {
  parseAccounts,
  parseHomeRegion,
  parseOutput,
  parseRegions,
  parseRunMode,
  parseUnits,
  RUN_MODES,
} from './flags.ts';

export const output = () =>
  new Option('--output <format>', 'how it is printed')
    .choices(['table', 'json'])
    .default('table')
    .argParser(parseOutput);

export const markdown = () =>
  new Option('--format <format>', 'md: Markdown, for a change request or pull request').choices(['md']);

export const mode = () =>
  new Option('--mode <mode>', 'assess only, change what differs, or roll back a run')
    .choices(RUN_MODES)
    .argParser(parseRunMode);

export const resumed = () =>
  new Option(
    '--resume <run>',
    'with enforce: clear the hold of this run, and take the accounts it did not reach',
  );

export const whyResumed = () =>
  new Option('--why <text>', 'with --resume: why it is safe to resume; recorded');

export function withScope(command: Command): Command {
  return command
    .option('--config <file>', 'configuration, YAML or JSON (default: ./dhmc.config.yaml where it exists)')
    .option('--accounts <ids>', 'only these accounts, comma-separated', parseAccounts)
    .option(
      '--ous <ids>',
      'only these organizational units and those below them, comma-separated',
      parseUnits,
    )
    .option('--regions <names>', 'only these Regions, comma-separated', parseRegions);
}

/** Where finished runs are read from. */
export function withRuns(command: Command): Command {
  return command
    .option('--state <dir>', 'folder of table and artifacts', '.dhmc')
    .option('--bucket <name>', 'artifact bucket of the deployed service (stack output ArtifactBucketName)')
    .option('--table <name>', 'table of the deployed service (stack output TableName)');
}

export function withSettling(command: Command): Command {
  return command.option('--no-settle', 'end without the settle passes over what has not converged');
}

export function withMigration(command: Command): Command {
  return command.option(
    '--migrate-central',
    'move VPCs with endpoints of ours to the hub of their Region (endpoints: central or auto)',
  );
}

export function withEnding(command: Command): Command {
  return command
    .addOption(output())
    .option('--detailed-exitcode', 'exit 3 when something is not compliant or would change');
}

/** Profile and home Region, for commands that reach AWS with the credentials of this machine. */
export function withConnection(command: Command): Command {
  return command
    .option('--profile <name>', 'profile of your AWS configuration (default: AWS_PROFILE)')
    .option(
      '--region <name>',
      "home Region of the account that runs the service (default: AWS_REGION, then the profile's)",
      parseHomeRegion,
    )
    .hook('preAction', (_, called) => {
      if (called === command) useConnectionFlags(command.opts());
    });
}

const exitCodes = new WeakMap<Command, number>();

/** How the command that a program ran has ended. */
export function exitCodeOf(program: Command): number {
  return exitCodes.get(program) ?? EXIT.finished;
}

/**
 * How every command is registered: its action is loaded only when it is called, and gets its arguments by
 * name beside its flags. It answers the exit code.
 */
export function does<Flags>(load: () => Promise<(flags: Flags, command: Command) => Promise<number>>) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const run = await load();
    const flags = { ...optionsOf(command), ...argumentsOf(command) } as Flags;
    exitCodes.set(rootOf(command), await run(flags, command));
  };
}

/** Commander gives an option that a command shares with its parent to either: what was typed wins over a default. */
function optionsOf(command: Command): Record<string, unknown> {
  const above = command.parent === null ? {} : optionsOf(command.parent);
  const own = Object.entries(command.opts()).filter(
    ([name]) => !(name in above) || command.getOptionValueSource(name) !== 'default',
  );
  return { ...above, ...Object.fromEntries(own) };
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

function argumentsOf({ registeredArguments, processedArgs }: Command): Record<string, unknown> {
  return Object.fromEntries(registeredArguments.map((each, index) => [each.name(), processedArgs[index]]));
}
