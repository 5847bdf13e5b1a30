/** IAM's pages: Marker, MaxItems 1-1000 (100 by default), IsTruncated. Source: IAM API reference. */
import type { Call, Piece } from '../../contract.ts';
import { paginate } from '../../pages.ts';

export const PAGE_INPUT = ['Marker', 'MaxItems'] as const;

/** The members of a page's answer, without the list itself. */
export function iamPage<T>(items: T[], input: Piece, call: Call): { items: T[]; rest: Piece } {
  const page = paginate(items, input.Marker, input.MaxItems, call, { aws: 100, least: 1, most: 1000 });
  const rest = page.token === undefined ? {} : { Marker: page.token };
  return { items: page.items, rest: { IsTruncated: page.token !== undefined, ...rest } };
}
