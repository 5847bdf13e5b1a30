/**
 * What keeps a policy document from being one: types alone, since a snapshot holds what IAM has accepted at some time.
 * Source: IAM user guide, "Grammar of the IAM JSON policy language".
 */
export interface Misfit {
  path: (string | number)[];
  /** Completes "expected". */
  expected: string;
}

const TEXTS = ['Action', 'NotAction', 'Resource', 'NotResource'];
const PRINCIPALS = ['Principal', 'NotPrincipal'];

/** null where `Statement` is as the language has it. */
export function policyMisfit(statement: unknown): Misfit | null {
  if (!Array.isArray(statement))
    return isObject(statement) ? statementMisfit(statement) : at([], 'a list of statements');
  for (const [index, each] of statement.entries()) {
    const misfit = isObject(each) ? statementMisfit(each) : at([], 'a statement');
    if (misfit) return { ...misfit, path: [index, ...misfit.path] };
  }
  return null;
}

function statementMisfit(statement: Record<string, unknown>): Misfit | null {
  const { Effect, Condition } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') return at(['Effect'], 'Allow or Deny');
  for (const name of TEXTS) {
    if (statement[name] !== undefined && !isTexts(statement[name]))
      return at([name], 'a string or a list of strings');
  }
  for (const name of PRINCIPALS) {
    if (statement[name] !== undefined && !isPrincipal(statement[name])) {
      return at([name], '"*" or lists of strings by kind of principal');
    }
  }
  if (Condition === undefined) return null;
  if (!isObject(Condition)) return at(['Condition'], 'keys and values by operator');
  for (const [operator, keys] of Object.entries(Condition)) {
    if (!isObject(keys)) return at(['Condition', operator], 'values by key');
    for (const [key, values] of Object.entries(keys)) {
      if (!isValues(values)) return at(['Condition', operator, key], 'a value or a list of values');
    }
  }
  return null;
}

const at = (path: (string | number)[], expected: string): Misfit => ({ path, expected });

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): boolean => isText(value) || (Array.isArray(value) && value.every(isText));
const isPrincipal = (value: unknown): boolean =>
  isText(value) || (isObject(value) && Object.values(value).every(isTexts));
const isValue = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
const isValues = (value: unknown): boolean =>
  isValue(value) || (Array.isArray(value) && value.every(isValue));
