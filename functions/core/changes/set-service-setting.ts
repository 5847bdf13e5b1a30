import { text } from '../shape.ts';
import { type ChangeDefinition, SETTING_CHANGE, settingOf } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    SetServiceSetting: {
      action: { value: string };
      expected: { value: string };
      inverse: 'ResetServiceSetting' | 'SetServiceSetting';
    };
  }
}

export const setServiceSetting: ChangeDefinition<'SetServiceSetting'> = {
  ...SETTING_CHANGE,
  isPlanned: true,
  words: 'set the service setting',
  action: { value: text },
  expected: { value: text },
  detail: ({ action: { value }, expected, associations }) => ({
    value,
    previousValue: expected.value,
    ...(associations ? { associations } : {}),
  }),
  isMade: ({ action, runId }, live) => {
    const seen = settingOf(live);
    if (seen === null) return null;
    // The session's name is the run's id, so LastModifiedUser separates our write from another's.
    const byUs = seen.lastModifiedUser === null || seen.lastModifiedUser.endsWith(`/${runId}`);
    return seen.value === action.value && byUs;
  },
  isThere: ({ value }, live) => settingOf(live)?.value === value,
  rollback: { area: 'SETTING', left: ({ value }) => value },
};
