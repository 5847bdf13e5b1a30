import { resetServiceSetting as write } from '../../aws/ssm-writer.ts';
import { isUnset } from '../../core/setting.ts';
import type { DriverOf } from './driver.ts';
import { settingDriver } from './setting.ts';

export const resetServiceSetting: DriverOf<'ResetServiceSetting'> = (change, context) =>
  settingDriver(context, change, {
    isDone: isUnset,
    write: () => write(context.writer, change.region ?? ''),
  });
