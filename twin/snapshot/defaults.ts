/**
 * What a snapshot leaves out is empty. In memory it is there, so that no reader of the state has
 * to ask; what was only filled in is remembered, so that the writer leaves it out again while it is empty.
 */
import type { AccountFile, OrganizationFile, Piece, RegionState, Snapshot } from '../contract.ts';

/** Lists, objects, Regions and accounts that are in no file, with the JSON of what they hold by default. */
const filledIn = new WeakMap<object, string>();

const SSM_LISTS = ['ServiceSettings', 'InstanceInformationList', 'Associations', 'Activations', 'Documents'];
const ORGANIZATION_LISTS = ['OrganizationalUnits', 'Accounts', 'Policies', 'DelegatedAdministrators'];
const IAM_LISTS = ['RoleDetailList', 'Policies'];
const RESOLVER_LISTS = ['ResolverEndpoints', 'ResolverRules', 'ResolverRuleAssociations'];
const PROFILE_LISTS = ['Profiles', 'ProfileAssociations', 'ProfileResourceAssociations'];

/** JSON of what was filled in for `value`; undefined where `value` comes from a file. */
export function filledInAs(value: object): string | undefined {
  return filledIn.get(value);
}

function markFilledIn<T extends object>(value: T, json: string): T {
  filledIn.set(value, json);
  return value;
}

function fill(owner: Piece, name: string, lists: readonly string[]): void {
  owner[name] ??= markFilledIn({}, '{}');
  for (const list of lists) owner[name][list] ??= markFilledIn([], '[]');
}

export function completeOrganization(organization: Piece): OrganizationFile {
  for (const list of ORGANIZATION_LISTS) organization[list] ??= markFilledIn([], '[]');
  return organization as OrganizationFile;
}

/** The lists below Ec2 stay out: twin/services/ec2 reads an absent one as empty. */
export function completeRegion(region: Piece): RegionState {
  fill(region, 'Ssm', SSM_LISTS);
  fill(region, 'Ec2', []);
  fill(region, 'Route53Resolver', RESOLVER_LISTS);
  fill(region, 'Route53Profiles', PROFILE_LISTS);
  fill(region, 'Ram', ['ResourceShares']);
  fill(region, 'Agents', []);
  return region as RegionState;
}

export function completeAccount(account: Piece): AccountFile {
  fill(account, 'Iam', IAM_LISTS);
  fill(account, 'Route53', ['HostedZones']);
  fill(account, 'Regions', []);
  for (const region of Object.values<Piece>(account.Regions)) completeRegion(region);
  return account as AccountFile;
}

/** An account that organization.json names and that has no file: empty state. */
export function emptyAccount(accountId: string): AccountFile {
  const account = { FormatVersion: 1, AccountId: accountId };
  return markFilledIn(completeAccount({ ...account }), JSON.stringify(account));
}

/**
 * A Region that an account's file leaves out. `status` is what it has by default there: the writer leaves
 * the Region out again while it holds nothing else.
 */
export function emptyRegion(status: RegionState['RegionOptStatus']): RegionState {
  const region = { RegionOptStatus: status };
  return markFilledIn(completeRegion({ ...region }), JSON.stringify(region));
}

/** Of an account whose file names none. */
export function noRegions(): AccountFile['Regions'] {
  return markFilledIn({}, '{}');
}

/** Deep; what was filled in stays known as such. */
export function copySnapshot(snapshot: Snapshot): Snapshot {
  return {
    organization: copyPiece(snapshot.organization),
    accounts: new Map([...snapshot.accounts].map(([id, account]) => [id, copyPiece(account)])),
  };
}

function copyPiece<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map(copyPiece)
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyPiece(inner)]));
  const json = filledIn.get(value);
  return (json === undefined ? copy : markFilledIn(copy, json)) as T;
}
