/** `ownTags` of the configuration: the keys of our own mark. */
import * as z from 'zod/mini';
import type { Configuration } from '../core/model/configuration.ts';
import { CHANGE_TAG, MANAGED_TAG, type MarkKeys, markKeysOf } from '../core/tags.ts';
import * as aws from './aws-names.ts';
import { listOf, show, strictObject } from './schema-problem.ts';

/** Each takes up to six more statements of the writer, whose inline policies have 10,240 characters together (IAM quotas). */
const MOST_EARLIER_KEYS = 3;

const managed = aws.tagKey.check(z.describe('Key of the tag that marks a resource as made by this service.'));
const change = aws.tagKey.check(z.describe('Key of the tag that holds the id of the change that made it.'));

export const ownTagsSchema = z
  .prefault(
    strictObject({
      managed: z._default(managed, MANAGED_TAG),
      change: z._default(change, CHANGE_TAG),
      earlier: z
        ._default(
          listOf(strictObject({ managed, change })).check(
            z.maxLength(MOST_EARLIER_KEYS, {
              error: `has more than ${MOST_EARLIER_KEYS} pairs; the writer's policy has no room for more`,
            }),
          ),
          [],
        )
        .check(z.describe('Keys that were used before: what carries them is still ours.')),
    }),
    {},
  )
  .check(z.describe('Our own mark on the role, endpoints and security groups that enforce creates.'));

/**
 * A key of the mark says one thing. IAM keeps keys as they are written and compares them without regard to case (IAM
 * user guide, "Rules for tagging in IAM"), so no two may differ by case alone.
 */
export function checkOwnTags(
  { ownTags, resourceTags, overrides }: Pick<Configuration, 'ownTags' | 'resourceTags' | 'overrides'>,
  context: z.core.$RefinementCtx,
): void {
  const problem = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  const taken = new Map<string, { key: string; says: keyof MarkKeys }>();
  for (const [index, pair] of markKeysOf(ownTags).entries()) {
    for (const says of ['managed', 'change'] as const) {
      const key = pair[says];
      const path = ['ownTags', ...(index === 0 ? [] : ['earlier', index - 1]), says];
      const other = taken.get(key.toLowerCase());
      if (other === undefined) taken.set(key.toLowerCase(), { key, says });
      else if (other.says !== says)
        problem(path, `${show(key)} is the key of "${other.says}"; choose another`);
      else if (other.key !== key) {
        problem(path, `${show(key)} and ${show(other.key)} are one key to IAM; write them alike`);
      }
    }
  }
  const given = [
    { tags: resourceTags, path: ['resourceTags'] },
    ...overrides.map((override, index) => ({
      tags: override.resourceTags ?? {},
      path: ['overrides', index, 'resourceTags'],
    })),
  ];
  for (const { tags, path } of given) {
    for (const key of Object.keys(tags).filter((one) => taken.has(one.toLowerCase()))) {
      problem([...path, key], 'is a key of our own mark (ownTags); choose another');
    }
  }
}
