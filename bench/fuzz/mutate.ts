/** Inputs that are almost right: valid texts with something changed, by chance that can be repeated. */
import type { Random } from '../../twin/make/random.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const STRANGE: readonly [Json, ...Json[]] = [
  null,
  true,
  0,
  -1,
  1e308,
  99,
  '',
  ' ',
  '\u001b[2J\u202e\u0007\u009b',
  '*',
  '%24{x}',
  '__proto__',
  'x'.repeat(5_000),
  '2026-13-45',
  'arn:aws:iam::123456789012:role/x',
  [],
  [[]],
  [null],
  {},
  { constructor: null },
  { toString: 1 },
];

/** One to four changes of a JSON text's value; sometimes of the text itself, so that it is no JSON any more. */
export function mutateJson(text: string, random: Random): string {
  if (random.chance(0.15)) return mutateText(text, random);
  let value: Json = JSON.parse(text);
  for (let left = 1 + random.below(4); left > 0; left -= 1) value = mutateValue(value, random);
  const changed = JSON.stringify(value);
  // JSON.parse makes of it a key like any other, and of a copied object a prototype.
  return random.chance(0.05) ? changed.replace('{', '{"__proto__":{"a":1},') : changed;
}

function mutateValue(value: Json, random: Random): Json {
  const deeper = typeof value === 'object' && value !== null && random.chance(0.85);
  if (!deeper) return random.chance(0.05) ? nest(random) : random.pick(STRANGE);
  if (Array.isArray(value)) {
    if (value.length === 0) return [random.pick(STRANGE)];
    const at = random.below(value.length);
    switch (random.below(6)) {
      case 0:
        return value.toSpliced(at, 1);
      case 1:
        return [...value, ...value];
      default:
        return value.with(at, mutateValue(value[at] ?? null, random));
    }
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return { x: random.pick(STRANGE) };
  const at = random.below(entries.length);
  const [key, part] = entries[at] ?? ['x', null];
  switch (random.below(8)) {
    case 0:
      return Object.fromEntries(entries.toSpliced(at, 1));
    case 1:
      return Object.fromEntries(entries.with(at, [`${key}x`, part]));
    case 2:
      return { ...value, [JSON.stringify(random.pick(STRANGE)).slice(0, 50)]: part };
    default:
      return Object.fromEntries(entries.with(at, [key, mutateValue(part, random)]));
  }
}

/** Deeper than a recursive reader's stack. */
function nest(random: Random): Json {
  let value: Json = random.pick(STRANGE);
  for (let depth = random.below(3_000); depth > 0; depth -= 1) {
    value = random.chance(0.5) ? [value] : { a: value };
  }
  return value;
}

const PIECES: readonly [string, ...string[]] = [
  '\u0000',
  '\u001b',
  '\ufeff',
  '\ud800',
  '\n',
  '---\n',
  '&a ',
  '*a',
  '!!js/function x',
  '<<: *a',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  "'",
  '|',
  '>',
  '\t',
  '%',
  '? ',
  '- ',
  '9'.repeat(400),
];

/** Cut, doubled, pierced or buried. */
export function mutateText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + random.below(40));
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(end);
    case 2:
      return text.slice(0, end) + text.slice(at);
    case 3:
      return random.pick(['[', '{a: ', '- ', '"', '&a [*a, ']).repeat(1 + random.below(20_000)) + text;
    case 4:
      return (
        text.slice(0, at) + random.pick(['[', '{a: ', '(']).repeat(1 + random.below(5_000)) + text.slice(at)
      );
    default: {
      let changed = text;
      for (let left = 1 + random.below(5); left > 0; left -= 1) {
        const place = random.below(changed.length + 1);
        changed = changed.slice(0, place) + random.pick(PIECES) + changed.slice(place);
      }
      return changed;
    }
  }
}
