/** What there is to know about a kind of change: each file of this folder exports one definition. */
import type { AssociationFacts } from '../associations.ts';
import type { ActionOf, ChangeKind, ChangeKinds, ChangeOf, ExpectedOf } from '../model/change.ts';
import type { RoleObservation, SettingObservation } from '../model/observation.ts';
import type { Read } from '../model/reads.ts';
import type { Finding } from '../model/result.ts';
import type { NetworkTraces } from '../network/live-state.ts';
import type { RollbackEntry } from '../rollback/entry.ts';
import type { ShapeOf } from '../shape.ts';

/** What agents wait for: the role, the setting, or the network path; and associations, for which none waits. */
export type ChangeArea = 'ROLE' | 'SETTING' | 'PATH' | 'ASSOCIATION';

/** Live state where a change leaves its traces; null where it was not read. */
export interface LiveState {
  role: Read<RoleObservation>;
  setting: Read<SettingObservation> | null;
  network: NetworkTraces | null;
  /** State Manager's. */
  associations: Read<AssociationFacts[]> | null;
}

export interface MadeEntry<K extends ChangeKind> {
  changeId: string;
  runId: string;
  action: ActionOf<K>;
}

export type EntryOf<K extends ChangeKind> = Omit<RollbackEntry, 'action'> & { action: ActionOf<K> };

/** Resources that the journal knows as ours. */
export interface OwnResources {
  ids: Set<string>;
  /** Id of what each change made. */
  madeBy: Map<string, string>;
}

/** One step of the role's rollback: the change that is left to make, and the role after it. */
export type RoleStep = { change: RollbackChange | null; role: RoleObservation } | { finding: Finding };

/** Action and expected state of a change that rolls an entry back. */
export type RollbackChange = {
  [K in ChangeKind]: { action: ActionOf<K>; expected: ExpectedOf<K> };
}[ChangeKind];

/** What the rollback of a Region's network offers to the kinds that change it. */
export interface NetworkRollback {
  deleteEndpoint(entry: EntryOf<'CreateInterfaceEndpoint'>): void;
  restoreEndpoint(entry: EntryOf<'ModifyInterfaceEndpoint'>): void;
  restorePolicy(entry: EntryOf<'SetEndpointPolicy'>): void;
  deleteGateway(entry: EntryOf<'CreateGatewayEndpoint'>): void;
  restoreRouteTables(entry: EntryOf<'ModifyGatewayEndpoint'>): void;
  recreateGateway(entry: EntryOf<'DeleteGatewayEndpoint'>): void;
  recreateEndpoint(entry: EntryOf<'DeleteInterfaceEndpoint'>): void;
  deleteGroup(entry: EntryOf<'CreateEndpointSecurityGroup'>): void;
  revokeIngress(entry: EntryOf<'AllowEndpointIngress'>): void;
  restoreDns(entry: EntryOf<'EnableVpcDns'>): void;
  disassociateProfile(entry: EntryOf<'AssociateProfile'>): void;
  undoHub(entry: EntryOf<HubKind>): void;
  undoHubZone(entry: EntryOf<HubZoneKind>): void;
  disassociateZone(entry: EntryOf<'AssociateHubZone'>): void;
}

/** Kinds that make a hub, besides its endpoints and their group. */
export type HubKind = 'CreateHubProfile' | 'AddHubEndpoint' | 'ShareHubProfile';

/** Kinds that make the private hosted zones of a hub, and let VPCs of other accounts use them. */
export type HubZoneKind = 'CreateHubZone' | 'SetHubRecord' | 'AuthorizeHubSpoke';

export interface ChangeDefinition<K extends ChangeKind> {
  area: ChangeArea;
  /** Whether enforce plans it; the others are a rollback's. */
  isPlanned: boolean;
  /** In a plan for people: "create the DHMC role". */
  words: string;
  action: ShapeOf<ChangeKinds[K]['action']>;
  expected: ShapeOf<ChangeKinds[K]['expected']>;
  /** What results show of it (docs/spec/design.md, "Result of a run"). */
  detail(change: Pick<ChangeOf<K>, 'action' | 'expected' | 'associations'>): Record<string, unknown>;
  /** Zones of interface endpoints that it adds to the bill, or takes off it. */
  billedZones(change: Pick<ChangeOf<K>, 'action' | 'expected'>): number;
  /** Whether live state shows that this very change was made; null where that was not read. */
  isMade(entry: MadeEntry<K>, live: LiveState): boolean | null;
  /**
   * Whether live state has already what it leads to, whoever made it: an earlier plan's change is not refused then.
   * null: as `isMade`.
   */
  isThere:
    | ((action: ActionOf<K>, live: LiveState, isMakerThere: (changeId: string) => boolean | null) => boolean)
    | null;
  /** What becomes or ceases to be ours by it; null where nothing does. */
  own: ((entry: MadeEntry<K> & { madeId: string | null }, own: OwnResources) => void) | null;
  /** The role after it, as far as AWS's answer shows; null where it is no change of the role. */
  roleAfter: ((role: RoleObservation | null, change: ChangeOf<K>) => RoleObservation | null) | null;
  /** VPC whose DNS attributes a rollback has to read, or null. */
  dnsVpcId(action: ActionOf<K>): string | null;
  /** Hub VPC whose Profile and share a rollback has to read, or null. */
  hubVpcId(action: ActionOf<K>): string | null;
  /** VPC of a hub whose private hosted zones a rollback has to read, or null. */
  hubZoneVpcId(action: ActionOf<K>): string | null;
  /** VPC whose private hosted zones count, or null. */
  zonesVpcId(action: ActionOf<K>): string | null;
  /** Whether it leaves its traces among the Region's associations of Route 53 Profiles. */
  readsProfiles: boolean;
  /** How a rollback undoes it; null for kinds that only a rollback makes. */
  rollback: RollbackOf<K> | null;
}

type RollbackOf<K extends ChangeKind> =
  | { area: 'ROLE'; step(entry: EntryOf<K>, role: RoleObservation): RoleStep }
  /** The value that the change left. */
  | { area: 'SETTING'; left(action: ActionOf<K>): string }
  /** Name of the association that the change made. */
  | { area: 'ASSOCIATION'; name(action: ActionOf<K>): string }
  | { area: 'PATH'; undo(entry: EntryOf<K>, region: NetworkRollback): void };

/** Defaults of a change of the role. */
export const ROLE_CHANGE = {
  area: 'ROLE',
  billedZones: () => 0,
  isThere: null,
  own: null,
  dnsVpcId: () => null,
  hubVpcId: () => null,
  hubZoneVpcId: () => null,
  zonesVpcId: () => null,
  readsProfiles: false,
} as const;

/** Defaults of a change of the setting. */
export const SETTING_CHANGE = {
  area: 'SETTING',
  billedZones: () => 0,
  own: null,
  roleAfter: null,
  dnsVpcId: () => null,
  hubVpcId: () => null,
  hubZoneVpcId: () => null,
  zonesVpcId: () => null,
  readsProfiles: false,
} as const;

/** Defaults of a change of a VPC. */
export const NETWORK_CHANGE = {
  area: 'PATH',
  billedZones: () => 0,
  isThere: null,
  own: null,
  roleAfter: null,
  dnsVpcId: () => null,
  hubVpcId: () => null,
  hubZoneVpcId: () => null,
  zonesVpcId: () => null,
  readsProfiles: false,
} as const;

/** Defaults of a change of State Manager's associations. */
export const ASSOCIATION_CHANGE = {
  area: 'ASSOCIATION',
  billedZones: () => 0,
  isThere: null,
  own: null,
  roleAfter: null,
  dnsVpcId: () => null,
  readsProfiles: false,
  hubVpcId: () => null,
  hubZoneVpcId: () => null,
  zonesVpcId: () => null,
} as const;

/** Names of ours carry the id of the change that made them; null where associations were not read. */
export function isUpdateThere(name: string, { associations }: LiveState): boolean | null {
  if (associations?.kind !== 'value') return null;
  return associations.value.some(({ associationName }) => associationName === name);
}

export function settingOf({ setting }: LiveState): SettingObservation | null {
  return setting?.kind === 'value' ? setting.value : null;
}
