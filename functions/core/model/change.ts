/** Changes and plans: what is written, what it expects to find, and what undoes it. */

import type { AccountId, Region, RunId } from './primitives.ts';
import type { Failure } from './reads.ts';

/** What a change expects to find, and what it puts there. Values of the inverse restore the former. */
export type ChangeAction =
  | {
      kind: 'CreateDhmcRole';
      roleName: string;
      path: string;
      trustPolicy: unknown;
      permissionsBoundaryArn: string | null;
      description: string;
    }
  | { kind: 'SetDhmcRoleTrust'; roleName: string; trustPolicy: unknown }
  | { kind: 'AttachDhmcRolePolicy'; roleName: string; policyArn: string }
  | { kind: 'SetServiceSetting'; value: string }
  | { kind: 'DeleteDhmcRole'; roleName: string }
  | { kind: 'DetachDhmcRolePolicy'; roleName: string; policyArn: string }
  | { kind: 'ResetServiceSetting' }
  | EndpointChangeAction;

/** A resource that exists, or that an earlier change of the same plan creates. */
export type ResourceReference = { kind: 'existing'; id: string } | { kind: 'created'; changeId: string };

/** Section 4: what gives a VPC a private path. Tags do not hold the change's own tag, which the writer adds. */
export type EndpointChangeAction =
  | {
      kind: 'CreateEndpointSecurityGroup';
      vpcId: string;
      groupName: string;
      description: string;
      tags: Record<string, string>;
    }
  | { kind: 'AllowEndpointIngress'; group: ResourceReference; cidrs: string[] }
  | {
      kind: 'CreateInterfaceEndpoint';
      vpcId: string;
      serviceName: string;
      subnetIds: string[];
      groups: ResourceReference[];
      /** At most 64 ASCII characters. */
      clientToken: string;
      tags: Record<string, string>;
    }
  | {
      kind: 'ModifyInterfaceEndpoint';
      endpointId: string;
      addSubnetIds: string[];
      removeSubnetIds: string[];
      addGroups: ResourceReference[];
      removeGroups: ResourceReference[];
      /** null: left as it is. */
      privateDns: boolean | null;
    }
  /** null: left as it is. */
  | { kind: 'EnableVpcDns'; vpcId: string; support: true | null; hostnames: true | null }
  | { kind: 'RestoreVpcDns'; vpcId: string; support: boolean | null; hostnames: boolean | null }
  | { kind: 'DeleteInterfaceEndpoint'; endpoint: ResourceReference }
  | { kind: 'RevokeEndpointIngress'; group: ResourceReference; cidrs: string[] }
  | { kind: 'DeleteEndpointSecurityGroup'; group: ResourceReference };

export type ChangeKind = ChangeAction['kind'];

export interface Change {
  /** Stable: derived from run, account, Region, kind and resource; also the value of the tag `dhmc-rollout:change`. */
  id: string;
  accountId: AccountId;
  /** null for IAM, which is global. */
  region: Region | null;
  /** ARN or id of what is changed. */
  resource: string;
  action: ChangeAction;
  /** Live state that must still be there when the change is applied; compared as JSON. */
  expected: unknown;
  /** null where nothing can bring the former state back (`allowIrreversible`). */
  inverse: ChangeAction | null;
  monthlyCostUsd: number;
  /** Of a first setting: State Manager associations that will run on the new nodes. */
  associations?: string[];
  /** Of a rollback: the journal entry that it takes back. */
  rollsBack?: JournalReference;
}

/** Names a journal entry of the account. */
export interface JournalReference {
  runId: RunId;
  seq: number;
}

/** Ordered: role changes first, then each Region's. */
export interface Plan {
  accountId: AccountId;
  changes: Change[];
  /** VPC of each change of the network, by the change's id: what fails in one leaves the others alone. */
  vpcOf: Record<string, string>;
}

export type ChangeOutcome = 'PLANNED' | 'APPLIED' | 'FAILED' | 'ROLLED_BACK';

/** `kind` and `action` as in `Failure`; results of versions before the gate lack both. */
export interface ChangeError {
  code: string;
  message: string;
  kind?: Failure['kind'];
  action?: string;
}

/** A change as results show it (docs/spec/design.md, "Result of a run"). */
export interface ChangeResult {
  id: string;
  kind: ChangeKind;
  resource: string;
  outcome: ChangeOutcome;
  error: ChangeError | null;
  monthlyCostUsd: number | null;
  detail: Record<string, unknown>;
}
