/**
 * Shell completion, made from the commands themselves: the scripts ask `dhmc __complete -- WORDS...`, which
 * answers candidates a line. Nothing of AWS or a state folder is read for it.
 */
import type { Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Asked by the scripts; not listed in the help. */
export const COMPLETE = '__complete';

export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

const SCRIPTS: Record<Shell, string> = {
  bash: `# dhmc completion for bash: source <(dhmc completion bash)
_dhmc() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" line
  COMPREPLY=()
  while IFS= read -r line; do
    line="\${line%%$'\\t'*}"
    [[ "$line" == "$cur"* ]] && COMPREPLY+=("$line")
  done < <("\${COMP_WORDS[0]}" ${COMPLETE} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _dhmc dhmc
`,
  zsh: `#compdef dhmc
# dhmc completion for zsh: source <(dhmc completion zsh)
_dhmc() {
  local -a candidates
  local line
  while IFS= read -r line; do
    candidates+=("\${line%%$'\\t'*}:\${line#*$'\\t'}")
  done < <("\${words[1]}" ${COMPLETE} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then _describe dhmc candidates; else _files; fi
}
compdef _dhmc dhmc
`,
  fish: `# dhmc completion for fish: dhmc completion fish | source
function __dhmc_complete
  set -l words (commandline -opc) (commandline -ct)
  dhmc ${COMPLETE} -- $words[2..-1] 2>/dev/null
end
complete -c dhmc -a '(__dhmc_complete)'
`,
};

/** Candidates for the last of these words, each with what it means behind a tab. None: the shell offers files. */
export function candidatesFor(program: Command, words: readonly string[]): string[] {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  const command = before.reduce<Command>(
    (at, word) => at.commands.find((each) => each.name() === word && !word.startsWith('-')) ?? at,
    program,
  );
  const options = [...command.options, ...(command === program ? [] : program.options)].filter(
    ({ hidden }) => !hidden,
  );
  const previous = before.at(-1) ?? '';
  const valued = options.find(
    (option) =>
      (option.long === previous || option.short === previous) && (option.required || option.optional),
  );
  const candidates = valued
    ? valuesOf(valued)
    : last.startsWith('-')
      ? [...options.flatMap(namesOf)]
      : [...command.commands.filter(isListed).map(describe), ...argumentValues(command)];
  return candidates.filter((candidate) => candidate.startsWith(last));
}

const isListed = (command: Command) => !command.name().startsWith('__');
const describe = (command: Command) => `${command.name()}\t${command.summary() || command.description()}`;

function namesOf({ long, description }: Option): string[] {
  return long ? [`${long}\t${description}`] : [];
}

/** Words that an option's or argument's choices name. */
function valuesOf({ argChoices }: Option): string[] {
  return argChoices ?? [];
}

function argumentValues(command: Command): string[] {
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
}
