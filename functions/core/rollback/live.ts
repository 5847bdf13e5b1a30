/** The live state that a rollback is conditional on, and what it shows of entries that were left open. */
import type { AssociationFacts } from '../associations.ts';
import { settlePending } from '../journal.ts';
import type { RoleObservation, SettingObservation } from '../model/observation.ts';
import type { Region } from '../model/primitives.ts';
import type { Read } from '../model/reads.ts';
import { createdId, type NetworkTraces } from '../network/live-state.ts';
import type { RollbackEntry } from './entry.ts';

export interface RollbackLive {
  /** By name. */
  roles: Record<string, Read<RoleObservation>>;
  /** Of every enabled Region where a role is concerned, else of those that entries name. */
  settings: Record<Region, Read<SettingObservation>>;
  /** Roles that settings named before, by setting value. */
  formerRoles: Record<string, Read<RoleObservation>>;
  networks: Record<Region, NetworkTraces>;
  /** State Manager's, of Regions in which an entry made one. */
  associations: Record<Region, Read<AssociationFacts[]>>;
}

/** Entries that were PENDING, each with how it ended; those that live state cannot settle are left out. */
export function settleFrom<T extends RollbackEntry>(
  journal: readonly T[],
  live: RollbackLive,
): { entry: T; end: 'DONE' | 'FAILED'; madeId: string | null }[] {
  return journal.flatMap((entry) => {
    if (entry.status !== 'PENDING') return [];
    const { action, region } = entry;
    const role = 'roleName' in action ? live.roles[action.roleName] : undefined;
    if (region === null && role === undefined) return [];
    const network = region === null ? null : (live.networks[region] ?? null);
    const associations = region === null ? null : (live.associations[region] ?? null);
    const setting: Read<SettingObservation> = (region !== null && live.settings[region]) || UNREAD;
    const end = settlePending(entry, {
      role: role ?? UNREAD,
      regions: region === null ? [] : [{ region, setting, network, associations }],
    });
    if (end === null) return [];
    return [{ entry, end, madeId: network && createdId(entry.changeId, network) }];
  });
}

const UNREAD: Read<never> = {
  kind: 'failed',
  failure: { kind: 'UNEXPECTED', action: '', code: '', message: 'not read' },
};

/** The journal with those entries settled. */
export function withSettled<T extends RollbackEntry>(
  journal: readonly T[],
  settled: ReturnType<typeof settleFrom<T>>,
): T[] {
  const ends = new Map(settled.map((one) => [one.entry, one]));
  return journal.map((entry) => {
    const end = ends.get(entry);
    return end ? { ...entry, status: end.end, createdId: end.madeId ?? entry.createdId ?? null } : entry;
  });
}
