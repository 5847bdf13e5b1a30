/**
 * The network of a rollback: endpoints go before their group, and a group waits until they are gone, since
 * AWS deletes them asynchronously. What the same rollback deletes needs no repair before.
 */
import { areaOf, definitionOf } from '../changes/changes.ts';
import type {
  EntryOf,
  HubKind,
  HubZoneKind,
  NetworkRollback,
  RollbackChange,
} from '../changes/definition.ts';
import { readFailureFinding } from '../findings.ts';
import type { ActionOf, Change, ResourceReference } from '../model/change.ts';
import type { Region } from '../model/primitives.ts';
import type { Failure } from '../model/reads.ts';
import type { Finding } from '../model/result.ts';
import type { EndpointFacts, SecurityGroupFacts } from '../network/facts.ts';
import {
  admits443,
  createdId,
  holdingOf,
  isAssociated,
  isModified,
  isStanding,
  isZoneAssociated,
  type NetworkTraces,
} from '../network/live-state.ts';
import { isSamePolicy } from '../network/policy-comparison.ts';
import { CHANGE_TAG, MANAGED_TAG } from '../tags.ts';
import { conflict, notReversible } from './conflict.ts';
import { inverseChange, type RollbackDraft, type RollbackFacts } from './draft.ts';
import { type History, historiesOf, makerOf, presentId } from './entries.ts';
import type { RollbackEntry } from './entry.ts';
import { undoCreation, undoDeletion, undoModification } from './gateway-endpoints.ts';
import { hubUsers, inUseFinding, undoOfHub, undoOfHubZone, zoneOfEntry } from './hubs.ts';
import type { Undoing } from './undoing.ts';

type NetworkEntry = RollbackEntry & { region: Region };

export function planNetworkRollback(
  open: readonly RollbackEntry[],
  facts: RollbackFacts,
  draft: RollbackDraft,
): void {
  const byRegion = Map.groupBy(open.filter(isNetworkEntry), ({ region }) => region);
  for (const [region, entries] of byRegion) {
    const traces = facts.live.networks[region];
    if (traces) new RegionRollback(region, entries, traces, facts, draft).plan();
  }
}

class RegionRollback implements NetworkRollback {
  private readonly region: Region;
  private readonly entries: NetworkEntry[];
  private readonly traces: NetworkTraces;
  private readonly facts: RollbackFacts;
  private readonly draft: RollbackDraft;
  /** As they are once the changes planned so far are made. */
  private readonly endpoints: Map<string, EndpointFacts>;
  private readonly groups: Map<string, SecurityGroupFacts>;
  /** Ids of what entries of this rollback made: it goes as a whole. */
  private readonly made: ReadonlySet<string>;
  private readonly deleted = new Set<string>();
  /** VPC and service whose zone waits for the own endpoint. */
  private readonly awaited = new Set<string>();
  /** Zones whose record is removed before. */
  private readonly removedRecords = new Set<string>();

  constructor(
    region: Region,
    entries: NetworkEntry[],
    traces: NetworkTraces,
    facts: RollbackFacts,
    draft: RollbackDraft,
  ) {
    this.region = region;
    this.entries = entries;
    this.traces = traces;
    this.facts = facts;
    this.draft = draft;
    const { endpoints, securityGroups } = traces;
    this.endpoints = new Map(
      endpoints.kind === 'value' ? endpoints.value.map((one) => [one.endpointId, one]) : [],
    );
    this.groups = new Map(
      securityGroups.kind === 'value' ? securityGroups.value.map((one) => [one.groupId, one]) : [],
    );
    this.made = new Set(entries.flatMap((entry) => this.madeId(entry) ?? []));
  }

  plan(): void {
    const { traces } = this;
    const reads = [
      traces.endpoints,
      traces.securityGroups,
      traces.profileAssociations,
      ...Object.values(traces.hubHoldings),
      traces.hubZones,
      ...Object.values(traces.hostedZones),
    ];
    for (const read of reads) {
      if (read?.kind !== 'failed') continue;
      this.find(this.unread(read.failure));
      return;
    }
    const users = hubUsers(this.entries, traces);
    for (const finding of users.map(inUseFinding)) this.find(finding);
    const inUse = new Set(users.map(({ vpcId }) => vpcId));
    for (const entry of this.entries) {
      if (this.isOfHub(entry, inUse)) continue;
      const { rollback } = definitionOf(entry.action);
      if (rollback?.area === 'PATH') rollback.undo(entry, this);
      else this.find(notReversible(entry));
    }
  }

  deleteEndpoint(entry: EntryOf<'CreateInterfaceEndpoint'>): void {
    const endpoint = this.endpoints.get(this.madeId(entry) ?? '');
    if (!endpoint || !isStanding(endpoint)) return;
    const { endpointId, subnetIds, groupIds, privateDns, vpcId } = endpoint;
    const maker = makerOf<RollbackEntry>(this.facts.journal, entry);
    if (this.lostTag(`The endpoint ${endpointId}`, endpointId, endpoint.tags, maker)) return;
    if (!this.isAsWeLeft(endpoint, historiesOf<RollbackEntry>(this.facts.journal, entry, endpointId))) {
      const sentence = `Subnets, groups or private DNS of the endpoint ${endpointId} were changed after ${entry.runId} made it; it is kept.`;
      this.find(conflict(endpointId, sentence));
      return;
    }
    this.deleted.add(endpointId);
    const action: ActionOf<'DeleteInterfaceEndpoint'> = {
      kind: 'DeleteInterfaceEndpoint',
      endpoint: { kind: 'existing', id: endpointId },
    };
    this.change(entry, { action, expected: { subnetIds, groupIds, privateDns } }, endpointId, vpcId);
  }

  private isAsWeLeft(endpoint: EndpointFacts, histories: readonly History<RollbackEntry>[]): boolean {
    return histories.some(({ creation, changes }) => {
      const { action } = creation;
      if (action.kind !== 'CreateInterfaceEndpoint') return false;
      const subnetIds = new Set(action.subnetIds);
      const groupIds = new Set(action.groups.flatMap((group) => this.idOf(group) ?? []));
      let privateDns = action.privateDns ?? true;
      for (const { action: later } of changes) {
        if (later.kind !== 'ModifyInterfaceEndpoint') continue;
        for (const id of later.addSubnetIds) subnetIds.add(id);
        for (const id of later.removeSubnetIds) subnetIds.delete(id);
        for (const group of later.addGroups) groupIds.add(this.idOf(group) ?? '');
        for (const group of later.removeGroups) groupIds.delete(this.idOf(group) ?? '');
        privateDns = later.privateDns ?? privateDns;
      }
      return (
        sameSet(endpoint.subnetIds, subnetIds) &&
        sameSet(endpoint.groupIds, groupIds) &&
        endpoint.privateDns === privateDns
      );
    });
  }

  restoreEndpoint(entry: EntryOf<'ModifyInterfaceEndpoint'>): void {
    const { action, inverse } = entry;
    const endpointId = presentId(this.facts.journal, action.endpointId);
    const endpoint = this.endpoints.get(endpointId);
    if (!endpoint || !isStanding(endpoint) || this.made.has(endpointId)) return;
    // Its name is the zone's until that leaves.
    if (this.awaited.has(`${endpoint.vpcId} ${endpoint.serviceName.split('.').at(-1)}`)) return;
    if (inverse?.kind !== 'ModifyInterfaceEndpoint') {
      this.find(notReversible(entry));
      return;
    }
    const idOf = (reference: ResourceReference) => this.idOf(reference);
    if (isModified(endpoint, inverse, idOf)) return;
    if (!isModified(endpoint, action, idOf)) {
      const sentence = `The endpoint ${endpointId} was changed after ${entry.runId} changed it; it is kept as it is.`;
      this.find(conflict(endpointId, sentence));
      return;
    }
    const existing = (references: ResourceReference[]): ResourceReference[] =>
      references.flatMap((reference) => {
        const id = this.idOf(reference);
        return id === null ? [] : [{ kind: 'existing' as const, id }];
      });
    const removed = existing(inverse.removeGroups).map((group) => this.idOf(group));
    const { subnetIds, groupIds, privateDns, vpcId } = endpoint;
    const back: ActionOf<'ModifyInterfaceEndpoint'> = {
      ...inverse,
      endpointId,
      addGroups: existing(inverse.addGroups),
      removeGroups: existing(inverse.removeGroups),
    };
    const expected = { subnetIds, groupIds, privateDns };
    this.change(entry, { action: back, expected }, endpointId, vpcId);
    this.endpoints.set(endpointId, {
      ...endpoint,
      subnetIds: subnetIds.filter((id) => !inverse.removeSubnetIds.includes(id)),
      groupIds: groupIds.filter((id) => !removed.includes(id)),
      privateDns: inverse.privateDns ?? privateDns,
    });
  }

  /** The document of before is put back, unless others have set another one since. */
  restorePolicy(entry: EntryOf<'SetEndpointPolicy'>): void {
    const { action, inverse } = entry;
    const endpointId = presentId(this.facts.journal, action.endpointId);
    const endpoint = this.endpoints.get(endpointId);
    if (!endpoint || !isStanding(endpoint) || this.made.has(endpointId)) return;
    if (inverse?.kind !== 'SetEndpointPolicy') {
      this.find(notReversible(entry));
      return;
    }
    const { policy, vpcId } = endpoint;
    if (isSamePolicy(policy, inverse.policy)) return;
    if (!isSamePolicy(policy, action.policy)) {
      const sentence = `The policy of the endpoint ${endpointId} was changed after ${entry.runId} set it; it is kept as it is.`;
      this.find(conflict(endpointId, sentence));
      return;
    }
    this.change(entry, { action: { ...inverse, endpointId }, expected: { policy } }, endpointId, vpcId);
    this.endpoints.set(endpointId, { ...endpoint, policy: inverse.policy });
  }

  deleteGroup(entry: EntryOf<'CreateEndpointSecurityGroup'>): void {
    const { vpcId } = entry.action;
    const group = this.groups.get(this.madeId(entry) ?? '');
    if (!group) return;
    const { groupId } = group;
    if (this.lostTag(`The security group ${groupId}`, groupId, group.tags, entry)) return;
    if (!this.holdsOurRulesAlone(group)) {
      const sentence = `The security group ${groupId} got other rules after ${entry.runId} made it; it is kept.`;
      this.find(conflict(groupId, sentence));
      return;
    }
    const users = [...this.endpoints.values()].filter((endpoint) => endpoint.groupIds.includes(groupId));
    const staying = users.filter((user) => isStanding(user) && !this.deleted.has(user.endpointId));
    if (staying.length > 0) {
      const ids = staying.map(({ endpointId }) => endpointId).join(', ');
      this.find(
        conflict(
          groupId,
          `The security group ${groupId} is kept: ${ids} ${staying.length === 1 ? 'uses' : 'use'} it.`,
        ),
      );
      return;
    }
    if (users.length > 0) {
      this.find({
        code: 'ENDPOINT_PENDING',
        subject: groupId,
        sentence: `The security group ${groupId} is deleted once the endpoints in it are gone; the next pass looks again.`,
      });
      return;
    }
    const action: ActionOf<'DeleteEndpointSecurityGroup'> = {
      kind: 'DeleteEndpointSecurityGroup',
      group: { kind: 'existing', id: groupId },
    };
    this.change(entry, { action, expected: { exists: true } }, groupId, vpcId);
  }

  private holdsOurRulesAlone(group: SecurityGroupFacts): boolean {
    const allowed = new Set(
      this.facts.journal.flatMap(({ action }) =>
        action.kind === 'AllowEndpointIngress' && this.idOf(action.group) === group.groupId
          ? action.cidrs
          : [],
      ),
    );
    return group.ingress.every(
      ({ protocol, fromPort, toPort, cidrs, ipv6Cidrs, groupIds, prefixListIds }) =>
        protocol === 'tcp' &&
        fromPort === 443 &&
        toPort === 443 &&
        cidrs.every((cidr) => allowed.has(cidr)) &&
        ipv6Cidrs.length === 0 &&
        groupIds.length === 0 &&
        prefixListIds.length === 0,
    );
  }

  revokeIngress(entry: EntryOf<'AllowEndpointIngress'>): void {
    const { action } = entry;
    const group = this.groups.get(this.idOf(action.group) ?? '');
    if (!group || this.made.has(group.groupId)) return;
    const cidrs = action.cidrs.filter((cidr) => admits443(group, cidr));
    if (cidrs.length === 0) return;
    const { groupId, vpcId } = group;
    const back: ActionOf<'RevokeEndpointIngress'> = {
      kind: 'RevokeEndpointIngress',
      group: { kind: 'existing', id: groupId },
      cidrs,
    };
    this.change(entry, { action: back, expected: { allowed: true } }, groupId, vpcId);
  }

  restoreDns(entry: EntryOf<'EnableVpcDns'>): void {
    const { inverse } = entry;
    const { vpcId } = entry.action;
    const read = this.traces.dnsAttributes[vpcId];
    if (read?.kind === 'failed') {
      // A VPC that is gone has nothing to restore.
      if (!/NotFound$/.test(read.failure.code)) this.find(readFailureFinding(read.failure, vpcId));
      return;
    }
    if (read?.kind !== 'value') return;
    if (inverse?.kind !== 'RestoreVpcDns') {
      this.find(notReversible(entry));
      return;
    }
    const { support, hostnames } = read.value;
    const back = (inverse.support ?? support) === support && (inverse.hostnames ?? hostnames) === hostnames;
    if (back) return;
    // Each attribute is a change with its own state.
    const expected = {
      support: inverse.support === null ? null : support,
      hostnames: inverse.hostnames === null ? null : hostnames,
    };
    this.change(entry, { action: inverse, expected }, vpcId, vpcId);
  }

  /** One that is gone, or that others made in place of ours, is left alone: the name carries our change's id. */
  disassociateProfile(entry: EntryOf<'AssociateProfile'>): void {
    const { vpcId, profileId, name } = entry.action;
    if (isAssociated(entry.action, this.traces) !== true) return;
    const action: ActionOf<'DisassociateProfile'> = { kind: 'DisassociateProfile', vpcId, profileId, name };
    this.change(entry, { action, expected: { exists: true } }, `${vpcId}/${profileId}`, vpcId);
  }

  undoHub(entry: EntryOf<HubKind>): void {
    const { vpcId } = entry.action;
    this.undo(entry, undoOfHub(entry, holdingOf(this.traces, vpcId)), entry.resource, vpcId);
  }

  undoHubZone(entry: EntryOf<HubZoneKind>): void {
    const zone = zoneOfEntry(entry, this.traces);
    if (zone === null) return;
    const undoing = undoOfHubZone(entry, zone, this.removedRecords.has(zone.zoneId));
    const subject = isConflict(undoing) ? zone.zoneId : entry.resource;
    if (!this.undo(entry, undoing, subject, entry.action.vpcId)) return;
    if (entry.action.kind === 'SetHubRecord') this.removedRecords.add(zone.zoneId);
  }

  disassociateZone(entry: EntryOf<'AssociateHubZone'>): void {
    const { vpcId, zoneId, domain } = entry.action;
    if (isZoneAssociated(entry.action, this.traces) !== true) return;
    const service = domain.split('.')[0] ?? '';
    if (this.isComingBack(vpcId, service)) {
      this.awaited.add(`${vpcId} ${service}`);
      this.find({
        code: 'ENDPOINT_PENDING',
        subject: vpcId,
        sentence: `The private hosted zone for ${domain} leaves ${vpcId} once the VPC's own endpoint is available again; the next pass looks again.`,
      });
      return;
    }
    const action: ActionOf<'DisassociateHubZone'> = { kind: 'DisassociateHubZone', vpcId, zoneId, domain };
    this.change(entry, { action, expected: { exists: true } }, `${vpcId}/${zoneId}`, vpcId);
  }

  /** An endpoint of the VPC that a move deleted, and that this rollback makes again, is not available yet. */
  private isComingBack(vpcId: string, service: string): boolean {
    const isDeleted = this.entries.some(
      ({ inverse }) =>
        inverse?.kind === 'CreateInterfaceEndpoint' &&
        inverse.vpcId === vpcId &&
        inverse.serviceName.endsWith(`.${service}`),
    );
    const isPending = [...this.endpoints.values()].some(
      (one) => one.vpcId === vpcId && one.serviceName.endsWith(`.${service}`) && one.state === 'pending',
    );
    return isDeleted || isPending;
  }

  private isOfHub(entry: NetworkEntry, inUse: ReadonlySet<string>): boolean {
    const { action } = entry;
    if ('vpcId' in action) return action.kind !== 'AssociateProfile' && inUse.has(action.vpcId);
    const id = 'endpointId' in action ? presentId(this.facts.journal, action.endpointId) : null;
    const group = action.kind === 'AllowEndpointIngress' ? this.idOf(action.group) : null;
    const vpcId = this.endpoints.get(id ?? '')?.vpcId ?? this.groups.get(group ?? '')?.vpcId;
    return vpcId !== undefined && inUse.has(vpcId);
  }

  /** A pruned endpoint of ours that this same rollback would delete is not created again. */
  recreateEndpoint(entry: EntryOf<'DeleteInterfaceEndpoint'>): void {
    const { action, inverse } = entry;
    if (this.made.has(this.idOf(action.endpoint) ?? '')) return;
    if (inverse?.kind !== 'CreateInterfaceEndpoint') {
      this.find(notReversible(entry));
      return;
    }
    const { vpcId, serviceName, groups } = inverse;
    const gone = groups.filter((group) => !this.groups.has(this.idOf(group) ?? ''));
    const holder = [...this.endpoints.values()].find(
      (one) => one.vpcId === vpcId && one.serviceName === serviceName && isStanding(one),
    );
    if (holder || gone.length > 0) {
      const why = holder ? `${holder.endpointId} exists now` : 'its security group is gone';
      this.find(conflict(entry.resource, `The endpoint ${entry.resource} is not created again: ${why}.`));
      return;
    }
    this.change(entry, { action: inverse, expected: { exists: false } }, `${vpcId}/${serviceName}`, vpcId);
  }

  deleteGateway(entry: EntryOf<'CreateGatewayEndpoint'>): void {
    const endpoint = this.endpoints.get(this.madeId(entry) ?? '');
    if (!endpoint || !isStanding(endpoint)) return;
    const { endpointId, tags, vpcId } = endpoint;
    const { journal } = this.facts;
    const maker = makerOf<RollbackEntry>(journal, entry);
    if (this.lostTag(`The endpoint ${endpointId}`, endpointId, tags, maker)) return;
    const undoing = undoCreation(
      endpoint,
      historiesOf<RollbackEntry>(journal, entry, endpointId),
      entry.runId,
    );
    if (this.undo(entry, undoing, endpointId, vpcId)) this.deleted.add(endpointId);
  }

  restoreRouteTables(entry: EntryOf<'ModifyGatewayEndpoint'>): void {
    const endpointId = presentId(this.facts.journal, entry.action.endpointId);
    const endpoint = this.endpoints.get(endpointId);
    if (!endpoint || !isStanding(endpoint) || this.made.has(endpointId)) return;
    if (entry.inverse?.kind !== 'ModifyGatewayEndpoint') {
      this.find(notReversible(entry));
      return;
    }
    const { removeRouteTableIds } = entry.inverse;
    if (!this.undo(entry, undoModification(endpoint, entry, entry.inverse), endpointId, endpoint.vpcId))
      return;
    this.endpoints.set(endpointId, {
      ...endpoint,
      routeTableIds: endpoint.routeTableIds.filter((id) => !removeRouteTableIds.includes(id)),
    });
  }

  recreateGateway(entry: EntryOf<'DeleteGatewayEndpoint'>): void {
    const { action, inverse, resource } = entry;
    if (this.made.has(this.idOf(action.endpoint) ?? '')) return;
    if (inverse?.kind !== 'CreateGatewayEndpoint') {
      this.find(notReversible(entry));
      return;
    }
    const { vpcId, serviceName } = inverse;
    const undoing = undoDeletion(this.endpoints.values(), resource, inverse);
    this.undo(entry, undoing, isConflict(undoing) ? resource : `${vpcId}/${serviceName}`, vpcId);
  }

  private lostTag(
    what: string,
    id: string,
    tags: Record<string, string>,
    { changeId }: RollbackEntry,
  ): boolean {
    if (tags[MANAGED_TAG] === 'true' && tags[CHANGE_TAG] === changeId) return false;
    this.find(conflict(id, `${what} lost our tag; without it, it is not deleted.`));
    return true;
  }

  /** True where a change is planned. */
  private undo(entry: RollbackEntry, undoing: Undoing, resource: string, vpcId: string): boolean {
    if (undoing === null) return false;
    if (undoing === 'irreversible') {
      this.find(notReversible(entry));
      return false;
    }
    if ('conflict' in undoing) {
      this.find(conflict(resource, undoing.conflict));
      return false;
    }
    this.change(entry, undoing.undo, resource, vpcId);
    return true;
  }

  private change(entry: RollbackEntry, undoing: RollbackChange, resource: string, vpcId: string): void {
    const change: Change = inverseChange(entry, undoing, resource, this.facts);
    this.draft.regional.push(change);
    this.draft.vpcOf[change.id] = vpcId;
  }

  /** Nothing is rolled back without having been read: what stays is named, so that a person finds it. */
  private unread(failure: Failure): Finding {
    const kept = [...new Set(this.entries.map((entry) => this.madeId(entry) ?? entry.resource))].sort();
    const { sentence, ...finding } = readFailureFinding(failure, null);
    return { ...finding, sentence: `${sentence} Not rolled back: ${kept.join(', ')}.` };
  }

  private find(finding: ReturnType<typeof conflict>): void {
    this.draft.findings.push({ region: this.region, finding });
  }

  private idOf(reference: ResourceReference): string | null {
    if (reference.kind === 'existing') return reference.id;
    const maker = this.facts.journal.find(({ changeId }) => changeId === reference.changeId);
    return maker?.createdId ?? createdId(reference.changeId, this.traces);
  }

  private madeId({ action, changeId, createdId: noted }: RollbackEntry): string | null {
    const creates =
      action.kind === 'CreateInterfaceEndpoint' ||
      action.kind === 'CreateGatewayEndpoint' ||
      action.kind === 'CreateEndpointSecurityGroup';
    const id = noted ?? createdId(changeId, this.traces);
    return creates && id !== null ? presentId(this.facts.journal, id) : null;
  }
}

function isNetworkEntry(entry: RollbackEntry): entry is NetworkEntry {
  return entry.region !== null && areaOf(entry.action) === 'PATH';
}

function isConflict(undoing: Undoing): boolean {
  return undoing !== null && typeof undoing === 'object' && 'conflict' in undoing;
}

function sameSet(list: readonly string[], set: ReadonlySet<string>): boolean {
  return list.length === set.size && list.every((id) => set.has(id));
}
