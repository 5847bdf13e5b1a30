/**
 * The organization of the long proofs: made by seed, and in each third account or so something that a switch
 * is for: VPCs without egress, DNS attributes off, roles and settings as another team left them.
 */
import type { Configuration } from '../functions/core/model/configuration.ts';
import { EVERYTHING, letPassEveryRole } from '../test/reconcile/everything.ts';
import type { AccountFile, Piece, Snapshot } from '../twin/contract.ts';
import { addNetwork } from '../twin/make/network.ts';
import { makeRandom, type Random } from '../twin/make/random.ts';
import { makeOrganization } from '../twin/make/varied.ts';

export interface LargeOptions {
  accounts: number;
  regions: number;
  seed: number;
}

/** Every switch on, the management account included, and no budget in the way. */
export const ALL_SWITCHES: Partial<Configuration> = {
  ...EVERYTHING,
  managementAccount: 'enforce',
  maxMonthlyUsd: 1_000_000,
  maxMonthlyUsdPerVpc: 10_000,
  settle: { passes: 4, waitSeconds: [150, 150, 300, 600] },
};

export function makeLargeOrganization({ accounts, regions, seed }: LargeOptions): Snapshot {
  const snapshot = letPassEveryRole(makeOrganization({ accounts, regions, seed }));
  const names = Object.keys(
    snapshot.accounts.get(snapshot.organization.Organization.MasterAccountId)?.Regions ?? {},
  );
  const random = makeRandom(seed + 1);
  for (const account of snapshot.accounts.values()) {
    if (random.chance(0.25)) addIsolatedNetwork(random, account, random.pick(names as [string, ...string[]]));
  }
  return snapshot;
}

/** Every second one has its DNS host names off, every fourth DNS altogether. */
function addIsolatedNetwork(random: Random, account: AccountFile, region: string): void {
  const instances = Array.from({ length: 1 + random.below(3) }, (_, index) => ({
    name: `idle-${index + 1}`,
    running: true,
  }));
  const present = new Set(Object.keys(account.Regions[region]?.Ec2.VpcAttributes ?? {}));
  addNetwork(account, region, {
    shape: 'isolated',
    name: 'closed',
    octet: 210 + random.below(20),
    instances,
  });
  const attributes: Record<string, Piece> = account.Regions[region]?.Ec2.VpcAttributes ?? {};
  for (const [vpcId, each] of Object.entries(attributes)) {
    if (present.has(vpcId)) continue;
    const dice = random.below(4);
    Object.assign(each, { EnableDnsHostnames: dice > 1, EnableDnsSupport: dice > 0 });
  }
}
