/** Observation: facts as read, nothing decided. */

import type { AssociationFacts } from '../associations.ts';
import type { InstancesObservation, RecentChange } from '../instances/facts.ts';
import type { SessionLoggingObservation } from '../instances/session-logging.ts';
import type { NetworkObservation } from '../network/facts.ts';
import type { Control } from '../resource-control.ts';
import type { RolePermissions } from './permissions.ts';
import type { Account, Region, Timestamp } from './primitives.ts';
import type { Failure, Read } from './reads.ts';
import type { VpcResult } from './result.ts';

/** `RegionOptStatus` of account ListRegions. */
export type RegionOptStatus = 'ENABLED' | 'ENABLING' | 'DISABLING' | 'DISABLED' | 'ENABLED_BY_DEFAULT';

export interface RoleObservation {
  roleName: string;
  /** With leading and trailing slash. */
  path: string;
  arn: string;
  trustPolicy: unknown;
  attachedPolicyArns: string[];
  inlinePolicyNames: string[];
  /** Of the inline ones: those that only deny, so that they add no privilege. */
  denyOnlyPolicyNames: string[];
  permissionsBoundaryArn: string | null;
  tags: Record<string, string>;
  createdAt: Timestamp | null;
}

export interface SettingObservation {
  /** As read: `$None`, empty, or `path/name` without leading slash. */
  value: string;
  lastModifiedUser: string | null;
  lastModifiedDate: Timestamp | null;
}

/** What a role that some setting names can do; asked only for roles that are not the DHMC role. */
export interface ForeignRoleObservation {
  /** As the setting names it, e.g. `ops/CustomSsm`. */
  settingValue: string;
  role: Read<RoleObservation>;
  /** IAM actions of those asked that SimulatePrincipalPolicy allows. */
  allowedActions: Read<string[]>;
}

export interface RegionObservation {
  region: Region;
  setting: Read<SettingObservation>;
  /**
   * The neutral EC2 read that distinguishes a denied Region from a denied action. null where the setting's answer
   * made it needless.
   */
  instances: Read<InstancesObservation> | null;
  /** What sessions are to be logged with; null where nowhere, nothing runs, or no role is set. */
  sessionLogging: SessionLoggingObservation | null;
  /** null where nothing runs there, no one recorded a need, or `endpoints` is off. */
  network: NetworkObservation | null;
  /** State Manager's; null where no instance runs or the setting stays as it is. */
  associations: Read<AssociationFacts[]> | null;
  /** Running instances that are Online in Systems Manager. */
  onlineInstanceIds: string[];
  /** Running and stopped instances by VPC; empty where they could not be read. */
  instancesByVpc: Record<string, number>;
}

export interface AccountObservation {
  account: Account;
  /** null where the account was not entered. */
  organizationId: string | null;
  /** What resource control policies may deny here of how roles are assumed. */
  controls: Control[];
  /** Failure of AssumeRole with the reader role, if it could not be assumed. */
  entry: { kind: 'entered' } | { kind: 'failed'; failure: Failure };
  regionStates: Read<Record<Region, RegionOptStatus>>;
  role: Read<RoleObservation>;
  /** Of the DHMC role; a Region in which nothing runs is not asked. */
  rolePermissions: RolePermissions[];
  foreignRoles: ForeignRoleObservation[];
  regions: RegionObservation[];
  /** Setting values that this service wrote or that its earlier configurations named (journal). */
  ownSettingValues: string[];
  /** Per Region, how often the journal says that we set our value. */
  ownWrites: Record<Region, number>;
  /**
   * What the journal says we made: ids of endpoints and security groups, and for each subnet that we put
   * an endpoint into `placedIn(endpointId, subnetId)` (core/network/ownership.ts).
   */
  ownResources: string[];
  /** VPCs with endpoints of ours as the pass before saw them, by Region. */
  earlierVpcs: Record<Region, VpcResult[]>;
  /** What we changed so lately that agents may not have noticed it (journal). */
  recentChanges: RecentChange[];
}
