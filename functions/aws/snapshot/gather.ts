/** Answers of AWS as the snapshot format has them, and what was not answered. */
import type { Failure } from '../../core/model/reads.ts';
import { read } from '../reads.ts';

/** A piece of a snapshot: AWS's own shape. */
export type Piece = Record<string, unknown>;

/** What could not be read. */
export interface Unread {
  /** null: the organization. */
  accountId: string | null;
  region: string | null;
  /** The IAM action behind it; `*` where nothing of the place was read. */
  api: string;
  kind: Failure['kind'];
  code: string;
  message: string;
}

/** Reads of one place; a failure becomes a line of `unread`, and the work continues. */
export class Gathering {
  readonly unread: Unread[];
  private readonly place: Pick<Unread, 'accountId' | 'region'>;

  constructor(accountId: string | null, region: string | null, unread: Unread[]) {
    this.place = { accountId, region };
    this.unread = unread;
  }

  /** undefined where it failed, or where there is no such thing. */
  async read<T>(
    api: string,
    call: () => Promise<T>,
    absentCodes: readonly string[] = [],
  ): Promise<T | undefined> {
    const answer = await read(api, call, absentCodes);
    if (answer.kind === 'value') return answer.value;
    if (answer.kind === 'failed') this.note(api, answer.failure);
    return undefined;
  }

  note(api: string, { kind, code, message }: Failure): void {
    this.unread.push({ ...this.place, api, kind, code, message });
  }
}

/** Every item of every page, as plain JSON. */
export async function itemsOf<P>(
  pages: AsyncIterable<P>,
  items: (page: P) => object[] | undefined,
): Promise<Piece[]> {
  const all: Piece[] = [];
  for await (const page of pages) all.push(...(items(page) ?? []).map((item) => plain(item) as Piece));
  return all;
}

/**
 * What the SDK answered as version 2 of the AWS CLI prints it: times as ISO 8601 in UTC with `+00:00`, members
 * without a value left out.
 */
export function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().replace(/(\.000)?Z$/, '+00:00');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      inner === undefined || key === '$metadata' ? [] : [[key, plain(inner)]],
    ),
  );
}
