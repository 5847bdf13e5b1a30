/** CreateTags and DeleteTags. Source: EC2 API reference. */
import { AwsError, type Call, type Operations, type Permission, type Piece } from '../../contract.ts';
import { settleEndpoints } from './endpoint-life.ts';
import { TAGGED } from './security-group-rules.ts';
import { checkTags, onResource, requestTags, tooManyTags, writeOperation } from './write.ts';

const MOST_TAGS = 50;

export const TAG_OPERATIONS: Operations = {
  CreateTags: writeOperation(['Resources', 'Tags'], permissionsOf('CreateTags'), (input, call) => {
    const tags = checkTags(input.Tags ?? []);
    const resources = findAll(input.Resources ?? [], call);
    for (const { piece, member } of resources) {
      if (merge(piece[member] ?? [], tags).length > MOST_TAGS) throw tooManyTags();
    }
    for (const { piece, member } of resources) piece[member] = merge(piece[member] ?? [], tags);
    return {};
  }),
  DeleteTags: writeOperation(['Resources', 'Tags'], permissionsOf('DeleteTags'), (input, call) => {
    for (const { piece, member } of findAll(input.Resources ?? [], call)) {
      const present: Piece[] = piece[member] ?? [];
      const left = present.filter((tag) => !isNamed(tag, input.Tags));
      if (left.length < present.length) piece[member] = left;
    }
    return {};
  }),
};

function permissionsOf(action: string): (input: Piece, call: Call) => Permission[] {
  return (input, call) =>
    ((input.Resources ?? []) as string[]).map((id) => {
      const found = findTagged(id, call);
      return onResource(action, found?.type ?? '*', found?.piece, id, call, requestTags(input.Tags ?? []));
    });
}

interface Tagged {
  piece: Piece;
  type: string;
  /** AWS calls the tags of a network interface TagSet. */
  member: 'Tags' | 'TagSet';
}

function findTagged(id: string, call: Call): Tagged | undefined {
  const { Ec2 } = call.state.region(call.accountId, call.region);
  for (const [list, key, type] of TAGGED) {
    const piece = ((Ec2[list] ?? []) as Piece[]).find((each) => each[key] === id);
    if (piece) return { piece, type, member: list === 'NetworkInterfaces' ? 'TagSet' : 'Tags' };
  }
  return undefined;
}

/** "InvalidID: The specified ID for the resource you are trying to tag isn't valid" (EC2 error codes). */
function findAll(ids: string[], call: Call): Tagged[] {
  settleEndpoints(call.state, call.accountId, call.region);
  return ids.map((id) => {
    const found = findTagged(id, call);
    if (!found) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
    return found;
  });
}

function merge(present: readonly Piece[], given: readonly Piece[]): Piece[] {
  const after = present.map((tag) => given.find(({ Key }) => Key === tag.Key) ?? tag);
  return [...after, ...given.filter(({ Key }) => !present.some((tag) => tag.Key === Key))];
}

/** "If you omit the Value ... we delete the tag regardless of its value"; without Tags all go but aws: ones. */
function isNamed(tag: Piece, named: Piece[] | undefined): boolean {
  if (!named || named.length === 0) return !/^aws:/i.test(tag.Key);
  return named.some(({ Key, Value }) => Key === tag.Key && (Value === undefined || Value === tag.Value));
}
