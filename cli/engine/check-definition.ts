/**
 * What of the Amazon States Language the local engine honours, field by field. Anything else in a
 * definition is refused by name: aws-local-stepfunctions 3 silently ignores what it does not know
 * (ItemReader, ResultWriter, tolerance, JSONata, Assign, heartbeats among others).
 */
import { RefusedDefinitionError } from './errors.ts';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [name: string]: Json };

export const INVOKE = /^arn:[a-z-]+:states:::lambda:invoke$/;
export const UPDATE_ITEM = /^arn:[a-z-]+:states:::dynamodb:updateItem$/;
const READ_OBJECT = /^arn:[a-z-]+:states:::s3:getObject$/;

const MACHINE = ['Comment', 'QueryLanguage', 'StartAt', 'States'];
const PATHS = ['InputPath', 'OutputPath'];
const FIELDS: Record<string, string[]> = {
  Task: [
    ...PATHS,
    'Resource',
    'Parameters',
    'ResultSelector',
    'ResultPath',
    'TimeoutSeconds',
    'Retry',
    'Catch',
    'Next',
    'End',
  ],
  Choice: [...PATHS, 'Choices', 'Default'],
  Wait: ['Seconds', 'SecondsPath', 'Next', 'End'],
  Pass: [...PATHS, 'Parameters', 'Result', 'ResultPath', 'Next', 'End'],
  Map: [
    'Label',
    'ItemReader',
    'ItemSelector',
    'MaxConcurrency',
    'MaxConcurrencyPath',
    'ToleratedFailureCount',
    'ToleratedFailurePercentage',
    'ItemProcessor',
    'ResultPath',
    'Retry',
    'Catch',
    'Next',
    'End',
  ],
  Succeed: PATHS,
  Fail: ['Error', 'ErrorPath', 'Cause', 'CausePath'],
};
const RETRIER = [
  'Comment',
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
];
const CATCHER = ['Comment', 'ErrorEquals', 'ResultPath', 'Next'];
const COMPARISON =
  /^(String(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?|StringMatches|Numeric(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?|BooleanEquals(Path)?|Timestamp(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?|Is(Null|Present|Numeric|String|Boolean|Timestamp))$/;

/** Paths of the context object that have a value here. A child of the map has no separate execution. */
const CONTEXT_OF_RUN = [
  '$$.Execution.Id',
  '$$.Execution.Name',
  '$$.Execution.StartTime',
  '$$.State.EnteredTime',
];
const CONTEXT_OF_CHILD = ['$$.State.EnteredTime'];
/** Functions that give the same as in AWS. The library drops every backslash from what they return, see lower-definition.ts. */
const FUNCTIONS = ['States.Format'];
const CONTEXT_OF_ITEM = ['$$.Map.Item.Index', '$$.Map.Item.Value'];

/** Throws RefusedDefinitionError naming state and field. */
export function checkDefinition(definition: JsonObject): void {
  checkMachine(definition, 'the definition', MACHINE, CONTEXT_OF_RUN);
}

function checkMachine(machine: JsonObject, where: string, fields: string[], context: string[]): void {
  allow(machine, fields, where);
  if (machine.QueryLanguage !== undefined && machine.QueryLanguage !== 'JSONPath') {
    throw refused(where, 'QueryLanguage', 'only JSONPath is');
  }
  const states = asObject(machine.States, where, 'States');
  for (const [name, state] of Object.entries(states)) {
    checkState(asObject(state, `state ${name}`, 'Type'), `state ${name}`, context);
  }
}

function checkState(state: JsonObject, where: string, context: string[]): void {
  const fields = FIELDS[String(state.Type)];
  if (!fields) throw refused(where, `Type ${String(state.Type)}`);
  allow(state, ['Type', 'Comment', ...fields], where);
  for (const retrier of asArray(state.Retry)) allow(retrier, RETRIER, `${where}, Retry`);
  for (const catcher of asArray(state.Catch)) allow(catcher, CATCHER, `${where}, Catch`);
  for (const choice of asArray(state.Choices)) checkChoice(choice, `${where}, Choices`);
  if (state.Type === 'Task') checkTask(state, where);
  const { Parameters: _parameters, ItemProcessor: _children, ...others } = state;
  checkFunctions(
    state.Type === 'Task' ? others : { ...others, Parameters: _parameters ?? null },
    where,
    FUNCTIONS,
  );
  if (state.Type === 'Map') {
    checkMap(state, where, context);
    return;
  }
  // The library takes a Result that is false, 0, "" or null for none.
  if (state.Type === 'Pass' && 'Result' in state && !state.Result) throw refused(where, 'Result (empty)');
  for (const field of ['ErrorPath', 'CausePath']) {
    if (state[field] !== undefined && !String(state[field]).startsWith('$'))
      throw refused(where, `${field} with a function`);
  }
  checkContext(state, where, context);
}

function checkTask(state: JsonObject, where: string): void {
  const resource = String(state.Resource);
  const parameters = asObject(state.Parameters ?? null, where, 'Parameters');
  checkFunctions(parameters, where, [...FUNCTIONS, 'States.JsonToString']);
  // Without it the library would take 60 s, and Step Functions 3 years.
  if (typeof state.TimeoutSeconds !== 'number') throw refused(where, 'a Task without TimeoutSeconds');
  if (INVOKE.test(resource)) {
    allow(parameters, ['FunctionName', 'Payload', 'Payload.$'], `${where}, Parameters`);
  } else if (!UPDATE_ITEM.test(resource)) {
    throw refused(where, `Resource ${resource}`);
  }
}

function checkMap(state: JsonObject, where: string, context: string[]): void {
  const reader = asObject(state.ItemReader ?? null, where, 'ItemReader');
  allow(reader, ['Resource', 'ReaderConfig', 'Parameters'], `${where}, ItemReader`);
  const config = asObject(reader.ReaderConfig ?? null, where, 'ItemReader.ReaderConfig');
  allow(config, ['InputType'], `${where}, ReaderConfig`);
  if (!READ_OBJECT.test(String(reader.Resource)) || config.InputType !== 'JSON') {
    throw refused(where, 'an ItemReader other than s3:getObject of JSON');
  }
  allow(
    asObject(reader.Parameters ?? null, where, 'ItemReader.Parameters'),
    ['Bucket', 'Bucket.$', 'Key', 'Key.$'],
    `${where}, ItemReader.Parameters`,
  );
  // Results of children are dropped here, so that 50,000 accounts fit into memory.
  if (state.ResultPath !== null) throw refused(where, 'a ResultPath other than null');
  const names = [...asArray(state.Retry), ...asArray(state.Catch)].flatMap(
    (entry) => entry.ErrorEquals ?? [],
  );
  if (names.includes('States.TaskFailed')) throw refused(where, 'States.TaskFailed of a Map');

  const processor = asObject(state.ItemProcessor ?? null, where, 'ItemProcessor');
  const processorConfig = asObject(processor.ProcessorConfig ?? null, where, 'ItemProcessor.ProcessorConfig');
  allow(processorConfig, ['Mode', 'ExecutionType'], `${where}, ProcessorConfig`);
  if (processorConfig.Mode !== 'DISTRIBUTED')
    throw refused(where, `a Map of Mode ${String(processorConfig.Mode)}`);
  checkMachine(processor, `${where}, ItemProcessor`, [...MACHINE, 'ProcessorConfig'], CONTEXT_OF_CHILD);

  const { ItemProcessor: _children, ItemSelector: selector, ...rest } = state;
  checkContext(rest, where, context);
  checkContext(selector ?? null, where, [...context, ...CONTEXT_OF_ITEM]);
}

function checkChoice(rule: JsonObject, where: string): void {
  for (const [name, value] of Object.entries(rule)) {
    if (name === 'And' || name === 'Or') for (const inner of asArray(value)) checkChoice(inner, where);
    else if (name === 'Not') checkChoice(asObject(value, where, name), where);
    else if (!['Variable', 'Next', 'Comment'].includes(name) && !COMPARISON.test(name))
      throw refused(where, name);
  }
}

/** Every `$$...` in a value must be a path that has one here. */
function checkContext(value: Json, where: string, allowed: string[]): void {
  if (typeof value === 'string') {
    for (const path of value.match(/\$\$[\w.[\]'"]*/g) ?? []) {
      if (!allowed.some((known) => path === known || path.startsWith(`${known}.`)))
        throw refused(where, path);
    }
  } else if (value !== null && typeof value === 'object') {
    for (const inner of Object.values(value)) checkContext(inner, where, allowed);
  }
}

/** Every `States.X(...)` in a `.$` field must be a function that works here. */
function checkFunctions(value: Json, where: string, allowed: string[]): void {
  if (value === null || typeof value !== 'object') return;
  for (const [name, inner] of Object.entries(value)) {
    if (!name.endsWith('.$')) checkFunctions(inner, where, allowed);
    for (const [, used = ''] of name.endsWith('.$') ? String(inner).matchAll(/(States\.\w+)\(/g) : []) {
      if (!allowed.includes(used)) throw refused(where, `the function ${used}`);
    }
  }
}

function allow(object: JsonObject, fields: string[], where: string): void {
  const unknown = Object.keys(object).find((name) => !fields.includes(name));
  if (unknown !== undefined) throw refused(where, unknown);
}

function refused(
  where: string,
  what: string,
  but = 'remove it, or teach cli/engine to lower it',
): RefusedDefinitionError {
  return new RefusedDefinitionError(where, `${what} is not honoured by the local engine; ${but}`);
}

export function asObject(value: Json | undefined, where: string, field: string): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new RefusedDefinitionError(where, `${field} must be an object`);
  }
  return value;
}

function asArray(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.map((entry) => asObject(entry, 'a list', 'entry')) : [];
}
