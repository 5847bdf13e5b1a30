/**
 * From the definition that Step Functions runs to one that aws-local-stepfunctions runs: what the library
 * does not honour becomes a Task whose work is the engine's (run-state-machine.ts), written out here.
 *
 *     Map, distributed, over a manifest   -> Task `map`: reads the manifest, runs a child machine an item
 *     Wait                                -> Task `wait` on the run's clock
 *     lambda:invoke, dynamodb:updateItem  -> Task `invoke`, `updateItem`
 *     States.JsonToString in Parameters   -> written out by the engine: the library drops its backslashes
 *     $$.Execution.StartTime              -> $$.Run.StartTime: the library would put the wall's time there
 */
import { asObject, checkDefinition, INVOKE, type Json, type JsonObject } from './check-definition.ts';
import { RefusedDefinitionError } from './errors.ts';

export type LoweredTask =
  | { kind: 'invoke'; timeoutSeconds: number; afterRefusal: Backoff | null }
  | { kind: 'updateItem'; timeoutSeconds: number }
  | { kind: 'wait' }
  | { kind: 'map'; children: LoweredMachine; tolerated: { count: number; percentage: number } };

export interface LoweredMachine {
  definition: JsonObject;
  tasks: Map<string, LoweredTask>;
}

/** The library ends a Task without TimeoutSeconds after 60 s. Longest timer of Node, in seconds. */
const NO_TIMEOUT_SECONDS = 2_147_483;
const JSON_STRING = '(JsonToString)';
const SELECT_ITEM = '(ItemSelector)';
const ENGINE = 'arn:aws:states:::dhmc-local-engine';

/** Replaces `${name}` inside the strings of a definition's text. A name without a value is an error. */
export function substitutePlaceholders(text: string, values: Record<string, string>): string {
  return text.replace(/\$\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new RefusedDefinitionError(
        'the definition',
        `placeholder ${placeholder} has no value in the local engine`,
      );
    }
    return JSON.stringify(value).slice(1, -1);
  });
}

/** Throws RefusedDefinitionError for what neither the library honours nor this lowers. */
export function lowerDefinition(text: string): LoweredMachine {
  let definition: Json;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    throw new RefusedDefinitionError(
      'the definition',
      `is not JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
  const machine = asObject(definition, 'the definition', 'the top level');
  checkDefinition(machine);
  return lowerMachine(machine);
}

function lowerMachine({ StartAt, States }: JsonObject): LoweredMachine {
  const tasks = new Map<string, LoweredTask>();
  const states: JsonObject = {};
  for (const [name, state] of Object.entries(asObject(States, 'the definition', 'States'))) {
    const { state: lowered, task } = lowerState(asObject(state, `state ${name}`, 'Type'));
    states[name] = renameStartTime(lowered);
    if (task) tasks.set(name, task);
  }
  return { definition: { StartAt: StartAt ?? null, States: states }, tasks };
}

function lowerState(state: JsonObject): { state: JsonObject; task?: LoweredTask } {
  switch (state.Type) {
    case 'Task': {
      const kind = INVOKE.test(String(state.Resource)) ? ('invoke' as const) : ('updateItem' as const);
      const lowered = { ...state, Parameters: lowerJsonToString(state.Parameters ?? {}) };
      const timeoutSeconds = Number(state.TimeoutSeconds);
      const task: LoweredTask =
        kind === 'invoke'
          ? { kind, timeoutSeconds, afterRefusal: backoffOf(state.Retry) }
          : { kind, timeoutSeconds };
      return { state: lowered, task };
    }
    case 'Wait':
      return { state: lowerWait(state), task: { kind: 'wait' } };
    case 'Map':
      return lowerMap(state);
    default:
      return { state };
  }
}

/** Between tries of an invocation that Lambda refused to start. */
export interface Backoff {
  intervalSeconds: number;
  rate: number;
  maxDelaySeconds: number;
}

export const REFUSED = 'Lambda.TooManyRequestsException';

function backoffOf(retry: unknown): Backoff | null {
  const retriers = (Array.isArray(retry) ? retry : []) as JsonObject[];
  const found = retriers.find(
    ({ ErrorEquals }) => Array.isArray(ErrorEquals) && ErrorEquals.includes(REFUSED),
  );
  if (!found) return null;
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.MAX_SAFE_INTEGER } = found;
  return {
    intervalSeconds: Number(IntervalSeconds),
    rate: Number(BackoffRate),
    maxDelaySeconds: Number(MaxDelaySeconds),
  };
}

function lowerWait({ Seconds, SecondsPath, Type: _type, ...rest }: JsonObject): JsonObject {
  return {
    ...rest,
    Type: 'Task',
    Resource: `${ENGINE}:wait`,
    Parameters: SecondsPath === undefined ? { seconds: Seconds ?? 0 } : { 'seconds.$': SecondsPath },
    ResultPath: null,
    TimeoutSeconds: NO_TIMEOUT_SECONDS,
  };
}

function lowerMap(state: JsonObject): { state: JsonObject; task: LoweredTask } {
  const reader = asObject(state.ItemReader, 'Map', 'ItemReader');
  const children = lowerMachine(asObject(state.ItemProcessor, 'Map', 'ItemProcessor'));
  const { StartAt, States } = children.definition;
  const select: JsonObject =
    state.ItemSelector === undefined
      ? { InputPath: '$$.Map.Item.Value' }
      : { Parameters: renameStartTime(state.ItemSelector) };
  children.definition = {
    StartAt: SELECT_ITEM,
    States: {
      [SELECT_ITEM]: { Type: 'Pass', ...select, Next: StartAt ?? null },
      ...asObject(States, 'Map', 'States'),
    },
  };
  const { Comment, Retry, Catch, Next, End, MaxConcurrency, MaxConcurrencyPath } = state;
  const lowered: JsonObject = {
    Type: 'Task',
    Resource: `${ENGINE}:map`,
    Parameters: {
      'input.$': '$',
      manifest: reader.Parameters ?? {},
      ...(MaxConcurrencyPath === undefined
        ? { concurrency: MaxConcurrency ?? 0 }
        : { 'concurrency.$': MaxConcurrencyPath }),
    },
    ResultPath: null,
    TimeoutSeconds: NO_TIMEOUT_SECONDS,
  };
  for (const [name, value] of Object.entries({ Comment, Retry, Catch, Next, End })) {
    if (value !== undefined) lowered[name] = value;
  }
  const tolerated = {
    count: Number(
      state.ToleratedFailureCount ?? (state.ToleratedFailurePercentage === undefined ? 0 : Infinity),
    ),
    percentage: Number(state.ToleratedFailurePercentage ?? 100),
  };
  return { state: lowered, task: { kind: 'map', children, tolerated } };
}

/** `"x.$": "States.JsonToString(path)"` becomes `"x": {"(JsonToString).$": "path"}`, which writeJsonStrings ends. */
function lowerJsonToString(value: Json): Json {
  if (Array.isArray(value)) return value.map(lowerJsonToString);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const [, path] =
        (name.endsWith('.$') && /^States\.JsonToString\((\$[^()]*)\)$/.exec(String(inner))) || [];
      if (path === undefined) return [name, lowerJsonToString(inner)];
      return [name.slice(0, -'.$'.length), { [`${JSON_STRING}.$`]: path }];
    }),
  );
}

/** Evaluated parameters with their `(JsonToString)` objects as JSON texts. */
export function writeJsonStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(writeJsonStrings);
  if (value === null || typeof value !== 'object') return value;
  if (JSON_STRING in value) return JSON.stringify(value[JSON_STRING]);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, writeJsonStrings(inner)]));
}

function renameStartTime<T extends Json>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll('$$.Execution.StartTime', () => '$$.Run.StartTime'));
}
