/** A key of our mark that is changed must not orphan what the older ones mark: such a run is refused. */
import type { Configuration } from '../core/model/configuration.ts';
import { DEFAULT_OWN_TAGS, forgottenMarks, type MarkKeys, type OwnTags, ownTagsOf } from '../core/tags.ts';
import type { Store } from '../store/contract.ts';
import { ScopeError } from './scope-error.ts';

/** Runs of 0.1 did not record their keys; how far back they are looked for. */
const LOOK_BACK = 1000;

/** @throws {ScopeError} where an earlier run used keys that the configuration no longer names */
export async function refuseForgottenMarks(
  store: Pick<Store, 'listOwnTags' | 'listRuns'>,
  configuration: Configuration,
): Promise<void> {
  const ownTags = ownTagsOf(configuration);
  const used = (await store.listOwnTags()) ?? (await usedByOlderVersions(store, ownTags));
  const forgotten = forgottenMarks(used, ownTags);
  if (forgotten.length === 0) return;
  const pairs = forgotten.map(({ managed, change }) => JSON.stringify({ managed, change })).join(', ');
  throw new ScopeError(
    `ownTags: earlier runs marked what they made with ${pairs}, which would no longer count as ours; add that to ownTags.earlier`,
  );
}

/** The default keys, where a run of 0.1 may have used them. */
async function usedByOlderVersions(store: Pick<Store, 'listRuns'>, ownTags: OwnTags): Promise<MarkKeys[]> {
  const isNamed = forgottenMarks([DEFAULT_OWN_TAGS], ownTags).length === 0;
  if (isNamed || !(await store.listRuns(LOOK_BACK)).some(({ input }) => input.mode === 'enforce')) return [];
  return [DEFAULT_OWN_TAGS];
}

/** Once a run that may create something begins. */
export function recordOwnTags(
  { addOwnTags }: Pick<Store, 'addOwnTags'>,
  configuration: Configuration,
): Promise<void> {
  return addOwnTags(ownTagsOf(configuration));
}
