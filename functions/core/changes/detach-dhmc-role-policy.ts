import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, ROLE_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    DetachDhmcRolePolicy: {
      action: { roleName: string; policyArn: string };
      expected: { attached: true };
      inverse: never;
    };
  }
}

export const detachDhmcRolePolicy: ChangeDefinition<'DetachDhmcRolePolicy'> = {
  ...ROLE_CHANGE,
  isPlanned: false,
  words: 'detach a policy from the DHMC role',
  action: { roleName: text, policyArn: text },
  expected: { attached: exactly(true) },
  detail: ({ action: { roleName, policyArn } }) => ({ roleName, policyArn }),
  isMade: ({ action }, { role }) =>
    role.kind === 'failed'
      ? null
      : role.kind === 'absent' || !role.value.attachedPolicyArns.includes(action.policyArn),
  roleAfter: (role, { action: { policyArn } }) =>
    role && { ...role, attachedPolicyArns: role.attachedPolicyArns.filter((one) => one !== policyArn) },
  rollback: null,
};
