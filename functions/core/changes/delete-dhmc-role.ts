import { text } from '../shape.ts';
import { type ChangeDefinition, ROLE_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    DeleteDhmcRole: {
      action: { roleName: string };
      expected: {
        /** Deleting needs the tag besides the journal, by which the plan chose it. */ changeTag: string;
      };
      inverse: never;
    };
  }
}

export const deleteDhmcRole: ChangeDefinition<'DeleteDhmcRole'> = {
  ...ROLE_CHANGE,
  isPlanned: false,
  words: 'delete the DHMC role',
  action: { roleName: text },
  expected: { changeTag: text },
  detail: ({ action: { roleName } }) => ({ roleName }),
  isMade: (_entry, { role }) => (role.kind === 'failed' ? null : role.kind === 'absent'),
  roleAfter: () => null,
  rollback: null,
};
