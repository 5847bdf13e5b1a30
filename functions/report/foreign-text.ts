/**
 * Text that others wrote (names of accounts, values of tags), made safe for files that are read as plain text:
 * control characters, and characters that turn the direction of what follows (Unicode UAX #9, section 2), which
 * would reach beyond their own field.
 */

/** Embeddings, overrides and isolates. */
const TURNS = '\\u202a-\\u202e\\u2066-\\u2069';
const TURNING = new RegExp(`[${TURNS}]`, 'g');
/** Also C1, line separators and the marks that are harmless in their own field. */
const ESCAPED_IN_JSON = new RegExp(`[${TURNS}\\u200e\\u200f\\u061c\\u2028\\u2029\\u007f-\\u009f]`, 'g');
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BREAKS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** One line, without anything that turns the direction. */
export function toOneLine(text: string): string {
  return text.replace(TURNING, '').replace(BREAKS, ' ').trim();
}

/** JSON that shows control characters and what turns the direction instead of doing it. The parsed value is the same. */
export function toPlainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    ESCAPED_IN_JSON,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
