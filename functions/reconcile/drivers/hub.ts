import { readHubHolding } from '../../aws/hub-holding-reader.ts';
import { createHubWriter, type HubWriter } from '../../aws/hub-writer.ts';
import type { ChangeOf } from '../../core/model/change.ts';
import type { Failure } from '../../core/model/reads.ts';
import type { HubHolding } from '../../core/network/hub-facts.ts';
import type { ChangeDriver, DriverContext } from './driver.ts';
import { driverOf } from './driver.ts';

type HubChange = ChangeOf<
  | 'CreateHubProfile'
  | 'DeleteHubProfile'
  | 'AddHubEndpoint'
  | 'RemoveHubEndpoint'
  | 'ShareHubProfile'
  | 'UnshareHubProfile'
>;

const NOTHING: HubHolding = { profile: null, resourceArns: [], users: [], shareArn: null };

/** A change of a hub: `is` is the state that it leads to, its opposite the one that the plan saw. */
export function hubDriver(
  { action, region }: HubChange,
  context: DriverContext,
  is: (holding: HubHolding) => boolean,
  write: (writer: HubWriter, holding: HubHolding) => Promise<Failure | null>,
): ChangeDriver {
  let seen = NOTHING;
  return driverOf<HubHolding>({
    readLive: async () => {
      const read = await readHubHolding(context.reader, region ?? '', action.vpcId);
      if (read.kind === 'value') seen = read.value;
      return read;
    },
    absent: NOTHING,
    isExpected: (holding) => !is(holding),
    isDone: is,
    write: () => write(createHubWriter(context.writer, region ?? ''), seen),
    waitAfter: (failure) => (failure.kind === 'THROTTLED' ? context.throttleWait() : null),
  });
}
