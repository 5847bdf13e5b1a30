/**
 * Tags on what this service makes. A tag alone proves nothing: deleting needs the journal too.
 *
 * Decisions, plans and the journal know the mark by the two default keys below. What AWS holds may carry other keys
 * (`ownTags` of the configuration): the readers and writers of functions/aws translate, and nothing else does.
 */

/** Marks a resource as made by this service. */
export const MANAGED_TAG = 'dhmc-rollout:managed';
/** Holds the id of the change that made the resource. */
export const CHANGE_TAG = 'dhmc-rollout:change';

/** The two keys of the mark as AWS holds them. */
export interface MarkKeys {
  managed: string;
  change: string;
}

export interface OwnTags extends MarkKeys {
  /** Keys that earlier configurations used: what carries them is still ours. */
  earlier: MarkKeys[];
}

export const DEFAULT_OWN_TAGS: OwnTags = { managed: MANAGED_TAG, change: CHANGE_TAG, earlier: [] };

/** Configurations that 0.1 stored have none. */
export function ownTagsOf({ ownTags }: { ownTags?: OwnTags }): OwnTags {
  return ownTags ?? DEFAULT_OWN_TAGS;
}

/** Every pair of keys that may be on what is ours, the one in use first. */
export function markKeysOf({ managed, change, earlier }: OwnTags): MarkKeys[] {
  return [{ managed, change }, ...earlier];
}

/** Tags as AWS holds them, with the mark under its default keys. Default keys that are not configured say nothing. */
export function recognizeMark(tags: Record<string, string>, ownTags: OwnTags): Record<string, string> {
  const keys = markKeysOf(ownTags);
  const ofMark = new Set([
    MANAGED_TAG,
    CHANGE_TAG,
    ...keys.flatMap(({ managed, change }) => [managed, change]),
  ]);
  const others = Object.entries(tags).filter(([key]) => !ofMark.has(key));
  const change = keys.map((pair) => tags[pair.change]).find((value) => value !== undefined);
  return {
    ...Object.fromEntries(others),
    ...(keys.some(({ managed }) => tags[managed] === 'true') ? { [MANAGED_TAG]: 'true' } : {}),
    ...(change === undefined ? {} : { [CHANGE_TAG]: change }),
  };
}

/** Tags as they are to be written: the mark under the keys in use. */
export function writeMark(
  tags: Record<string, string>,
  { managed, change }: MarkKeys,
): Record<string, string> {
  const keys: Record<string, string> = { [MANAGED_TAG]: managed, [CHANGE_TAG]: change };
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [keys[key] ?? key, value]));
}

/** Pairs of keys that were used and that the configuration no longer names. */
export function forgottenMarks(used: readonly MarkKeys[], ownTags: OwnTags): MarkKeys[] {
  const known = markKeysOf(ownTags);
  return used.filter(
    ({ managed, change }) => !known.some((pair) => pair.managed === managed && pair.change === change),
  );
}
