/** What a plan changes, what stays as it is and why, and what endpoints would cost: for the terminal and for Markdown. */
import { changeDetail } from '../../functions/core/changes/changes.ts';
import type { RunResult, TargetResult } from '../../functions/core/model/result.ts';
import { type CentralPrice, centralPrice } from '../../functions/core/network/central-price.ts';
import type { SpokeResult } from '../../functions/core/network/hub-facts.ts';
import { NOTES, REASONS, type ReasonCode, reasonOf } from '../../functions/core/reasons.ts';
import { leadingCodes } from '../../functions/core/root-causes.ts';
import { statusOf } from '../../functions/core/status.ts';
import type { PlanFile } from '../../functions/inputs/plan-file.ts';
import { type ChangeRow, changesOf } from '../terminal/rows.ts';

export interface CodeCount {
  code: string;
  targets: number;
  accounts: number;
}

/** A VPC that has no path, and that the plan gives none. */
export interface UnreachableVpc {
  accountId: string;
  region: string;
  vpcId: string;
  /** Endpoints that `endpoints: provision` would make there, with their zones; null where it could not. */
  proposal: { services: string[]; endpointZones: number; monthlyUsd: number } | null;
}

export interface PlanOutlook {
  rows: ChangeRow[];
  /** Changes of the management account where it is only assessed. */
  assessedOnly: number;
  compliant: number;
  /** Targets that are to be covered. */
  covered: number;
  /** Targets that are not compliant after the plan either. */
  remaining: number;
  /** Root causes that count against them, counted as an assess counts them. */
  causes: CodeCount[];
  /** Reasons for skipping, and notes. */
  besides: CodeCount[];
  vpcs: UnreachableVpc[];
  /** Prices of central and own endpoints in each Region whose VPCs were held against a hub. */
  regions: RegionPrice[];
}

export interface RegionPrice extends CentralPrice {
  region: string;
  /** VPCs by their relation to the hub. */
  states: Record<SpokeResult['state'], number>;
  /** While a VPC moves by hosted zones, a needed name is unreachable for so long at most; 0 where none does. */
  windowSeconds: number;
}

/** @param ids the changes that enforce would make; null: all that the result has as planned */
export function outlookOf(run: RunResult, ids: ReadonlySet<string> | null): PlanOutlook {
  const planned = changesOf(run).filter(({ outcome }) => outcome === 'PLANNED');
  const rows = planned.filter(({ id }) => ids?.has(id) ?? true);
  const resolved = createResolver(rows);
  const causes = createCounts();
  const besides = createCounts();
  let remaining = 0;
  for (const target of run.targets) {
    const leading = leadingCodes(target).filter((code) => !resolved(target, code));
    const counting = leading.filter(isCause);
    if (counting.length > 0) remaining += 1;
    for (const code of counting) causes.add(code, target.accountId);
    for (const code of new Set([...leading, ...target.notes])) {
      if (!counting.includes(code)) besides.add(code, target.accountId);
    }
  }
  const { coverage } = run;
  return {
    rows,
    assessedOnly: planned.length - rows.length,
    compliant: coverage.compliant,
    covered: coverage.targets - coverage.skipped,
    remaining,
    causes: causes.ranked(),
    besides: besides.ranked(),
    vpcs: unreachable(run, resolved),
    regions: regionPrices(run),
  };
}

/** VPCs that cannot use the hub count for neither. */
function regionPrices({ targets }: RunResult): RegionPrice[] {
  const spokes = targets.flatMap(({ region, vpcs }) =>
    vpcs.flatMap(({ spoke }) => (spoke ? [{ ...spoke, region }] : [])),
  );
  return [...Map.groupBy(spokes, ({ region }) => region)]
    .map(([region, all]) => {
      const states = { USES: 0, PLANNED: 0, BLOCKED: 0, DEARER: 0, OWN: 0 };
      for (const { state } of all) states[state] += 1;
      const windowSeconds = Math.max(0, ...all.map((spoke) => spoke.windowSeconds ?? 0));
      return {
        region,
        states,
        windowSeconds,
        ...centralPrice(all.filter(({ state }) => state !== 'BLOCKED')),
      };
    })
    .sort((a, b) => a.region.localeCompare(b.region));
}

/** Rows of a plan's file, whose run may be gone. */
export function rowsOfFile({ changes }: PlanFile): ChangeRow[] {
  return changes.map((change) => ({
    id: change.id,
    accountId: change.accountId,
    region: change.region,
    kind: change.kind,
    resource: change.resource,
    outcome: 'PLANNED',
    error: null,
    monthlyCostUsd: change.monthlyCostUsd,
    detail: {
      ...changeDetail({ action: change.action, expected: change.expected } as never),
      ...(change.vpcId === null ? {} : { vpcId: change.vpcId }),
    },
  }));
}

/** Of the codes that lead: a note is one only where a reason follows from it. */
const isCause = (code: string): boolean => Object.hasOwn(NOTES, code) || countsAgainst(code);

const isReason = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);
const countsAgainst = (code: string): boolean => isReason(code) && statusOf(code) !== 'SKIPPED';

type Resolver = (target: TargetResult, code: string) => boolean;

/** Whether the plan resolves a code there: by a change of the role, of the setting, or of the very VPC. */
function createResolver(rows: readonly ChangeRow[]): Resolver {
  const roles = new Set(rows.filter(({ region }) => region === null).map(({ accountId }) => accountId));
  const place = (accountId: string, region: string) => `${accountId} ${region}`;
  const settings = new Set(
    rows
      .filter(({ kind }) => kind === 'SetServiceSetting')
      .map(({ accountId, region }) => place(accountId, region ?? '')),
  );
  const vpcs = new Set(
    rows
      .filter(({ region, kind }) => region !== null && kind !== 'SetServiceSetting')
      .map(({ accountId, region, resource, detail }) => {
        return `${place(accountId, region ?? '')} ${String(detail.vpcId ?? resource.split('/')[0])}`;
      }),
  );
  const resolves = (target: TargetResult, code: string): boolean => {
    const { accountId, region, findings } = target;
    if (!reasonOf(code)?.resolvedByPlan) return false;
    if (code.startsWith('DHMC_ROLE_')) return roles.has(accountId);
    if (code.startsWith('SETTING_')) return settings.has(place(accountId, region));
    if (code === 'INSTANCE_UNMANAGED') {
      const others = leadingCodes(target).filter((other) => other !== code && countsAgainst(other));
      return others.length > 0 && others.every((other) => resolves(target, other));
    }
    const subjects = findings.filter((finding) => finding.code === code).map(({ subject }) => subject);
    return (
      subjects.length > 0 && subjects.every((subject) => vpcs.has(`${place(accountId, region)} ${subject}`))
    );
  };
  return resolves;
}

function unreachable(run: RunResult, resolved: Resolver): UnreachableVpc[] {
  return run.targets.flatMap((target) => {
    const { accountId, region, vpcs } = target;
    const lacks = ({ reasons, ownerId }: TargetResult['vpcs'][number]) =>
      ownerId === accountId && reasons.includes('NO_PATH_TO_SSM');
    if (!vpcs.some(lacks) || resolved(target, 'NO_PATH_TO_SSM')) return [];
    return vpcs
      .filter(lacks)
      .map(({ vpcId, proposal }) => ({ accountId, region, vpcId, proposal: proposal ?? null }));
  });
}

function createCounts() {
  const found = new Map<string, { targets: number; accounts: Set<string> }>();
  return {
    add(code: string, accountId: string): void {
      const entry = found.get(code) ?? { targets: 0, accounts: new Set() };
      entry.targets += 1;
      entry.accounts.add(accountId);
      found.set(code, entry);
    },
    ranked: (): CodeCount[] =>
      [...found]
        .map(([code, { targets, accounts }]) => ({ code, targets, accounts: accounts.size }))
        .sort((a, b) => b.targets - a.targets || a.code.localeCompare(b.code)),
  };
}
