/** What one assessment is given, and the targets that it may enter. */
import type { AgentUpdatesJudgement } from './agent-updates.ts';
import type { AssociationsJudgement } from './associations.ts';
import type { Configuration } from './model/configuration.ts';
import type { AccountId, Region, Timestamp } from './model/primitives.ts';
import type { SettingJudgement } from './setting.ts';

export interface AssessmentContext {
  /** The run's id where changes are made; a constant where they are only shown, so that results stay alike. */
  changeSeed: string;
  /** Overrides for this account applied. */
  configuration: Configuration;
  partition: string;
  /** Targets of the run in this account. */
  regions: Region[];
  now: Date;
  /** Since when the account is below its present parent, as far as earlier runs saw. */
  organizationPathSince: Timestamp | null;
  /** Whether this rollout covers another account, the owner of a shared VPC. */
  inScope: (accountId: AccountId) => boolean;
  /** VPCs whose endpoints no longer fit `maxMonthlyUsd`. */
  refusedVpcs: ReadonlySet<string>;
  /** VPCs with endpoints of ours move to the hub of their Region. */
  migrateCentral?: boolean | undefined;
}

/** A target whose setting could be read. */
export interface OpenTarget {
  region: Region;
  observed: string;
  judgement: SettingJudgement;
  associations: AssociationsJudgement;
  agentUpdates: AgentUpdatesJudgement;
}
