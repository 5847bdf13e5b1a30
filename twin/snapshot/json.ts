import { SnapshotError } from './error.ts';

/** JSON.parse, with the line and column of what is wrong (V8 doesn't always give them). */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const before = text.slice(0, findSyntaxError(text)).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    throw new SnapshotError(
      `${file}:${before.length}:${column}`,
      '',
      'not valid JSON; correct it there, or take the snapshot again',
      cause,
    );
  }
}

const SPACE = /[ \t\r\n]*/y;
const SCALAR =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Index of the first character that can't be where it is. */
function findSyntaxError(text: string): number {
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const matched = pattern.test(text);
    if (matched) at = pattern.lastIndex;
    return matched;
  };
  const next = (character: string): boolean => {
    skip(SPACE);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const members = (close: string, member: () => boolean): boolean => {
    if (next(close)) return true;
    do {
      if (!member()) return false;
    } while (next(','));
    return next(close);
  };
  const value = (): boolean => {
    if (next('{')) return members('}', () => key() && next(':') && value());
    if (next('[')) return members(']', value);
    return skip(SCALAR);
  };
  const key = (): boolean => {
    skip(SPACE);
    return text[at] === '"' && skip(SCALAR);
  };
  if (value()) skip(SPACE);
  return at;
}
