import { readServiceSetting } from '../../aws/ssm-reader.ts';
import type { ExpectedOf } from '../../core/model/change.ts';
import type { Failure } from '../../core/model/reads.ts';
import { isUnset } from '../../core/setting.ts';
import { type ChangeDriver, type DriverContext, type DriverParts, driverOf } from './driver.ts';

/** A driver whose live state is the value of the service setting in a Region. */
export function settingDriver(
  { reader, sawSetting }: DriverContext,
  { region, expected }: { region: string | null; expected: ExpectedOf<'SetServiceSetting'> },
  parts: Pick<DriverParts<string>, 'isDone' | 'write' | 'waitAfter'>,
): ChangeDriver {
  const place = region ?? '';
  return driverOf<string>({
    ...parts,
    readLive: async () => {
      const answer = await readServiceSetting(reader, place);
      if (answer.kind !== 'value') return answer;
      sawSetting(place, answer.value.value);
      return { kind: 'value', value: answer.value.value };
    },
    absent: '',
    isExpected: (now) => now === expected.value || (isUnset(now) && isUnset(expected.value)),
  });
}

/**
 * The refusal of a role that Systems Manager cannot use (yet). Its exact words for a service setting are
 * not documented; the nearest known are "Nonexistent role or missing ssm service principal in trust policy"
 * (terraform-provider-aws issue 30441). Any ValidationException that speaks of a role counts.
 */
export function isUnknownRole(failure: Failure): boolean {
  return failure.kind === 'INVALID' && /\brole\b|trust/i.test(failure.message);
}
