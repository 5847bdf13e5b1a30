/** Tags on what this service makes. A tag alone proves nothing: deleting needs the journal too. */

/** Marks a resource as made by this service. */
export const MANAGED_TAG = 'dhmc-rollout:managed';
/** Holds the id of the change that made the resource. */
export const CHANGE_TAG = 'dhmc-rollout:change';
