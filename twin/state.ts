import { updateAll } from './agents/agents.ts';
import { createClock } from './clock.ts';
import { type Closures, createClosures } from './closures.ts';
import type { AccountFile, Piece, RegionState, Snapshot, TwinClock, TwinState } from './contract.ts';
import { createPropagation, type Propagation } from './iam/propagation.ts';
import { partitionOf } from './partitions.ts';
import { EVALUATED_POLICY_TYPES, type EvaluatedPolicyType } from './policy-types.ts';
import { copySnapshot, emptyAccount, emptyRegion } from './snapshot/defaults.ts';
import { defaultStatus, enabledByDefault, leaveOutEmptied } from './snapshot/left-out-regions.ts';

/** The state of the organization, with what only the server may do to it. */
export interface OwnedState extends TwinState {
  /** Back to the snapshot that it was made from; the clock too. */
  reset(): void;
  /** A copy; CapturedAt is the twin's present time. */
  takeSnapshot(): Snapshot;
}

export interface StateOptions {
  /** SimulatePrincipalPolicy leaves out SCPs with conditions, as it once did. Left out: it evaluates them. */
  simulatesWithoutConditions?: boolean;
  /** How changes of IAM reach other services: delays drawn with the seed (1 where left out), or at once. */
  propagation?: { seed: number } | 'none';
}

/** `snapshot` is copied, never changed. */
export function createState(snapshot: Snapshot, options: StateOptions = {}): OwnedState {
  const start = copySnapshot(snapshot);
  return new MemoryState(start, options);
}

class MemoryState implements OwnedState {
  readonly #start: Snapshot;
  #snapshot: Snapshot;
  #clock: TwinClock;
  #closures: Closures = createClosures();
  #index: OrganizationIndex;

  readonly simulatesWithoutConditions: boolean;
  readonly propagation: Propagation;

  constructor(start: Snapshot, options: StateOptions) {
    this.simulatesWithoutConditions = options.simulatesWithoutConditions ?? false;
    this.propagation = createPropagation(
      options.propagation === 'none' ? null : (options.propagation?.seed ?? 1),
    );
    this.#start = start;
    this.#snapshot = copySnapshot(start);
    this.#clock = createClock(new Date(start.organization.CapturedAt));
    this.#index = indexOrganization(this.#snapshot);
  }

  get snapshot(): Snapshot {
    this.#closures.settle(this.#clock);
    return this.#snapshot;
  }
  get captured(): Snapshot {
    return this.#start;
  }
  get closures(): Closures {
    return this.#closures;
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
    const made = emptyRegion(defaultStatus(region, this.#index.enabledByDefault));
    account.Regions[region] = made;
    return made;
  }

  member(accountId: string): Piece | undefined {
    this.#closures.settle(this.#clock);
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
   * the policy type enabled binds no account. Every level has one policy at least in AWS, so that a level where
   * the snapshot names none is left out rather than denied.
   */
  serviceControlPolicies(accountId: string): Piece[][] {
    return this.#policies('SERVICE_CONTROL_POLICY', accountId);
  }

  /** "RCPs don't affect resources in the management account" (Organizations user guide, orgs_manage_policies_rcps). */
  resourceControlPolicies(accountId: string): Piece[][] {
    return this.#policies('RESOURCE_CONTROL_POLICY', accountId);
  }

  #policies(type: EvaluatedPolicyType, accountId: string): Piece[][] {
    const byTarget = this.#index.policies.get(type);
    const management = this.#snapshot.organization.Organization.MasterAccountId;
    if (!byTarget || accountId === management || !this.member(accountId)) return [];
    return [...this.organizationPath(accountId), accountId]
      .map((target) => byTarget.get(target) ?? [])
      .filter((level) => level.length > 0);
  }

  reset(): void {
    this.#snapshot = copySnapshot(this.#start);
    this.#clock = createClock(new Date(this.#start.organization.CapturedAt));
    this.#index = indexOrganization(this.#snapshot);
    this.propagation.clear();
    this.#closures = createClosures();
  }

  organizationChanged(): void {
    this.#index = indexOrganization(this.#snapshot);
  }

  takeSnapshot(): Snapshot {
    updateAll(this);
    this.#closures.settle(this.#clock);
    const copy = copySnapshot(this.#snapshot);
    leaveOutEmptied(copy, this.#start);
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

/** Made anew when policies, or what they are attached to, change: the twin has no other operation that changes them. */
interface OrganizationIndex {
  partition: string;
  regions: string[];
  enabledByDefault: Set<string>;
  members: Map<string, Piece>;
  parents: Map<string, string>;
  /** By type that is enabled: documents by the id of the target that they are attached to. */
  policies: Map<EvaluatedPolicyType, Map<string, Piece[]>>;
}

function indexOrganization(snapshot: Snapshot): OrganizationIndex {
  const { organization, accounts } = snapshot;
  const regions = new Set<string>();
  for (const { Regions } of accounts.values()) for (const name of Object.keys(Regions)) regions.add(name);
  return {
    partition: partitionOf(organization.Organization.Arn),
    regions: [...regions].sort(),
    enabledByDefault: enabledByDefault(snapshot),
    members: new Map(organization.Accounts.map((account) => [account.Id, account])),
    parents: new Map(organization.OrganizationalUnits.map((unit) => [unit.Id, unit.ParentId])),
    policies: new Map(
      EVALUATED_POLICY_TYPES.filter((type) => isEnabled(type, organization)).map((type) => [
        type,
        indexPolicies(type, organization.Policies),
      ]),
    ),
  };
}

function isEnabled(wanted: EvaluatedPolicyType, { Organization, Roots }: Piece): boolean {
  if (Organization.FeatureSet !== undefined && Organization.FeatureSet !== 'ALL') return false;
  const types: Piece[] | undefined = Roots[0]?.PolicyTypes;
  return types?.some((type) => type.Type === wanted && type.Status === 'ENABLED') ?? false;
}

function indexPolicies(type: EvaluatedPolicyType, policies: Piece[]): Map<string, Piece[]> {
  const byTarget = new Map<string, Piece[]>();
  for (const policy of policies) {
    if (policy.PolicySummary.Type !== type) continue;
    const document: Piece = JSON.parse(policy.Content);
    for (const target of policy.Targets ?? []) {
      const documents = byTarget.get(target.TargetId) ?? [];
      documents.push(document);
      byTarget.set(target.TargetId, documents);
    }
  }
  return byTarget;
}
