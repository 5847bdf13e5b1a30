/** How EC2's describe operations are alike: ids or filters, pages, errors. */
import { AwsError, type Call, type Operation, type Piece } from '../../contract.ts';
import { paginate } from '../../pages.ts';
import { settleEndpoints } from './endpoint-life.ts';
import { applyFilters, type FilterTable } from './filters.ts';
import { withDates } from './times.ts';

/** What MaxResults may be. */
export interface Pages {
  least: number;
  most: number;
  /**
   * What a page holds at most, also where MaxResults is left out or greater ("If the value is greater than 1,000, we
   * return only 1,000 items"); without it everything is returned where MaxResults is left out.
   */
  cap?: number;
}

export interface Listing {
  /** Member of the answer that holds the list. */
  output: string;
  /** All that there is to list for this call. */
  from: (call: Call) => Piece[];
  filters: FilterTable;
  /** Input member of the filters where it isn't `Filters`. */
  filterInput?: string;
  ids?: {
    input: string;
    key: string;
    notFound: (ids: string[]) => AwsError;
    /** How AWS names the parameter in refusing it beside MaxResults; left out where it takes both. */
    notWithMaxResults?: string;
  };
  /** `null` where the operation has no pages. */
  pages: Pages | null;
  /** From an entry of the state to one of the answer; dates are made afterwards. */
  show?: (piece: Piece, call: Call) => Piece;
}

/** The state of the call's account and Region, up to date: left-out lists are empty. */
export function resources(list: string): (call: Call) => Piece[] {
  return (call) => {
    settleEndpoints(call.state, call.accountId, call.region);
    return call.state.region(call.accountId, call.region).Ec2[list] ?? [];
  };
}

/**
 * Most describe operations have no resource types, so that the permission is on `*` (service authorization reference);
 * `on` gives it for those that have one.
 */
export function readOperation(
  action: string,
  honours: readonly string[],
  handle: (input: Piece, call: Call) => Piece,
  on: Operation['permissions'] = () => [{ action: `ec2:${action}`, resource: '*' }],
): Operation {
  return {
    honours: [...honours, 'DryRun'],
    mutates: false,
    permissions: on,
    handle: (input, call) => {
      if (input.DryRun === true) {
        throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
      }
      return handle(input, call);
    },
  };
}

export function listOperation(action: string, listing: Listing, ...more: string[]): Operation {
  const { ids, filterInput = 'Filters' } = listing;
  const honours = [
    filterInput,
    ...(ids ? [ids.input] : []),
    ...(listing.pages ? ['MaxResults', 'NextToken'] : []),
    ...more,
  ];
  return readOperation(action, honours, (input, call) => {
    const { items, token } = select(listing, input, call);
    return answer(listing, items, token, call);
  });
}

/** The entries of this page: those asked for by id, then by filter. */
export function select(
  listing: Listing,
  input: Piece,
  call: Call,
): { items: Piece[]; token: string | undefined } {
  const { ids, pages, filterInput = 'Filters' } = listing;
  const wanted: string[] = ids ? (input[ids.input] ?? []) : [];
  if (pages) checkMaxResults(input, pages, wanted.length > 0 ? ids?.notWithMaxResults : undefined);
  const all = listing.from(call);
  const found = ids && wanted.length > 0 ? byId(all, wanted, ids) : all;
  return page(applyFilters(found, input[filterInput], listing.filters), input, call, pages);
}

export function answer(listing: Listing, items: Piece[], token: string | undefined, call: Call): Piece {
  const { show } = listing;
  const shown = items.map((piece) => withDates(show ? show(piece, call) : piece));
  return { [listing.output]: shown, NextToken: token };
}

/** Every piece of each id: endpoint services share names. */
function byId(all: Piece[], wanted: string[], ids: NonNullable<Listing['ids']>): Piece[] {
  const known = Map.groupBy(all, (piece) => String(piece[ids.key]));
  const missing = wanted.filter((id) => !known.has(id));
  if (missing.length > 0) throw ids.notFound(missing);
  return [...new Set(wanted)].flatMap((id) => known.get(id) ?? []);
}

/**
 * Without MaxResults EC2 answers with everything ("If this parameter is not specified, then all items are
 * returned", DescribeSecurityGroups), but where a cap is documented.
 */
export function page(
  items: Piece[],
  input: Piece,
  call: Call,
  pages: Pages | null,
): { items: Piece[]; token: string | undefined } {
  const cap = pages?.cap ?? Number.POSITIVE_INFINITY;
  if (input.MaxResults === undefined && input.NextToken === undefined && items.length <= cap)
    return { items, token: undefined };
  const most = input.MaxResults === undefined ? undefined : Math.min(input.MaxResults, cap);
  return paginate(items, input.NextToken, most, call, { aws: cap });
}

/**
 * Too small: "Value ( 1 ) for parameter maxResults is invalid. Expecting a value greater than 5." (seen in
 * aws/aws-sdk-ruby #2575). The wording for one too great is unverified.
 * Beside ids: "The parameter instancesSet cannot be used with the parameter maxResults" (getmoto/moto #6282).
 */
export function checkMaxResults(
  input: Piece,
  { least, most }: { least: number; most: number },
  ids?: string,
): void {
  const value: unknown = input.MaxResults;
  if (value === undefined) return;
  if (ids !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The parameter ${ids} cannot be used with the parameter maxResults`,
    );
  }
  const wrong =
    Number(value) < least ? `greater than ${least}` : Number(value) > most ? `less than ${most}` : '';
  if (wrong !== '') {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ( ${value} ) for parameter maxResults is invalid. Expecting a value ${wrong}.`,
    );
  }
}
