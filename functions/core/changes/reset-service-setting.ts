import { isUnset } from '../setting.ts';
import { text } from '../shape.ts';
import { type ChangeDefinition, SETTING_CHANGE, settingOf } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    ResetServiceSetting: {
      action: object;
      expected: { value: string };
      inverse: never;
    };
  }
}

export const resetServiceSetting: ChangeDefinition<'ResetServiceSetting'> = {
  ...SETTING_CHANGE,
  isPlanned: false,
  words: 'reset the service setting',
  action: {},
  expected: { value: text },
  detail: () => ({ value: null }),
  isMade: (_entry, live) => {
    const seen = settingOf(live);
    return seen && isUnset(seen.value);
  },
  isThere: null,
  rollback: null,
};
