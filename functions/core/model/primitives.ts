/**
 * The nouns that everything else is made of. Data only: every type in this folder can be printed, stored and
 * compared.
 *
 * Units and shapes: account ids are twelve digits, times are ISO 8601 in UTC, prices are US dollars a month,
 * role names are IAM names without path unless the field says otherwise.
 */

export type AccountId = string;

export type Region = string;

export type RunId = string;

/** ISO 8601, UTC. */
export type Timestamp = string;

export type Mode = 'assess' | 'enforce' | 'rollback';

export type Trigger = 'schedule' | 'account-event' | 'on-demand';

/** What the state machine is started with (docs/spec/design.md, "State machine input"). */
export interface RunInput {
  mode: Mode;
  trigger: Trigger;
  scope?: { accounts?: AccountId[]; organizationalUnits?: string[]; regions?: Region[] };
  rollbackOf?: RunId;
  /** Artifact key of a plan made earlier; enforce applies its changes alone. */
  plan?: string;
  /** A run that a gate stopped: enforce takes the accounts that it did not reach, planned anew. */
  resume?: RunId;
  /** false: the run ends without settle passes. */
  settle?: boolean;
}

/** `Account.State` of Organizations ListAccounts (`Status` was retired on 2026-09-09). */
export type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

/** Who answers for an account: the value of the configured tag, else the account's e-mail address. */
export interface AccountOwner {
  name: string;
  from: 'TAG' | 'EMAIL';
}

/** A member account as a manifest carries it: what scope and enforcement need to know of it. */
export interface Account {
  /** Names for `organizationPath`, the root's first; left out where they could not be read. */
  unitNames?: string[];
  /** Left out where neither a tag nor an e-mail address names one. */
  owner?: AccountOwner;
  accountId: AccountId;
  name: string;
  arn: string;
  state: AccountState;
  joinedAt: Timestamp | null;
  /** Ids from the root down to the parent organizational unit; null where nothing needed it. */
  organizationPath: string[] | null;
  /** null where the configuration asks for no tags. */
  tags: Record<string, string> | null;
  management: boolean;
}
