/** How EC2's changing operations are alike: dry runs, ARNs, condition keys, tags, ids. */
import { createHash } from 'node:crypto';
import {
  AwsError,
  type Call,
  type Operation,
  type Permission,
  type Piece,
  type Snapshot,
} from '../../contract.ts';
import { resourceKeys } from './condition-keys.ts';
import { notFound } from './not-found.ts';
import { mirror } from './sharing.ts';

/** An operation that changes something; `DryRun` ends after authorization. */
export function writeOperation(
  honours: readonly string[],
  permissions: (input: Piece, call: Call) => Permission[],
  handle: (input: Piece, call: Call) => Piece,
): Operation {
  return {
    honours: [...honours, 'DryRun'],
    mutates: true,
    permissions,
    handle: (input, call) => {
      if (input.DryRun === true) {
        throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
      }
      return handle(input, call);
    },
  };
}

/** `arn:aws:ec2:<region>:<owner>:<type>/<id>`; `*` for a resource that is to be created. */
export function ec2Arn(call: Call, type: string, id: string, owner: string = call.accountId): string {
  return `arn:${call.state.partition}:ec2:${call.region}:${owner}:${type}/${id}`;
}

type Context = Record<string, string | string[]>;

/** A permission on an existing resource, with its condition keys and those of its tags. */
export function onResource(
  action: string,
  type: string,
  piece: Piece | undefined,
  id: string,
  call: Call,
  more: Context = {},
): Permission {
  const context: Context = { ...(piece && resourceKeys(action, type, piece, call)), ...more };
  for (const { Key, Value } of (piece?.Tags ?? piece?.TagSet ?? []) as Piece[]) {
    context[`aws:ResourceTag/${Key}`] = Value ?? '';
    context[`ec2:ResourceTag/${Key}`] = Value ?? '';
  }
  return { action: `ec2:${action}`, resource: ec2Arn(call, type, id, piece?.OwnerId), context };
}

/**
 * `ec2:Attribute` names what a Modify operation sets, `ec2:Attribute/<name>` is its value ("Filters access by an
 * attribute being set on a resource"). That the names are the parameters', and booleans `true` and `false`, is unverified.
 */
export function attributesOf(input: Piece, others: readonly string[]): Context {
  const given = Object.entries(input).filter(
    ([name, value]) => value !== undefined && !others.includes(name),
  );
  if (given.length === 0) return {};
  const context: Context = { 'ec2:Attribute': given.map(([name]) => name) };
  for (const [name, value] of given) {
    const shown = isPlain(value) ? (value.Value ?? false) : value;
    context[`ec2:Attribute/${name}`] = Array.isArray(shown) ? shown.map(String) : String(shown);
  }
  return context;
}

function isPlain(value: unknown): value is Piece {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Condition keys of tags in a request; `aws:TagKeys` is absent without tags. */
export function requestTags(tags: readonly Piece[]): Context {
  if (tags.length === 0) return {};
  const context: Context = { 'aws:TagKeys': tags.map(({ Key }) => Key) };
  for (const { Key, Value } of tags) context[`aws:RequestTag/${Key}`] = Value ?? '';
  return context;
}

/** What creating a resource with tags needs besides: ec2:CreateTags with `ec2:CreateAction`. */
export function tagOnCreate(
  createAction: string,
  type: string,
  tags: readonly Piece[],
  call: Call,
): Permission[] {
  if (tags.length === 0) return [];
  const context = { ...requestTags(tags), 'ec2:CreateAction': createAction };
  return [{ action: 'ec2:CreateTags', resource: ec2Arn(call, type, '*'), context }];
}

const MOST_TAGS = 50;
const MOST_KEY = 128;
const MOST_VALUE = 256;

/** Tags that a request gives to a new resource of that type. Throws AwsError. */
export function tagsFor(input: Piece, type: string): Piece[] {
  const tags: Piece[] = [];
  for (const specification of (input.TagSpecifications ?? []) as Piece[]) {
    if (specification.ResourceType !== type) {
      throw new AwsError(
        'InvalidParameterValue',
        `'${specification.ResourceType}' is not a valid taggable resource type for this operation.`,
      );
    }
    tags.push(...((specification.Tags ?? []) as Piece[]));
  }
  return checkTags(tags);
}

/** As they are stored. "Tag keys starting with 'aws:' are reserved for internal use"; at most 50 (EC2 user guide). */
export function checkTags(tags: readonly Piece[]): Piece[] {
  const keys = tags.map(({ Key }) => String(Key ?? ''));
  if (keys.some((key) => /^aws:/i.test(key))) {
    throw new AwsError(
      'InvalidParameterValue',
      "Tag keys starting with 'aws:' are reserved for internal use",
    );
  }
  // "cannot be empty or null" (error codes, InvalidTagKey.Malformed); lengths EC2 user guide, tag restrictions, words of
  // the value's public reports, of the key's unverified
  if (keys.includes('')) throw new AwsError('InvalidTagKey.Malformed', 'Tag keys cannot be empty');
  if (keys.some((key) => key.length > MOST_KEY)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Tag key exceeds the maximum length of ${MOST_KEY} characters`,
    );
  }
  if (tags.some(({ Value }) => String(Value ?? '').length > MOST_VALUE)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Tag value exceeds the maximum length of ${MOST_VALUE} characters`,
    );
  }
  if (new Set(keys).size < keys.length) {
    throw new AwsError('InvalidParameterValue', 'Duplicate tag keys specified.');
  }
  if (keys.length > MOST_TAGS) throw tooManyTags();
  return tags.map(({ Key, Value }) => ({ Key, Value: Value ?? '' }));
}

export function tooManyTags(): AwsError {
  return new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
}

/** A resource of the call's account and Region. */
export function find(call: Call, list: string, key: string, id: unknown): Piece | undefined {
  const pieces: Piece[] = call.state.region(call.accountId, call.region).Ec2[list] ?? [];
  return pieces.find((piece) => piece[key] === id);
}

export function findVpc(call: Call, vpcId: unknown): Piece {
  const vpc = find(call, 'Vpcs', 'VpcId', vpcId);
  if (!vpc) throw notFound('vpc')([String(vpcId)]);
  return vpc;
}

/**
 * "Participants can't view, modify, or delete resources that belong to ... the VPC owner" (VPC user guide,
 * vpc-sharing). Wording: ekristen/aws-nuke #497.
 */
export function refuseForeign(piece: Piece, call: Call): void {
  if (piece.OwnerId === undefined || piece.OwnerId === call.accountId) return;
  throw new AwsError(
    'UnauthorizedOperation',
    `You are not authorized to perform ${call.operation} operation. A subnet in this vpc is shared but the provided object is not owned by you`,
    403,
  );
}

/** Adds to a list of the account, which the snapshot may have left out. */
export function add(call: Call, list: string, piece: Piece): void {
  const { Ec2 } = call.state.region(call.accountId, call.region);
  Ec2[list] ??= [];
  Ec2[list].push(piece);
}

/** Takes pieces out; a list that the snapshot had left out and that is empty again goes, so that no trace stays. */
export function remove(
  state: Call['state'],
  accountId: string,
  region: string,
  list: string,
  gone: ReadonlySet<Piece>,
): void {
  const { Ec2 } = state.region(accountId, region);
  const left = ((Ec2[list] ?? []) as Piece[]).filter((piece) => !gone.has(piece));
  const wasThere = state.captured.accounts.get(accountId)?.Regions[region]?.Ec2[list] !== undefined;
  if (left.length === 0 && !wasThere) delete Ec2[list];
  else Ec2[list] = left;
}

/** Takes addresses of a subnet, or gives them back with a negative number. */
export function takeAddresses(
  state: Call['state'],
  accountId: string,
  region: string,
  subnetId: string,
  count: number,
): void {
  const subnets: Piece[] = state.region(accountId, region).Ec2.Subnets ?? [];
  const subnet = subnets.find((each) => each.SubnetId === subnetId);
  if (typeof subnet?.AvailableIpAddressCount !== 'number') return;
  subnet.AvailableIpAddressCount -= count;
  mirror(state, accountId, region, 'Subnets', 'SubnetId', subnet);
}

const counters = new WeakMap<Snapshot, number>();

/** A new id: the same in every run that makes the same calls in the same order. */
export function newId(call: Call, prefix: string): string {
  const count = (counters.get(call.state.snapshot) ?? 0) + 1;
  counters.set(call.state.snapshot, count);
  const from = `${call.state.captured.organization.CapturedAt}/${call.accountId}/${call.region}/${prefix}/${count}`;
  return `${prefix}-0${createHash('sha256').update(from).digest('hex').slice(0, 16)}`;
}
