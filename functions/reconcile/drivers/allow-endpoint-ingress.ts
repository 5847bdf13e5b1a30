import type { SecurityGroupFacts } from '../../core/network/facts.ts';
import { admits443 } from '../../core/network/live-state.ts';
import type { DriverOf } from './driver.ts';
import { driverOf } from './driver.ts';
import { networkAccess } from './network.ts';

export const allowEndpointIngress: DriverOf<'AllowEndpointIngress'> = (change, context) => {
  const { group: reference, cidrs } = change.action;
  const { writer, group, idOf, waitAfter } = networkAccess(change, context);
  const groupId = idOf(reference);
  let lacking = cidrs;
  return driverOf<SecurityGroupFacts[]>({
    readLive: () => group(groupId),
    absent: [],
    isExpected: ([found]) => {
      lacking = found ? cidrs.filter((cidr) => !admits443(found, cidr)) : [];
      return lacking.length > 0;
    },
    isDone: ([found]) => found !== undefined && cidrs.every((cidr) => admits443(found, cidr)),
    write: () => writer.allowHttps(groupId ?? '', lacking),
    waitAfter,
  });
};
