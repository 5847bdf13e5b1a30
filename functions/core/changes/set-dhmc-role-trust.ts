import { conflict, notReversible } from '../rollback/conflict.ts';
import { json, text } from '../shape.ts';
import { type ChangeDefinition, ROLE_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    SetDhmcRoleTrust: {
      action: { roleName: string; trustPolicy: unknown };
      expected: { trustPolicy: unknown };
      inverse: 'SetDhmcRoleTrust';
    };
  }
}

export const setDhmcRoleTrust: ChangeDefinition<'SetDhmcRoleTrust'> = {
  ...ROLE_CHANGE,
  isPlanned: true,
  words: 'repair the trust policy of the DHMC role',
  action: { roleName: text, trustPolicy: json },
  expected: { trustPolicy: json },
  detail: ({ action: { roleName, trustPolicy } }) => ({ roleName, trustPolicy }),
  isMade: ({ action }, { role }) =>
    role.kind === 'failed'
      ? null
      : role.kind === 'value' &&
        JSON.stringify(role.value.trustPolicy) === JSON.stringify(action.trustPolicy),
  roleAfter: (role, { action: { trustPolicy } }) => role && { ...role, trustPolicy },
  rollback: {
    area: 'ROLE',
    step: (entry, role) => {
      const { action, inverse, runId } = entry;
      if (inverse?.kind !== 'SetDhmcRoleTrust' || inverse.trustPolicy === null) {
        return { finding: notReversible(entry) };
      }
      const now = JSON.stringify(role.trustPolicy);
      if (now === JSON.stringify(inverse.trustPolicy)) return { change: null, role };
      if (now !== JSON.stringify(action.trustPolicy)) {
        const sentence = `The trust policy of ${role.roleName} was changed after ${runId} set it; it is kept as it is.`;
        return { finding: conflict(role.arn, sentence) };
      }
      return {
        change: { action: inverse, expected: { trustPolicy: role.trustPolicy } },
        role: { ...role, trustPolicy: inverse.trustPolicy },
      };
    },
  },
};
