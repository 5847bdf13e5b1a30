import { setServiceSetting as write } from '../../aws/ssm-writer.ts';
import type { DriverOf } from './driver.ts';
import { isUnknownRole, settingDriver } from './setting.ts';

export const setServiceSetting: DriverOf<'SetServiceSetting'> = (change, context) => {
  const { value } = change.action;
  return settingDriver(context, change, {
    isDone: (now) => now === value,
    write: () => write(context.writer, change.region ?? '', value),
    waitAfter: (failure) =>
      isUnknownRole(failure) && context.roleIsFresh() ? context.propagationWait() : null,
  });
};
