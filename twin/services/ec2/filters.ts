/**
 * EC2's filters. Values of one filter are joined with OR, filters with AND; `*` stands for any characters,
 * `?` for one, a backslash takes their meaning away; values are case-sensitive; at most 200 values a call
 * (EC2 user guide, "Filter your Amazon EC2 resources").
 */
import { AwsError, type Piece } from '../../contract.ts';
import { TIME_MEMBERS } from './times.ts';

/** Where a filter's value is: a dotted path (lists are walked through), or a function of the piece. */
export type FilterTable = Readonly<Record<string, string | ((piece: Piece) => unknown)>>;

const MOST_VALUES = 200;

/** The pieces that every filter lets through. Throws AwsError for a filter that AWS does not document. */
export function applyFilters(pieces: Piece[], filters: Piece[] | undefined, table: FilterTable): Piece[] {
  const values = (filters ?? []).reduce((sum, filter) => sum + (filter.Values?.length ?? 0), 0);
  if (values > MOST_VALUES) {
    throw new AwsError(
      'FilterLimitExceeded',
      `The maximum number of filter values specified on a single call is ${MOST_VALUES}`,
    );
  }
  const tests = (filters ?? []).map((filter) => testOf(filter, table));
  return pieces.filter((piece) => tests.every((test) => test(piece)));
}

/** `tag:<key>` and `tag-key`, which most resources have. */
export const TAG_FILTERS: FilterTable = { 'tag:': 'Tags.Value', 'tag-key': 'Tags.Key' };

function testOf(filter: Piece, table: FilterTable): (piece: Piece) => boolean {
  const name = String(filter.Name);
  const patterns = ((filter.Values ?? []) as string[]).map(toPattern);
  const matches = (value: string) => patterns.some((pattern) => pattern.test(value));
  if (name.startsWith('tag:') && Object.hasOwn(table, 'tag:')) {
    const key = name.slice('tag:'.length);
    return (piece) => tagsOf(piece).some((tag) => tag.Key === key && matches(tag.Value ?? ''));
  }
  const where = Object.hasOwn(table, name) && name !== 'tag:' ? table[name] : undefined;
  if (where === undefined) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  return (piece) => valuesAt(piece, where).some(matches);
}

function tagsOf(piece: Piece): Piece[] {
  return piece.Tags ?? [];
}

function toPattern(value: string): RegExp {
  const source = value.replace(/\\([*?\\])|([*?])|([.+^${}()|[\]\\])/g, (_, literal, wildcard, special) => {
    if (wildcard) return wildcard === '*' ? '.*' : '.';
    return `\\${literal ?? special}`;
  });
  return new RegExp(`^${source}$`, 's');
}

function valuesAt(piece: Piece, where: string | ((piece: Piece) => unknown)): string[] {
  if (typeof where === 'function') return [where(piece)].flat().filter(isGiven).map(String);
  const keys = where.split('.');
  const isTime = TIME_MEMBERS.has(keys.at(-1) ?? '');
  return keys
    .reduce<unknown[]>((values, key) => values.flatMap((value) => (value as Piece)[key] ?? []), [piece])
    .map((value) => (isTime ? new Date(String(value)).toISOString() : String(value)));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
