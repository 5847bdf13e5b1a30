/**
 * A varied organization of any size. Compact: an account's file holds only what differs from the state that
 * accounts have from the start; the management account's lists every Region.
 */
import type { AccountFile, Snapshot } from '../contract.ts';
import {
  addAccount,
  addDenial,
  addUnit,
  attachPolicy,
  type Draft,
  regionDenial,
  startOrganization,
} from './frame.ts';
import { addDhmcRole, addMemberRoles, addRole, DHMC_POLICY } from './iam.ts';
import { addNetwork } from './network.ts';
import { makeRandom, type Random } from './random.ts';
import { DHMC_VALUE, regionOf, setSetting, withoutDhmc } from './region.ts';
import { isOptIn, REGIONS } from './region-names.ts';

export interface MakeOptions {
  /** Management and operator account included: 2 to 50,000. */
  accounts: number;
  /** 1 to REGIONS.length. */
  regions: number;
  seed: number;
}

/** What every account of one organization is made from. */
interface Plan {
  draft: Draft;
  random: Random;
  regions: string[];
  /** The one Region, if any, that has no DHMC. */
  withoutDhmc: string | undefined;
  units: [string, ...string[]];
  denials: [string, ...string[]];
}

/** The same options make the same organization. Throws RangeError for numbers out of range. */
export function makeOrganization({ accounts, regions, seed }: MakeOptions): Snapshot {
  requireWhole('accounts', accounts, 2, 50_000);
  requireWhole('regions', regions, 1, REGIONS.length);
  requireWhole('seed', seed, 0, 2 ** 32 - 1);
  const draft = startOrganization(accountIdAt(0), accountIdAt(1));
  const random = makeRandom(seed);
  const names = REGIONS.slice(0, regions);
  const plan: Plan = {
    draft,
    random,
    regions: names,
    withoutDhmc: names.filter(isOptIn).at(-1),
    units: addUnits(draft, random, accounts),
    denials: addDenials(draft, names[0] ?? REGIONS[0]),
  };
  addCentralAccounts(plan);
  for (let index = 2; index < accounts; index += 1) addMember(plan, index);
  return draft.snapshot;
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

function accountIdAt(index: number): string {
  return String(300_000_000_001 + index);
}

/** Three levels: some tens of units for thousands of accounts, nine for a handful. */
function addUnits(draft: Draft, random: Random, accounts: number): [string, ...string[]] {
  const units: string[] = [];
  const top = ['Core', 'Workloads', 'Sandbox'];
  for (const name of top) {
    const id = addUnit(draft, name);
    units.push(id);
    const below = Math.min(12, 1 + Math.ceil(accounts / 500));
    for (let index = 1; index <= below; index += 1) {
      const team = addUnit(draft, `${name}-team-${index}`, id);
      units.push(team);
      if (random.chance(0.5)) units.push(addUnit(draft, `${name}-team-${index}-prod`, team));
    }
  }
  return units as [string, ...string[]];
}

function addDenials(draft: Draft, region: string): [string, ...string[]] {
  return [
    addDenial(draft, 'OneRegion', regionDenial([region], ['account:*'])),
    addDenial(draft, 'OneRegionForgetsAccount', regionDenial([region], [])),
    addDenial(draft, 'NoSsmReads', { Action: ['ssm:Get*', 'ssm:Describe*', 'ssm:List*'] }),
    addDenial(draft, 'NoNewRoles', { Action: 'iam:CreateRole' }),
  ];
}

/** The management account lists every Region, so that the twin has them all. */
function addCentralAccounts({ draft, regions, withoutDhmc: lacking, units }: Plan): void {
  const management = addAccount(draft, { id: draft.managementId, name: 'management' });
  for (const region of regions) regionOf(management, region);
  if (lacking) withoutDhmc(management, lacking);
  const operator = addAccount(draft, { id: draft.operatorId, name: 'operator', parentId: units[0] });
  for (const account of [management, operator]) {
    addMemberRoles(account, { operatorId: draft.operatorId, privilege: 'least' });
  }
}

function addMember(plan: Plan, index: number): void {
  const { draft, random } = plan;
  const id = accountIdAt(index);
  const fresh = random.chance(0.01);
  const account = addAccount(draft, {
    id,
    name: `team-${String(index).padStart(5, '0')}`,
    parentId: random.pick(plan.units),
    state: random.weighted({
      ACTIVE: 940,
      SUSPENDED: 30,
      CLOSED: 10,
      PENDING_CLOSURE: 10,
      PENDING_ACTIVATION: 10,
    }),
    ...(fresh ? { joinedAt: `2026-11-19T${10 + random.below(13)}:15:00+00:00` } : {}),
  });
  if (random.chance(0.06)) attachPolicy(draft, random.pick(plan.denials), id);
  if (fresh) return;
  addEntry(plan, account);
  const regions = chooseRegions(plan, account);
  addHostManagement(plan, account, regions);
}

/** The roles by which the service enters; some accounts have none, some that it can't use. */
function addEntry({ draft, random }: Plan, account: AccountFile): void {
  const { operatorId } = draft;
  const entry = random.weighted({ administrator: 66, least: 30, none: 3, externalId: 1 });
  if (entry === 'none') return;
  addMemberRoles(account, {
    operatorId,
    privilege: entry === 'least' ? 'least' : 'administrator',
    ...(entry === 'externalId' ? { externalId: 'another-tool' } : {}),
  });
}

/** Opts in to some Regions; returns those that the account has. */
function chooseRegions({ random, regions, withoutDhmc: lacking }: Plan, account: AccountFile): string[] {
  return regions.filter((region) => {
    if (!isOptIn(region)) return true;
    const status = random.weighted({ DISABLED: 80, ENABLED: 16, ENABLING: 3, DISABLING: 1 });
    if (status === 'DISABLED') return false;
    regionOf(account, region).RegionOptStatus = status;
    if (region === lacking) withoutDhmc(account, region);
    return status === 'ENABLED' && region !== lacking;
  });
}

/** DHMC role and settings as earlier work left them. */
function addHostManagement({ random }: Plan, account: AccountFile, regions: string[]): void {
  const role = addSomeDhmcRole(random, account);
  const value = chooseSetting(random, account, role);
  const set = value === undefined ? [] : regions.filter(() => random.chance(0.85));
  for (const region of set) setSetting(account, region, value ?? '');
  if (random.chance(0.06))
    addSomeNetwork(random, account, random.pick(regions as [string, ...string[]]), set);
}

type RoleState = 'sound' | 'unsound' | 'missing';

function addSomeDhmcRole(random: Random, account: AccountFile): RoleState {
  const ours = random.chance(0.5);
  switch (random.weighted({ missing: 55, sound: 27, trust: 6, policy: 6, privileged: 6 })) {
    case 'missing':
      return 'missing';
    case 'sound':
      addDhmcRole(account, { ours });
      return 'sound';
    case 'trust':
      addDhmcRole(account, { ours, trusts: 'ec2.amazonaws.com' });
      return 'unsound';
    case 'policy':
      addDhmcRole(account, { ours, managed: [] });
      return 'unsound';
    case 'privileged':
      addDhmcRole(account, { ours, managed: [DHMC_POLICY, 'AdministratorAccess'] });
      return 'unsound';
  }
}

/** Value of the account's settings; undefined where none is set. */
function chooseSetting(random: Random, account: AccountFile, role: RoleState): string | undefined {
  const ssm = { Service: 'ssm.amazonaws.com' };
  const weights = { unset: 60, ours: role === 'sound' ? 80 : 4, sound: 6, missing: 3, unfit: 3 };
  switch (random.weighted(weights)) {
    case 'unset':
      return undefined;
    case 'ours':
      return DHMC_VALUE;
    case 'sound':
      addRole(account, { name: 'CustomSsm', path: '/ops/', trust: ssm, managed: [DHMC_POLICY] });
      return 'ops/CustomSsm';
    case 'missing':
      return 'ops/DeletedSsm';
    case 'unfit':
      addRole(account, { name: 'EmptySsm', path: '/ops/', trust: ssm });
      return 'ops/EmptySsm';
  }
}

/** Instances are online where the Region's setting is in place and there is a default route. */
function addSomeNetwork(random: Random, account: AccountFile, region: string, set: string[]): void {
  const shape = random.pick(['nat', 'public', 'isolated'] as const);
  const managed = set.includes(region) && shape !== 'isolated';
  const instances = Array.from({ length: 1 + random.below(4) }, (_, index) => {
    const running = random.chance(0.85);
    return {
      name: `app-${index + 1}`,
      running,
      online: running && managed && random.chance(0.9),
      windows: random.chance(0.2),
    };
  });
  addNetwork(account, region, { shape, name: 'main', octet: random.below(200), instances });
}
