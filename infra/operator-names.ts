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

/** The operator account's bus for account events; the management account sends to it by name. */
export const EVENT_BUS = 'dhmc-rollout';

/** Role of each member whose events of members reach that bus (`events.members: on`). */
export const FORWARDER_ROLE = 'DhmcRolloutForwarder';

/** Alarms: each has a section of its name in docs/runbook.md. */
export const ALARMS = {
  runFailed: 'dhmc-rollout-run-failed',
  runMissing: 'dhmc-rollout-run-missing',
  coverageFalling: 'dhmc-rollout-coverage-falling',
  errorShare: 'dhmc-rollout-error-share',
  changesFailing: 'dhmc-rollout-changes-failing',
  enforceHeld: 'dhmc-rollout-enforce-held',
  runStopped: 'dhmc-rollout-run-stopped',
  killSwitch: 'dhmc-rollout-kill-switch',
  deadLetters: 'dhmc-rollout-dead-letters',
  forwardingFailed: 'dhmc-rollout-forwarding-failed',
} as const;

export const DASHBOARD = 'dhmc-rollout';
