/**
 * The Condition element. Source: IAM user guide, reference_policies_elements_condition_operators and
 * reference_policies_condition-single-vs-multi-valued-context-keys. Operators and keys are AND, values of a
 * key OR (for negated operators NOR).
 */
import ipaddr from 'ipaddr.js';
import { expandPattern, literalOf, matchesArn, matchesText, type Variables } from './pattern.ts';

/** Whether the policy language has the operator, with `...IfExists` and the set prefixes where they are allowed. */
export function isOperator(name: string): boolean {
  const [, , plain = '', ifExists] = OPERATOR.exec(name.toLowerCase()) ?? [];
  return plain === 'null' ? ifExists === undefined : Object.hasOwn(OPERATORS, plain);
}

const OPERATOR = /^(?:(forallvalues|foranyvalue):)?(.+?)(ifexists)?$/;

/** Values of a request's context by lower-case key. An absent key is absent, not empty. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

export type ConditionResult = 'holds' | 'fails' | 'unresolved-variable' | 'unknown-operator';

interface Operator {
  negated: boolean;
  /** Whether policy variables are replaced: strings, Bool and ARNs only. */
  variables: boolean;
  matches(wanted: string, value: string): boolean;
}

/** `wanted` is an expanded pattern (pattern.ts). */
const OPERATORS: Record<string, Operator> = {
  ...withNegation('stringequals', 'stringnotequals', true, (wanted, value) => literalOf(wanted) === value),
  ...withNegation(
    'stringequalsignorecase',
    'stringnotequalsignorecase',
    true,
    (wanted, value) => literalOf(wanted).toLowerCase() === value.toLowerCase(),
  ),
  ...withNegation('stringlike', 'stringnotlike', true, matchesText),
  ...withNegation('arnequals', 'arnnotequals', true, matchesArn),
  ...withNegation('arnlike', 'arnnotlike', true, matchesArn),
  ...withNegation(
    'numericequals',
    'numericnotequals',
    false,
    numeric((wanted, value) => value === wanted),
  ),
  numericlessthan: plain(numeric((wanted, value) => value < wanted)),
  numericlessthanequals: plain(numeric((wanted, value) => value <= wanted)),
  numericgreaterthan: plain(numeric((wanted, value) => value > wanted)),
  numericgreaterthanequals: plain(numeric((wanted, value) => value >= wanted)),
  ...withNegation(
    'dateequals',
    'datenotequals',
    false,
    dated((wanted, value) => value === wanted),
  ),
  datelessthan: plain(dated((wanted, value) => value < wanted)),
  datelessthanequals: plain(dated((wanted, value) => value <= wanted)),
  dategreaterthan: plain(dated((wanted, value) => value > wanted)),
  dategreaterthanequals: plain(dated((wanted, value) => value >= wanted)),
  bool: {
    negated: false,
    variables: true,
    matches: (wanted, value) => wanted.toLowerCase() === value.toLowerCase(),
  },
  binaryequals: plain((wanted, value) => sameBytes(wanted, value)),
  ...withNegation('ipaddress', 'notipaddress', false, addressWithin),
};

/**
 * Whether a Condition element holds; where a variable can't be resolved or the policy language has no such
 * operator, evaluate.ts says what becomes of the statement.
 */
export function checkConditions(
  condition: unknown,
  context: RequestContext,
  variables: Variables | null,
): ConditionResult {
  if (typeof condition !== 'object' || condition === null) return 'holds';
  const results = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys as Record<string, unknown>).map(([key, wanted]) =>
      checkKey(operator.toLowerCase(), key, asList(wanted).map(String), context, variables),
    ),
  );
  if (results.includes('fails')) return 'fails';
  return results.find((result) => result !== 'holds') ?? 'holds';
}

function checkKey(
  operator: string,
  key: string,
  wanted: string[],
  context: RequestContext,
  variables: Variables | null,
): ConditionResult {
  const parsed = OPERATOR.exec(operator);
  const [, quantifier, name = '', ifExists] = parsed ?? [];
  const values = valuesOf(context, key, quantifier !== undefined);
  if (name === 'null') {
    const absent = String(values.length === 0);
    return holdsIf(wanted.some((value) => value.toLowerCase() === absent));
  }
  const rule = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (!rule) return 'unknown-operator';
  if (values.length === 0) {
    if (ifExists || quantifier === 'forallvalues') return 'holds';
    return holdsIf(rule.negated && quantifier === undefined);
  }
  const expanded: string[] = [];
  for (const pattern of wanted) {
    const text = rule.variables ? expandPattern(pattern, variables) : pattern;
    if (text === null) return 'unresolved-variable';
    expanded.push(text);
  }
  const matchesOne = (value: string) => expanded.some((pattern) => rule.matches(pattern, value));
  const satisfies = (value: string) => matchesOne(value) !== rule.negated;
  if (quantifier === 'foranyvalue') return holdsIf(values.some(satisfies));
  // Without a quantifier a key should have one value; with several a negated operator admits none of them.
  if (quantifier === 'forallvalues' || rule.negated) return holdsIf(values.every(satisfies));
  return holdsIf(values.some(satisfies));
}

/** For ForAllValues and ForAnyValue an empty string is a null data set, as if the key were absent. */
function valuesOf(context: RequestContext, key: string, asSet: boolean): readonly string[] {
  const values = context.get(key.toLowerCase()) ?? [];
  return asSet && values.every((value) => value === '') ? [] : values;
}

function holdsIf(holds: boolean): ConditionResult {
  return holds ? 'holds' : 'fails';
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function plain(matches: Operator['matches']): Operator {
  return { negated: false, variables: false, matches };
}

function withNegation(
  name: string,
  negation: string,
  variables: boolean,
  matches: Operator['matches'],
): Record<string, Operator> {
  return {
    [name]: { negated: false, variables, matches },
    [negation]: { negated: true, variables, matches },
  };
}

function numeric(compare: (wanted: number, value: number) => boolean): Operator['matches'] {
  return (wanted, value) => {
    const [left, right] = [toNumber(wanted), toNumber(value)];
    return left !== undefined && right !== undefined && compare(left, right);
  };
}

function toNumber(text: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

function dated(compare: (wanted: number, value: number) => boolean): Operator['matches'] {
  return (wanted, value) => {
    const [left, right] = [toInstant(wanted), toInstant(value)];
    return left !== undefined && right !== undefined && compare(left, right);
  };
}

/** ISO 8601, or seconds since 1970 ("in epoch (UNIX) time"). Milliseconds. */
function toInstant(text: string): number | undefined {
  if (/^\d{5,}(\.\d+)?$/.test(text.trim())) return Number(text) * 1000;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Both are base64. */
function sameBytes(wanted: string, value: string): boolean {
  return Buffer.from(wanted, 'base64').equals(Buffer.from(value, 'base64'));
}

/** `wanted` is a CIDR block, or an address, which is taken as /32 (IPv6: /128). */
function addressWithin(wanted: string, value: string): boolean {
  const address = toAddress(value);
  const [base = '', length] = wanted.split('/');
  const network = toAddress(base);
  if (!address || !network || address.kind() !== network.kind()) return false;
  const bits = length === undefined ? network.toByteArray().length * 8 : toNumber(length);
  if (bits === undefined || bits < 0 || bits > network.toByteArray().length * 8) return false;
  return address.match(network, bits);
}

/** ipaddr.js reads `010.0.0.1` as octal and `10.1` as an address: neither is one here. */
function toAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
}
