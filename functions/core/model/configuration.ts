/** The configuration file as the code sees it. Schema, defaults and errors: functions/inputs/configuration.ts. */
import type { HubSettings } from '../network/hub-facts.ts';
import type { OptionalService } from '../network/needed-names.ts';
import type { EndpointPolicySetting } from '../network/own-endpoint-policy.ts';
import type { OwnTags } from '../tags.ts';
import type { AccountId, Region } from './primitives.ts';

export interface ConfigurationOverride extends Partial<OverridableSettings> {
  accounts: AccountId[];
  organizationalUnits: string[];
  exclude?: { regions: Region[] } | undefined;
}

/** The settings that an override by organizational unit or account can change. */
export interface OverridableSettings {
  /** `all`: every Region that the operator account lists. */
  regions: 'all' | Region[];
  existingRole: 'keep' | 'repair';
  existingSetting: 'keep' | 'replace';
  allowIrreversible: boolean;
  requireAssociationAck: boolean;
  /** Names or ids of associations that may run on new nodes. */
  acknowledgedAssociations: string[];
  agentUpdates: 'off' | 'report' | 'associate';
  endpoints: 'off' | 'report' | 'provision' | 'central' | 'auto';
  endpointZones: 'affected' | 'one' | 'all';
  endpointsInDnsHubs: boolean;
  ec2messages: 'auto' | 'always' | 'never';
  unknownEgress: 'report' | 'provision';
  /** `private`: a way to Systems Manager over public addresses is none that may stay. */
  path: 'any' | 'private';
  endpointPolicy: EndpointPolicySetting;
  /** Services that get endpoints besides those that agents need. */
  endpointServices: OptionalService[];
  enableVpcDns: boolean;
  prune: boolean;
  pruneAfterDays: number;
  maxMonthlyUsdPerVpc: number;
  instancesCount: boolean;
  namedInstances: number;
  resourceTags: Record<string, string>;
}

export interface Wave {
  name: string;
  accounts?: AccountId[];
  organizationalUnits?: string[];
  tags?: Record<string, string>;
  percentage?: number;
  soakSeconds: number;
}

export interface Waiver {
  code: string;
  account?: AccountId;
  organizationalUnit?: string;
  region?: Region;
  vpc?: string;
  instance?: string;
  tag?: string;
  ami?: string;
  owner: string;
  why: string;
  /** Last day (UTC) on which it counts: YYYY-MM-DD. */
  until: string;
}

/** A waiver as it was when the run ended; `daysLeft` is 0 on its last day, negative after it. */
export interface WaiverNotice extends Waiver {
  state: 'ENDED' | 'ABOUT_TO_END' | 'IN_FORCE';
  daysLeft: number;
}

export interface Configuration extends OverridableSettings {
  exclude: {
    accounts: AccountId[];
    organizationalUnits: string[];
    regions: Region[];
    tags: Record<string, string>;
  };
  managementAccount: 'assess' | 'enforce' | 'exclude';
  /** Key of the account tag that names the owner; null: the e-mail address does. */
  ownerTag: string | null;
  /** Whether accounts with findings are asked for their operations contact; stored configurations of 0.1 lack it. */
  operationsContact: boolean;
  memberRole: {
    reader: string;
    writer: string;
    externalId: string | null;
    /** Path of both roles. */
    path: string;
    /** Of both roles; as the boundary of the DHMC role. */
    permissionsBoundary: string | null;
    /** Tags of both roles. */
    tags: Record<string, string>;
    /** Whether the reader may also read what only `dhmc snapshot` asks for. */
    snapshots: boolean;
  };
  dhmcRole: {
    name: string;
    path: string;
    /** ARNs, or names with their path, which mean the policy of that name in each account. */
    extraPolicies: string[];
    /** Names of inline policies that may be there. */
    inlinePolicies: string[];
    /** As an extra policy. */
    permissionsBoundary: string | null;
  };
  restorableRoleArns: string[];
  /** Keys of our own mark on what enforce creates. */
  ownTags: OwnTags;
  maxMonthlyUsd: number;
  prices: Record<Region, { endpointAzHour?: number }>;
  /** Central endpoints by Region, for `endpoints: central`. */
  hubs: Record<Region, HubSettings>;
  waves: Wave[];
  maxFailurePercent: number;
  /** Accounts at once. */
  concurrency: number;
  settle: { passes: number; waitSeconds: number[] };
  waivers: Waiver[];
  freeze: { from: string; until: string }[];
  /** `record`: every instance of an account as a line among the artifacts. */
  fleet: 'off' | 'record';
  /** `members: on`: changes that others make in members start a run of that account. */
  events: { members: 'off' | 'on' };
  notifications: {
    topicArn: string | null;
    on: ('failed' | 'stopped' | 'regressed' | 'ready' | 'not-ready' | 'drift')[];
  };
  schedule: string;
  overrides: ConfigurationOverride[];
}
