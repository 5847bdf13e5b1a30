import fc from 'fast-check';
import type { Shape } from '../../twin/wire/shapes.ts';

/** How deep a generated structure goes; below it, only what is required or simple. */
const DEEPEST = 3;

/**
 * Values of a modelled shape, as a client would send or an operation answer. What a Query request has no
 * way to write is left out: empty structures, lists and maps below the top.
 */
export function arbitraryOf(shape: Shape, depth = 0): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'structure': {
      const members = shape.members.filter(
        ({ required, shape: inner }) => required || depth < DEEPEST || isSimple(inner),
      );
      const model = Object.fromEntries(
        members.map((member) => [
          member.name,
          member.httpHeader && member.shape.kind === 'string'
            ? headerText()
            : arbitraryOf(member.shape, depth + 1),
        ]),
      );
      const first = members.find((member) => isSimple(member.shape)) ?? members[0];
      const requiredKeys = members
        .filter((member) => member.required || (depth > 0 && member === first))
        .map(({ name }) => name);
      return fc.record(model, { requiredKeys, noNullPrototype: true });
    }
    case 'list':
      return fc.array(arbitraryOf(shape.item, depth + 1), {
        minLength: 1,
        maxLength: depth < DEEPEST ? 3 : 1,
      });
    case 'map':
      return fc.dictionary(text(), arbitraryOf(shape.value, depth + 1), {
        minKeys: 1,
        maxKeys: 3,
        noNullPrototype: true,
      });
    case 'boolean':
      return fc.boolean();
    case 'number':
      return fc.integer({ min: 0, max: 100_000 });
    case 'timestamp':
      return fc.integer({ min: 0, max: 2_000_000_000 }).map((seconds) => new Date(seconds * 1000));
    case 'blob':
      return fc.uint8Array({ minLength: 1, maxLength: 12 });
    default:
      return text();
  }
}

/** A header holds no line breaks and only what Latin-1 has. */
function headerText(): fc.Arbitrary<string> {
  return fc.stringMatching(/^a[a-zA-Z0-9&<>"'%+=/:. -]{0,8}z$/);
}

/** Printable and not, without blanks at the ends, which XML readers drop. */
function text(): fc.Arbitrary<string> {
  const awkward = fc.constantFrom(
    '&',
    '<',
    '>',
    '"',
    "'",
    '%',
    '+',
    '=',
    '/',
    ' ',
    '\n',
    'é',
    '漢',
    '😀',
    ']]>',
  );
  const inner = fc.array(fc.oneof(fc.stringMatching(/^[a-zA-Z0-9]$/), awkward), { maxLength: 8 });
  return inner.map((parts) => `a${parts.join('')}z`);
}

function isSimple(shape: Shape): boolean {
  return shape.kind !== 'structure' && shape.kind !== 'list' && shape.kind !== 'map';
}
