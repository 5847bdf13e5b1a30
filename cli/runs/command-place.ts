/** The place of a command that was called with these flags, for the commands that it suggests (core/command-line.ts). */
import { type CommandPlace, completeCommand } from '../../functions/core/command-line.ts';
import type { ConnectionFlags } from '../connection.ts';
import { OWN_ESCAPE } from '../terminal/clean-output.ts';

type ConnectionFlagsGiven = { [Name in keyof ConnectionFlags]: ConnectionFlags[Name] | undefined };

/** npm sets it for `npx`, `npm exec` and `npm run`, where `dhmc` alone is usually not on the path. */
export function commandName(): string {
  return process.env.npm_command === undefined ? 'dhmc' : 'npx --no-install dhmc';
}

export function folderPlace({
  state,
  config,
  profile,
  region,
}: ConnectionFlagsGiven & { state: string; config?: string }): CommandPlace {
  return { kind: 'folder', state, config, profile, region, command: commandName() };
}

/** @param from the snapshot that a later command would start from */
export function snapshotPlace(
  from: string,
  { state, config }: { state?: string; config?: string },
): CommandPlace {
  return { kind: 'snapshot', from, state: state ?? null, config, command: commandName() };
}

/** Commands of an advice: ours get their flags, another program's stay as they are. */
export const completeAll = (commands: readonly string[], place: CommandPlace): string[] =>
  commands.map((command) => completeCommand(command, place));

/** The same for lines of a text that are a command of ours and nothing else. */
export function completeLines(text: string, place: CommandPlace): string {
  return text.replace(
    COMMAND_LINE,
    (_, before: string, command: string) => before + completeCommand(command, place),
  );
}

/** Behind a color or none. */
const COMMAND_LINE = new RegExp(
  `^(\\s*(?:${OWN_ESCAPE}\\[\\d+m)?)(dhmc (?:(?!${OWN_ESCAPE})[^\\n])+)`,
  'gmu',
);
