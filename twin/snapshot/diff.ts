/**
 * What differs between two snapshots, resource by resource. Keys that change by themselves (docs/spec/twin.md,
 * "Comparison") are left out unless all are asked for. Lists of AWS have no order, so none is compared; what
 * snapshot files leave out (defaults, unused policies of AWS) is no difference either.
 */
import type { Piece, Snapshot } from '../contract.ts';
import { defaultStatus, enabledByDefault } from './left-out-regions.ts';
import { formatJson } from './write.ts';

export interface MemberDifference {
  /** Members apart by dots. */
  member: string;
  /** undefined where that side has no such member. */
  before: unknown;
  after: unknown;
}

export interface ResourceDifference {
  kind: 'added' | 'removed' | 'changed';
  /** null: the organization itself. */
  accountId: string | null;
  /** null: what belongs to no Region. */
  region: string | null;
  /** e.g. `Iam.RoleDetailList`, `Ec2.VpcEndpoints`. */
  list: string;
  /** Role name, setting id, endpoint id ...; empty for a member that is no list of resources. */
  id: string;
  /** Of a changed resource, sorted. */
  members: MemberDifference[];
}

export interface DiffOptions {
  /** Volatile keys too. */
  all?: boolean;
}

/** Sorted: the organization first, then accounts, in each what belongs to no Region first. */
export function diffSnapshots(
  before: Snapshot,
  after: Snapshot,
  options: DiffOptions = {},
): ResourceDifference[] {
  const one = resourcesOf(before, options);
  const other = resourcesOf(after, options);
  const regions = { one: defaultStatuses(before), other: defaultStatuses(after) };
  return [...new Set([...one.keys(), ...other.keys()])].sort().flatMap((key) => {
    const had = one.get(key);
    const has = other.get(key);
    if (!had && has && isLeftOutThere(has, regions.other, regions.one)) return [];
    if (!has && had && isLeftOutThere(had, regions.one, regions.other)) return [];
    if ((!had || !has) && isListOfAws(had ?? has)) return [];
    return compare(had, has);
  });
}

/** Of each Region that the snapshot has, its status in an account that leaves it out. */
function defaultStatuses(snapshot: Snapshot): Map<string, string> {
  const byDefault = enabledByDefault(snapshot);
  const names = [...snapshot.accounts.values()].flatMap(({ Regions }) => Object.keys(Regions));
  return new Map(names.map((name) => [name, defaultStatus(name, byDefault)]));
}

/** Whether a status is what the other snapshot, which has the Region too, says by leaving it out. */
function isLeftOutThere(
  { list, region, value }: Resource,
  here: ReadonlyMap<string, string>,
  there: ReadonlyMap<string, string>,
): boolean {
  if (list !== 'RegionOptStatus' || region === null) return false;
  return value === here.get(region) && value === there.get(region);
}

/** Prefix lists of AWS are in every Region; a snapshot holds those that something names. */
function isListOfAws(resource: Resource | undefined): boolean {
  const { list, value } = resource ?? {};
  return list === 'Ec2.ManagedPrefixLists' && isPlain(value) && value.OwnerId === 'AWS';
}

interface Resource extends Omit<ResourceDifference, 'kind' | 'members'> {
  value: unknown;
}

function compare(before: Resource | undefined, after: Resource | undefined): ResourceDifference[] {
  const { value: _value, ...named } = (after ?? before) as Resource;
  if (!before) return [{ kind: 'added', ...named, members: [] }];
  if (!after) return [{ kind: 'removed', ...named, members: [] }];
  const members = compareMembers(before.value, after.value, '');
  return members.length === 0 ? [] : [{ kind: 'changed', ...named, members }];
}

function compareMembers(before: unknown, after: unknown, member: string): MemberDifference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isPlain(before) || !isPlain(after)) return [{ member, before, after }];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .flatMap((key) => compareMembers(before[key], after[key], member === '' ? key : `${member}.${key}`));
}

/** Of each list of resources the key that names one. Other lists are compared as members. */
const IDENTITIES: Readonly<Record<string, string>> = {
  RoleDetailList: 'RoleName',
  UserDetailList: 'UserName',
  GroupDetailList: 'GroupName',
  ServiceSettings: 'SettingId',
  InstanceInformationList: 'InstanceId',
  Associations: 'AssociationId',
  Activations: 'ActivationId',
  Documents: 'Name',
  HostedZones: 'Id',
  ResolverEndpoints: 'Id',
  ResolverRules: 'Id',
  ResolverRuleAssociations: 'Id',
  Profiles: 'Id',
  ResourceShares: 'resourceShareArn',
  ProfileAssociations: 'Id',
  ProfileResourceAssociations: 'Id',
  Vpcs: 'VpcId',
  Subnets: 'SubnetId',
  RouteTables: 'RouteTableId',
  NatGateways: 'NatGatewayId',
  InternetGateways: 'InternetGatewayId',
  EgressOnlyInternetGateways: 'EgressOnlyInternetGatewayId',
  VpcEndpoints: 'VpcEndpointId',
  SecurityGroups: 'GroupId',
  NetworkAcls: 'NetworkAclId',
  DhcpOptions: 'DhcpOptionsId',
  ManagedPrefixLists: 'PrefixListId',
  NetworkInterfaces: 'NetworkInterfaceId',
  Instances: 'InstanceId',
  InstanceStatuses: 'InstanceId',
  TransitGatewayVpcAttachments: 'TransitGatewayAttachmentId',
  TransitGatewayRouteTables: 'TransitGatewayRouteTableId',
  VpcBlockPublicAccessExclusions: 'ExclusionId',
  Roots: 'Id',
  OrganizationalUnits: 'Id',
  Accounts: 'Id',
  DelegatedAdministrators: 'Id',
};

/** Objects whose keys are ids. */
const RECORDS: ReadonlySet<string> = new Set(['VpcAttributes', 'Agents']);

/** Their ids hold the name of a resource elsewhere in the entry. */
function idOf(list: string, entry: Piece): string | null {
  // one name may be a gateway and an interface service
  if (list === 'VpcEndpointServices') {
    const types: Piece[] = entry.ServiceType ?? [];
    return [entry.ServiceName, ...types.map(({ ServiceType }) => ServiceType)].join(' ');
  }
  if (list === 'Policies') return entry.Arn ?? entry.PolicySummary?.Id ?? null;
  const key = IDENTITIES[list];
  const id = key === undefined ? undefined : entry[key];
  return id === undefined ? null : String(id);
}

function resourcesOf({ organization, accounts }: Snapshot, options: DiffOptions): Map<string, Resource> {
  const found = new Map<string, Resource>();
  const walker =
    (accountId: string | null, region: string | null) => (list: string, id: string, value: unknown) => {
      const shown = list === 'Ssm.ServiceSettings' && isUnsetSetting(value) && !options.all;
      if (!shown)
        found.set(JSON.stringify([accountId, region, list, id]), { accountId, region, list, id, value });
    };
  collect(written(organization, options), '', walker(null, null));
  for (const [accountId, account] of accounts) {
    // an account without a file is one whose file holds nothing
    const { Regions = {}, FormatVersion: _version, AccountId: _id, ...rest } = written(account, options);
    collect(rest, '', walker(accountId, null));
    for (const [region, state] of Object.entries<Piece>(Regions))
      collect(state, '', walker(accountId, region));
  }
  return found;
}

/** AWS reads an unset setting as `$None`, and files hold it as nothing or as an empty value. */
function isUnsetSetting(value: unknown): boolean {
  return isPlain(value) && (value.SettingValue === '' || value.SettingValue === '$None');
}

function collect(piece: Piece, path: string, add: (list: string, id: string, value: unknown) => void): void {
  for (const [key, value] of Object.entries(piece)) {
    const list = path === '' ? key : `${path}.${key}`;
    if (Array.isArray(value)) {
      const ids = value.map((entry) => (isPlain(entry) ? idOf(key, entry) : null));
      if (value.length > 0 && ids.every((id) => id !== null)) {
        for (const [index, id] of ids.entries()) add(list, id ?? '', value[index]);
      } else if (value.length > 0) add(list, '', value);
    } else if (isPlain(value) && RECORDS.has(key)) {
      for (const [id, entry] of Object.entries(value)) add(list, id, entry);
    } else if (isPlain(value) && path === '' && SECTIONS.has(key)) collect(value, list, add);
    else add(list, '', value);
  }
}

const SECTIONS: ReadonlySet<string> = new Set([
  'Iam',
  'Route53',
  'Ssm',
  'Ec2',
  'Route53Resolver',
  'Route53Profiles',
  'Ram',
]);

/** Change by themselves, or with every write and back (docs/spec/twin.md, "Comparison"). `Status` counts in a setting alone. */
const VOLATILE: ReadonlySet<string> = new Set([
  'CapturedAt',
  'LastPingDateTime',
  'PingStatus',
  'IsLatestVersion',
  'LastModifiedDate',
  'LastModifiedUser',
  'InstanceInformationList',
  'AvailableIpAddressCount',
  'UpdateDate',
]);

/** As files hold it, keys and lists in one order. */
function written(piece: Piece, { all = false }: DiffOptions): Piece {
  const json = formatJson(piece);
  return json === '' ? {} : (inOneOrder(JSON.parse(json), all) as Piece);
}

function inOneOrder(value: unknown, all: boolean): unknown {
  if (Array.isArray(value)) {
    return value
      .map((entry) => inOneOrder(entry, all))
      .map((entry) => ({ entry, json: JSON.stringify(entry) }))
      .sort((a, b) => (a.json < b.json ? -1 : a.json > b.json ? 1 : 0))
      .map(({ entry }) => entry);
  }
  if (!isPlain(value)) return value;
  const setting = 'SettingId' in value;
  return Object.fromEntries(
    Object.keys(value)
      .filter((key) => all || !(VOLATILE.has(key) || (setting && key === 'Status')))
      .sort()
      .map((key) => [key, inOneOrder(value[key], all)]),
  );
}

function isPlain(value: unknown): value is Piece {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
