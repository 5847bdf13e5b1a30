/**
 * Names in the operator account that others rely on, so they are fixed: the member roles trust two roles by
 * ARN, and people start two state machines by name. Hence one deployment an account.
 */

/** Roles of the reconcile functions. `DhmcRolloutReader` and `Writer` of the members trust exactly these. */
export const RECONCILE_ROLES = {
  assess: 'DhmcRolloutAssessReconcile',
  enforce: 'DhmcRolloutEnforceReconcile',
} as const;

export const STATE_MACHINES = {
  assess: 'dhmc-rollout-assess',
  enforce: 'dhmc-rollout-enforce',
} as const;

/** A state machine and what belongs to it alone. */
export type Lane = keyof typeof STATE_MACHINES;
