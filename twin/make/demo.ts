/** The organization of `dhmc demo`: every case of docs/spec/decisions.md, "Scope", "DHMC role", "Service setting", with the default configuration. */
import type { Piece, Snapshot } from '../contract.ts';
import { DEMO_CASES, DEMO_REGIONS, type DemoCase, type Denial, type Unit } from './demo-cases.ts';
import {
  addAccount,
  addDenial,
  addUnit,
  attachPolicy,
  type Draft,
  regionDenial,
  startOrganization,
} from './frame.ts';
import { addMemberRoles } from './iam.ts';
import { makeAccountId } from './ids.ts';
import { regionOf } from './region.ts';

const DENIALS: Record<Denial, { name: string; statement: Piece }> = {
  region: { name: 'OnlyTokyo', statement: regionDenial(['ap-northeast-1'], ['account:*']) },
  'region-forgets-account': {
    name: 'OnlyTokyoForgetsAccount',
    statement: regionDenial(['ap-northeast-1'], []),
  },
  'ssm-reads': {
    name: 'NoSsmReads',
    statement: { Action: ['ssm:Get*', 'ssm:Describe*', 'ssm:List*'] },
  },
  'create-role': { name: 'NoNewRoles', statement: { Action: 'iam:CreateRole' } },
  'setting-writes': { name: 'NoSettingWrites', statement: { Action: 'ssm:UpdateServiceSetting' } },
};

/** Which account of the demo organization shows what. */
export const demoCases: { accountId: string; name: string; case: string }[] = DEMO_CASES.map(
  (each, index) => ({
    accountId: accountIdAt(index),
    name: each.name,
    case: each.case,
  }),
);

function accountIdAt(index: number): string {
  return makeAccountId('demo', String(index));
}

/** About 60 accounts in 5 organizational units and 4 Regions; always the same. */
export function makeDemoOrganization(): Snapshot {
  const operatorId = accountIdAt(DEMO_CASES.findIndex((each) => each.name === 'operator'));
  const draft = startOrganization(accountIdAt(0), operatorId);
  const units = addUnits(draft);
  const denials = new Map(
    Object.entries(DENIALS).map(([key, { name, statement }]) => [key, addDenial(draft, name, statement)]),
  );
  for (const [index, each] of DEMO_CASES.entries()) {
    const id = accountIdAt(index);
    makeAccount(draft, each, id, units[each.unit]);
    const policyId = denials.get(each.denial ?? '');
    if (policyId) attachPolicy(draft, policyId, id);
  }
  return draft.snapshot;
}

function addUnits(draft: Draft): Record<Unit, string | undefined> {
  const core = addUnit(draft, 'Core');
  const workloads = addUnit(draft, 'Workloads');
  const prod = addUnit(draft, 'Prod', workloads);
  const test = addUnit(draft, 'Test', workloads);
  return { root: undefined, core, workloads, prod, test, sandbox: addUnit(draft, 'Sandbox') };
}

function makeAccount(draft: Draft, each: DemoCase, id: string, parentId: string | undefined): void {
  const { name, state, joinedAt, memberRoles } = each;
  const account = addAccount(draft, {
    id,
    name,
    ...(parentId === undefined ? {} : { parentId }),
    ...(state === undefined ? {} : { state }),
    ...(joinedAt === undefined ? {} : { joinedAt }),
  });
  for (const region of DEMO_REGIONS) regionOf(account, region);
  if (memberRoles === undefined) {
    // a quick start's roles in sandboxes, the least that is needed elsewhere
    const privilege = each.unit === 'sandbox' ? 'administrator' : 'least';
    addMemberRoles(account, { operatorId: draft.operatorId, privilege });
  } else if (memberRoles !== 'none') memberRoles(account, draft.operatorId);
  each.make?.(account);
}
