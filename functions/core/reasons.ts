/**
 * Every code that a result can carry, with what it means. The reference of reason codes is generated
 * from here, so none can be missing from it. Source of the codes: decisions.md, sections 1 to 3 and 7.
 */
export interface CodeText {
  /** What was found, as a sentence. */
  meaning: string;
  /** What a person can do about it, as a sentence. */
  remedy: string;
}

export const REASONS = {
  ACCOUNT_NOT_ACTIVE: {
    meaning: 'The account is suspended or closed.',
    remedy: 'Nothing to do; reopen the account if it is still needed.',
  },
  ACCOUNT_NOT_READY: {
    meaning: 'The account is new or has just moved and can not be entered yet.',
    remedy: 'Nothing to do: later passes and runs try again.',
  },
  ACTION_DENIED_BY_SCP: {
    meaning: 'A service control policy denies an action that the rollout needs.',
    remedy: 'Exempt the member roles from that policy, or exclude the account or Region.',
  },
  ACCESS_DENIED: {
    meaning: 'The member role lacks a permission.',
    remedy: 'Update the member role from its template (dhmc template member-role).',
  },
  AWS_UNAVAILABLE: {
    meaning: 'AWS did not answer, or kept throttling, until the retries were used up.',
    remedy: 'Nothing to do if it passes; the next run tries again.',
  },
  CRASHED: {
    meaning: 'The work on this account crashed or timed out.',
    remedy: 'Look at the log of reconcile-account for this run and account; the next run tries again.',
  },
  DEFERRED: {
    meaning: 'The time limit of one invocation was near; this Region belongs to the next pass.',
    remedy: 'Nothing to do: the next pass goes on here.',
  },
  DHMC_NOT_IN_REGION: {
    meaning: 'The Region does not offer Default Host Management Configuration.',
    remedy: 'Use instance profiles in this Region.',
  },
  DHMC_ROLE_MISSING: { meaning: 'The DHMC role does not exist.', remedy: 'Run enforce, or create the role.' },
  DHMC_ROLE_POLICY_MISSING: {
    meaning: 'The DHMC role lacks a policy that it needs.',
    remedy: 'Attach the policy; existingRole: repair lets enforce do it on a role that is not ours.',
  },
  DHMC_ROLE_PRIVILEGED: {
    meaning: 'The DHMC role has policies beyond those wanted; any process on any instance could use them.',
    remedy: 'Detach them, or list them in dhmcRole.extraPolicies if they are meant.',
  },
  DHMC_ROLE_PROPAGATING: {
    meaning: 'Systems Manager does not know the fresh role yet.',
    remedy: 'Nothing to do: the next pass sets it.',
  },
  DHMC_ROLE_TRUST_WRONG: {
    meaning: 'The DHMC role does not trust ssm.amazonaws.com.',
    remedy: 'Correct the trust policy; existingRole: repair lets enforce do it on a role that is not ours.',
  },
  EXCLUDED: {
    meaning: 'The configuration excludes this account, organizational unit or Region.',
    remedy: 'Nothing to do; it is left untouched.',
  },
  LEASE_HELD: {
    meaning: 'Another run is at work on this account.',
    remedy: 'Nothing to do: the next pass looks again.',
  },
  NOT_REVERSIBLE: {
    meaning: 'The change could not be taken back, so it is not made.',
    remedy: 'Set allowIrreversible: true, or list the role in restorableRoleArns.',
  },
  READ_FAILED: {
    meaning: 'AWS answered a read with an error that the service does not know.',
    remedy: 'See the sentence of the finding; the next run tries again.',
  },
  REGION_DENIED_BY_SCP: { meaning: 'A service control policy denies this Region.', remedy: 'Nothing to do.' },
  REGION_ENABLING: {
    meaning: 'The Region is being enabled in this account.',
    remedy: 'Nothing to do: a later pass looks again.',
  },
  REGION_NOT_ENABLED: { meaning: 'The Region is not enabled in this account.', remedy: 'Nothing to do.' },
  ROLE_NOT_ASSUMABLE: {
    meaning: 'The member role could not be assumed.',
    remedy:
      'Deploy the member role to this account, and compare its trust and external id with the configuration.',
  },
  SETTING_CONTESTED: {
    meaning: 'Something else keeps taking our value of the service setting away.',
    remedy:
      'Find that controller (Quick Setup, a CloudFormation stack) by the user who last changed it, and let only one of the two decide.',
  },
  SETTING_FOREIGN_ROLE_UNFIT: {
    meaning: 'The service setting names another role, which is missing or can not manage instances.',
    remedy: 'Mend that role, or use existingSetting: replace.',
  },
  SETTING_NOT_SET: { meaning: 'The service setting is not set.', remedy: 'Run enforce.' },
  STATE_CHANGED: {
    meaning: 'The live value changed between plan and write, so nothing was written.',
    remedy: 'Nothing to do: the next pass plans anew.',
  },
  WRITE_FAILED: { meaning: 'AWS refused a change.', remedy: 'See the error of the failed change.' },
} as const satisfies Record<string, CodeText>;

export const NOTES = {
  SETTING_FOREIGN_ROLE: {
    meaning: 'The service setting names a sound role of another team, which is kept.',
    remedy: 'Nothing to do; existingSetting: replace would take it over.',
  },
} as const satisfies Record<string, CodeText>;

export type ReasonCode = keyof typeof REASONS;
export type NoteCode = keyof typeof NOTES;
