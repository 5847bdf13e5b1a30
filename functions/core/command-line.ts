/** Whole lines of the `dhmc` command, with the flags of the place that a run worked in: what is printed can be pasted. */

/** Where table and artifacts of a run are, and how the organization is reached from there. */
export type CommandPlace = (
  | { kind: 'folder'; state: string; config?: string | undefined; region?: string | undefined }
  /** A rehearsal. Without a folder it leaves nothing that a later command could take up. */
  | { kind: 'snapshot'; from: string; state: string | null; config?: string | undefined }
  /** `stateMachine`: the one that the run was started on; null: not known. */
  | {
      kind: 'deployed';
      stateMachine: string | null;
      table: string | null;
      bucket: string | null;
      region: string;
    }
) & {
  profile?: string | undefined;
  /** How the command is called: `dhmc`, or `npx --no-install dhmc`. */
  command?: string | undefined;
};

/**
 * The line for these words of a command, the first being its name. null where the place cannot carry it: its table is
 * not known, or its folder was thrown away.
 */
export function commandLine(words: readonly string[], place: CommandPlace): string | null {
  const [name = '', ...rest] = words;
  const flags = flagsOf(name, rest, place).filter(({ value }) => value !== undefined);
  if (flags.some(({ value }) => value === null)) return null;
  const called = place.kind === 'snapshot' && name === 'run' ? 'rehearse' : name;
  const line = [called, ...rest, ...flags.flatMap(({ flag, value }) => [flag, ...(value ? [value] : [])])];
  return `${place.command ?? 'dhmc'} ${line.map(quoted).join(' ')}`;
}

/** The same for a line that is written already, such as an advice; another program's line stays as it is. */
export function completeCommand(line: string, place: CommandPlace): string {
  if (!line.startsWith('dhmc ')) return line;
  const [, ...words] = wordsOf(line);
  return (
    commandLine(
      words.filter((word) => word !== '--local'),
      place,
    ) ?? line
  );
}

/** As a POSIX shell reads what `quoted` writes: quotes and escapes may be anywhere in a word. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];
  return words.map((word) =>
    word.replace(
      /'([^']*)'|\\(.)/g,
      (_all, inQuotes: string | undefined, escaped: string) => inQuotes ?? escaped,
    ),
  );
}

interface Flag {
  flag: string;
  /** undefined: left out; null: needed, and not known; empty: the flag alone. */
  value: string | null | undefined;
}

function flagsOf(name: string, rest: readonly string[], place: CommandPlace): Flag[] {
  const flag = (flag: string, value: string | null | undefined): Flag => ({ flag, value });
  const runs = name === 'run' || name === 'plan';
  const looks = name === 'explain';
  const startsAnew = name === 'run' && !rest.includes('--rollback-of') && !rest.includes('--resume');
  switch (place.kind) {
    case 'folder':
      return [
        ...(runs ? [flag('--local', '')] : []),
        flag('--state', place.state),
        ...(runs || looks ? [flag('--config', place.config), flag('--profile', place.profile)] : []),
        ...(runs || looks ? [flag('--region', place.region)] : []),
      ];
    case 'snapshot':
      return [
        ...(runs || looks ? [flag('--from', place.from), flag('--config', place.config)] : []),
        ...(name === 'plan' || looks
          ? []
          : [flag('--state', place.state ?? (startsAnew ? undefined : null))]),
      ];
    case 'deployed': {
      const connection = [flag('--region', place.region), flag('--profile', place.profile)];
      if (runs) {
        return [
          flag('--state-machine', place.stateMachine),
          ...(rest.includes('--resume') ? [flag('--table', place.table)] : []),
          ...(rest.includes('--plan') ? [flag('--bucket', place.bucket)] : []),
          flag('--profile', place.profile),
        ];
      }
      if (looks) return connection;
      const onTable = name === 'resume' || name === 'kill';
      return [onTable ? flag('--table', place.table) : flag('--bucket', place.bucket), ...connection];
    }
  }
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
