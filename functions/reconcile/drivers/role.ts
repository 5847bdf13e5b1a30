import { readRole } from '../../aws/iam-reader.ts';
import type { RoleObservation } from '../../core/model/observation.ts';
import { type ChangeDriver, type DriverContext, type DriverParts, driverOf } from './driver.ts';

/** A driver whose live state is the role, or null where it does not exist. */
export function roleDriver(
  { reader }: DriverContext,
  roleName: string,
  parts: Pick<DriverParts<RoleObservation | null>, 'isExpected' | 'isDone' | 'write'>,
): ChangeDriver {
  return driverOf<RoleObservation | null>({
    ...parts,
    readLive: () => readRole(reader, roleName),
    absent: null,
  });
}
