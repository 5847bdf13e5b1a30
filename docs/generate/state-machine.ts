/** The state machine as a Mermaid flow chart, from its definition: every state, every transition from it. */

interface State {
  Type: string;
  Next?: string;
  Default?: string;
  End?: boolean;
  Choices?: { Variable: string; StringEquals: string; Next: string }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  ItemProcessor?: Machine & { ProcessorConfig?: { Mode?: string } };
}

export interface Machine {
  StartAt: string;
  States: Record<string, State>;
}

export function drawStateMachine(machine: Machine): string {
  return ['flowchart TD', '  start((start))', ...draw(machine, 'start', '  '), ''].join('\n');
}

/** Before and behind the block of README.md that holds the drawing. */
const BEGIN = '<!-- Drawn by `npm run docs` from statemachine/rollout.asl.json. -->\n```mermaid\n';
const END = '```\n';

/** README.md with the drawing in its place. @throws {Error} where it has no such place */
export function withDrawing(readme: string, machine: Machine): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END, begin + BEGIN.length);
  if (begin < 0 || end < 0) throw new Error(`README.md has no block that begins with ${BEGIN}`);
  return readme.slice(0, begin + BEGIN.length) + drawStateMachine(machine) + readme.slice(end);
}

function draw({ StartAt, States }: Machine, from: string, indent: string): string[] {
  const lines = [`${indent}${from} --> ${StartAt}`];
  for (const [name, state] of Object.entries(States)) {
    lines.push(...shape(name, state, indent), ...waysOut(name, state, indent));
  }
  return lines;
}

function shape(name: string, { Type, ItemProcessor }: State, indent: string): string[] {
  if (ItemProcessor) {
    const kind = ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED' ? 'distributed map' : 'map';
    const first = `${name}Item`;
    return [
      `${indent}subgraph ${name}["${name}: ${kind}, one child an account"]`,
      `${indent}  ${first}((child))`,
      ...draw(ItemProcessor, first, `${indent}  `),
      `${indent}end`,
    ];
  }
  switch (Type) {
    case 'Choice':
      return [`${indent}${name}{${name}}`];
    case 'Wait':
      return [`${indent}${name}[/"${name} (wait)"/]`];
    case 'Fail':
      return [`${indent}${name}[["${name} (fail)"]]`];
    default:
      return [`${indent}${name}["${name}"]`];
  }
}

function waysOut(name: string, state: State, indent: string): string[] {
  const caught = (state.Catch ?? []).map(
    ({ ErrorEquals, Next }) => `${indent}${name} -. "${ErrorEquals.join(', ')}" .-> ${Next}`,
  );
  const chosen = (state.Choices ?? []).map(
    ({ StringEquals, Next }) => `${indent}${name} -- "${StringEquals}" --> ${Next}`,
  );
  return [
    ...chosen,
    ...(state.Default === undefined ? [] : [`${indent}${name} -- "anything else" --> ${state.Default}`]),
    ...(state.Next === undefined ? [] : [`${indent}${name} --> ${state.Next}`]),
    ...(state.End ? [`${indent}${name} --> ${name}End((done))`] : []),
    ...caught,
  ];
}
