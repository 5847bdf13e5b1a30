import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, ROLE_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    AttachDhmcRolePolicy: {
      action: { roleName: string; policyArn: string };
      expected: { attached: false };
      inverse: 'DetachDhmcRolePolicy';
    };
  }
}

export const attachDhmcRolePolicy: ChangeDefinition<'AttachDhmcRolePolicy'> = {
  ...ROLE_CHANGE,
  isPlanned: true,
  words: 'attach a policy to the DHMC role',
  action: { roleName: text, policyArn: text },
  expected: { attached: exactly(false) },
  detail: ({ action: { roleName, policyArn } }) => ({ roleName, policyArn }),
  isMade: ({ action }, { role }) =>
    role.kind === 'failed'
      ? null
      : role.kind === 'value' && role.value.attachedPolicyArns.includes(action.policyArn),
  roleAfter: (role, { action: { policyArn } }) =>
    role && { ...role, attachedPolicyArns: [...role.attachedPolicyArns, policyArn].sort() },
  rollback: {
    area: 'ROLE',
    step: ({ action: { policyArn } }, role) => {
      const { roleName } = role;
      if (!role.attachedPolicyArns.includes(policyArn)) return { change: null, role };
      return {
        change: {
          action: { kind: 'DetachDhmcRolePolicy', roleName, policyArn },
          expected: { attached: true },
        },
        role: { ...role, attachedPolicyArns: role.attachedPolicyArns.filter((one) => one !== policyArn) },
      };
    },
  },
};
