/** What this account, as a participant of shared VPCs, records for their owners and withdraws. */
import type { Clock } from '../platform/clock.ts';
import type { AccountState, Store } from '../store/contract.ts';
import type { Look } from './look.ts';

type SharedNeeds = NonNullable<AccountState['sharedNeeds']>;

export interface NeedsContext {
  run: { runId: string };
  previous: AccountState | null;
  dependencies: { store: Store; clock: Clock };
}

/**
 * Each need is written under the owner's key, at once, so that the owner's pass finds it. A need is kept
 * while instances of this account are in the VPC: that they are Online may be the owner's endpoints' doing.
 */
export async function recordNeeds(
  { run, previous, dependencies: { store, clock } }: NeedsContext,
  { assessment: { targets, account }, context: { inScope }, observed: { observation } }: Look,
): Promise<SharedNeeds> {
  const { accountId } = account;
  const recorded: SharedNeeds = [];
  for (const { region, needs } of targets) {
    for (const { ownerId, ...need } of needs.filter((one) => inScope(one.ownerId))) {
      const at = clock.now().toISOString();
      const writtenAt = await store.putNeed(ownerId, { ...need, region, runId: run.runId, writtenAt: at });
      recorded.push({ ownerId, vpcId: need.vpcId, region, writtenAt });
    }
  }
  for (const known of previous?.sharedNeeds ?? []) {
    if (recorded.some(({ vpcId, region }) => vpcId === known.vpcId && region === known.region)) continue;
    const seen = observation.regions.find(({ region }) => region === known.region);
    const left = seen?.instances?.kind === 'value' && !seen.instancesByVpc[known.vpcId];
    if (left) await store.removeNeed(known.ownerId, known.vpcId, accountId);
    else recorded.push(known);
  }
  return recorded;
}
