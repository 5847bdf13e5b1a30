import { updateAll } from './agents/agents.ts';
import { createClock } from './clock.ts';
import type { AccountFile, Piece, RegionState, Snapshot, TwinClock, TwinState } from './contract.ts';
import { partitionOf } from './partitions.ts';
import { copySnapshot, emptyAccount, emptyRegion } from './snapshot/defaults.ts';

/** The state of the organization, with what only the server may do to it. */
export interface OwnedState extends TwinState {
  /** Back to the snapshot that it was made from; the clock too. */
  reset(): void;
  /** A copy; CapturedAt is the twin's present time. */
  takeSnapshot(): Snapshot;
}

/** `snapshot` is copied, never changed. */
export function createState(snapshot: Snapshot): OwnedState {
  const start = copySnapshot(snapshot);
  return new MemoryState(start);
}

class MemoryState implements OwnedState {
  readonly roleReadyAt = new Map<string, number>();
  readonly #start: Snapshot;
  #snapshot: Snapshot;
  #clock: TwinClock;
  #index: OrganizationIndex;

  constructor(start: Snapshot) {
    this.#start = start;
    this.#snapshot = copySnapshot(start);
    this.#clock = createClock(new Date(start.organization.CapturedAt));
    this.#index = indexOrganization(this.#snapshot);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }
  get captured(): Snapshot {
    return this.#start;
  }
  get clock(): TwinClock {
    return this.#clock;
  }
  get partition(): string {
    return this.#index.partition;
  }
  get regions(): string[] {
    return this.#index.regions;
  }

  account(accountId: string): AccountFile | undefined {
    return this.#snapshot.accounts.get(accountId);
  }

  /** Throws for an account that is not in the organization: the server lets no such principal in. */
  region(accountId: string, region: string): RegionState {
    const account = this.#accountForWriting(accountId);
    const present = account.Regions[region];
    if (present) return present;
    const made = emptyRegion(this.#index.enabledByDefault.has(region) ? 'ENABLED_BY_DEFAULT' : 'DISABLED');
    account.Regions[region] = made;
    return made;
  }

  member(accountId: string): Piece | undefined {
    return this.#index.members.get(accountId);
  }

  organizationPath(accountId: string): string[] {
    const path: string[] = [];
    let parent: string | undefined = this.member(accountId)?.ParentId;
    while (parent !== undefined && !path.includes(parent)) {
      path.unshift(parent);
      parent = this.#index.parents.get(parent);
    }
    return path;
  }

  /**
   * "SCPs don't affect users or roles in the management account" (Organizations user guide). A root without
   * the policy type enabled binds nobody. Every level has one policy at least in AWS, so that a level where
   * the snapshot names none is left out rather than denied.
   */
  serviceControlPolicies(accountId: string): Piece[][] {
    const { organization } = this.#snapshot;
    if (accountId === organization.Organization.MasterAccountId || !this.#index.policiesEnabled) return [];
    return [...this.organizationPath(accountId), accountId]
      .map((target) => this.#index.policies.get(target) ?? [])
      .filter((level) => level.length > 0);
  }

  reset(): void {
    this.#snapshot = copySnapshot(this.#start);
    this.#clock = createClock(new Date(this.#start.organization.CapturedAt));
    this.#index = indexOrganization(this.#snapshot);
    this.roleReadyAt.clear();
  }

  takeSnapshot(): Snapshot {
    updateAll(this);
    const copy = copySnapshot(this.#snapshot);
    copy.organization.CapturedAt = this.#clock
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
    return copy;
  }

  #accountForWriting(accountId: string): AccountFile {
    const present = this.#snapshot.accounts.get(accountId);
    if (present) return present;
    if (!this.member(accountId)) throw new Error(`account ${accountId} is not in the organization`);
    const made = emptyAccount(accountId);
    this.#snapshot.accounts.set(accountId, made);
    return made;
  }
}

/** What never changes while the twin runs: it has no operation that changes the organization itself. */
interface OrganizationIndex {
  partition: string;
  regions: string[];
  enabledByDefault: Set<string>;
  members: Map<string, Piece>;
  parents: Map<string, string>;
  policiesEnabled: boolean;
  /** Documents by the id of the target that they are attached to. */
  policies: Map<string, Piece[]>;
}

function indexOrganization({ organization, accounts }: Snapshot): OrganizationIndex {
  const regions = new Set<string>();
  const enabledByDefault = new Set<string>();
  for (const account of accounts.values()) {
    for (const [name, region] of Object.entries(account.Regions)) {
      regions.add(name);
      if (region.RegionOptStatus === 'ENABLED_BY_DEFAULT') enabledByDefault.add(name);
    }
  }
  return {
    partition: partitionOf(organization.Organization.Arn),
    regions: [...regions].sort(),
    enabledByDefault,
    members: new Map(organization.Accounts.map((account) => [account.Id, account])),
    parents: new Map(organization.OrganizationalUnits.map((unit) => [unit.Id, unit.ParentId])),
    policiesEnabled: areServiceControlPoliciesEnabled(organization),
    policies: indexPolicies(organization.Policies),
  };
}

function areServiceControlPoliciesEnabled({ Organization, Roots }: Piece): boolean {
  if (Organization.FeatureSet !== undefined && Organization.FeatureSet !== 'ALL') return false;
  const types: Piece[] | undefined = Roots[0]?.PolicyTypes;
  return types?.some((type) => type.Type === 'SERVICE_CONTROL_POLICY' && type.Status === 'ENABLED') ?? false;
}

function indexPolicies(policies: Piece[]): Map<string, Piece[]> {
  const byTarget = new Map<string, Piece[]>();
  for (const policy of policies) {
    if (policy.PolicySummary.Type !== 'SERVICE_CONTROL_POLICY') continue;
    const document: Piece = JSON.parse(policy.Content);
    for (const target of policy.Targets ?? []) {
      const documents = byTarget.get(target.TargetId) ?? [];
      documents.push(document);
      byTarget.set(target.TargetId, documents);
    }
  }
  return byTarget;
}
