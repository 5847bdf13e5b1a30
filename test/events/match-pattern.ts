/**
 * EventBridge's matching of an event by a pattern, as the EventBridge user guide describes it: "Creating event
 * patterns" (a field of the pattern must be there with one of its values; fields not named are ignored; of arrays
 * one element must match) and "Comparison operators". An operator that is not built here is refused.
 */
type Json = unknown;

export function matches(pattern: Record<string, Json>, event: Json): boolean {
  const { $or: alternatives, ...fields } = pattern;
  if (Array.isArray(alternatives) && !alternatives.some((each) => matches(asObject(each), event)))
    return false;
  return Object.entries(fields).every(([name, wanted]) => {
    const value = isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
    if (Array.isArray(wanted)) return wanted.some((condition) => holds(condition, value));
    if (isObject(wanted)) return matches(wanted, value ?? {});
    throw new TypeError(`pattern: ${name} must be an object or a list of values`);
  });
}

function holds(condition: Json, value: Json): boolean {
  if (isObject(condition) && 'exists' in condition) {
    // "Exists matching only works on leaf nodes" (user guide).
    const there = value !== undefined && !isObject(value);
    return condition.exists === there;
  }
  const values = Array.isArray(value) ? value : [value];
  return values.some((each) => each !== undefined && one(condition, each));
}

function one(condition: Json, value: Json): boolean {
  if (!isObject(condition)) return condition === value;
  const [[operator, operand] = ['', undefined], ...more] = Object.entries(condition);
  if (more.length > 0) throw new TypeError('pattern: one operator a condition');
  const text = typeof value === 'string' ? value : null;
  switch (operator) {
    case 'prefix':
      return text?.startsWith(asText(operand)) ?? false;
    case 'suffix':
      return text?.endsWith(asText(operand)) ?? false;
    case 'equals-ignore-case':
      return text?.toLowerCase() === asText(operand).toLowerCase();
    case 'wildcard':
      return text !== null && asExpression(asText(operand)).test(text);
    case 'anything-but': {
      const refused = Array.isArray(operand) ? operand : [operand];
      if (refused.some(isObject)) throw new TypeError('pattern: anything-but of an operator is not built');
      return !refused.includes(value);
    }
    case 'numeric':
      return typeof value === 'number' && Array.isArray(operand) && numeric(operand, value);
    default:
      throw new TypeError(`pattern: operator ${operator} is not built`);
  }
}

/** `*` is any number of characters (user guide, "Wildcard matching"). */
function asExpression(wildcard: string): RegExp {
  const parts = wildcard.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function numeric(operands: Json[], value: number): boolean {
  const compare: Record<string, (limit: number) => boolean> = {
    '=': (limit) => value === limit,
    '<': (limit) => value < limit,
    '<=': (limit) => value <= limit,
    '>': (limit) => value > limit,
    '>=': (limit) => value >= limit,
  };
  for (let index = 0; index < operands.length; index += 2) {
    const test = compare[String(operands[index])];
    if (!test) throw new TypeError(`pattern: numeric ${String(operands[index])} is not known`);
    if (!test(Number(operands[index + 1]))) return false;
  }
  return true;
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asObject(value: Json): Record<string, Json> {
  if (!isObject(value)) throw new TypeError('pattern: expected an object');
  return value;
}

function asText(value: Json): string {
  if (typeof value !== 'string') throw new TypeError('pattern: expected a text');
  return value;
}
