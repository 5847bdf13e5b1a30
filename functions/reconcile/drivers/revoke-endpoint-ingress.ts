import type { SecurityGroupFacts } from '../../core/network/facts.ts';
import { admits443 } from '../../core/network/live-state.ts';
import type { DriverOf } from './driver.ts';
import { driverOf } from './driver.ts';
import { networkAccess } from './network.ts';

export const revokeEndpointIngress: DriverOf<'RevokeEndpointIngress'> = (change, context) => {
  const { group: reference, cidrs } = change.action;
  const { writer, group, idOf, waitAfter } = networkAccess(change, context);
  const groupId = idOf(reference);
  let allowed: string[] = [];
  return driverOf<SecurityGroupFacts[]>({
    readLive: () => group(groupId),
    absent: [],
    isExpected: ([found]) => {
      allowed = found ? cidrs.filter((cidr) => admits443(found, cidr)) : [];
      return allowed.length > 0;
    },
    isDone: ([found]) => !found || !cidrs.some((cidr) => admits443(found, cidr)),
    write: () => writer.revokeHttps(groupId ?? '', allowed),
    waitAfter,
  });
};
