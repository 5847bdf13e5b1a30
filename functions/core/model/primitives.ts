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

/** One change by others, as a run's input and its report name it. */
export interface DriftNotice {
  accountId: AccountId;
  /** null for IAM, which is global. */
  region: Region | null;
  /** The event's name. */
  change: string;
  /** What was changed: the setting, the role, endpoints or the Region. */
  subject: string;
  /** Principal, or the service that acted. */
  by: string;
  /** Address or service that the call came from. */
  source: string;
  at: Timestamp;
}

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
  /** VPCs with endpoints of ours move to the hub of their Region, a step a pass. */
  migrateCentral?: boolean;
  /** Changes by others in member accounts that started the run, with trigger account-event only. */
  drift?: DriftNotice[];
}

/** `Account.State` of Organizations ListAccounts (`Status` was retired on 2026-09-09). */
export type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

/** Who answers for an account: the value of the configured tag, else its operations contact, else its e-mail address. */
export interface AccountOwner {
  name: string;
  from: 'TAG' | 'CONTACT' | 'EMAIL';
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
