import { conflict } from '../rollback/conflict.ts';
import { exactly, json, nullable, text } from '../shape.ts';
import { CHANGE_TAG, MANAGED_TAG } from '../tags.ts';
import { type ChangeDefinition, ROLE_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    CreateDhmcRole: {
      action: {
        roleName: string;
        path: string;
        trustPolicy: unknown;
        permissionsBoundaryArn: string | null;
        description: string;
      };
      expected: { exists: false };
      inverse: 'DeleteDhmcRole';
    };
  }
}

export const createDhmcRole: ChangeDefinition<'CreateDhmcRole'> = {
  ...ROLE_CHANGE,
  isPlanned: true,
  words: 'create the DHMC role',
  action: {
    roleName: text,
    path: text,
    trustPolicy: json,
    permissionsBoundaryArn: nullable(text),
    description: text,
  },
  expected: { exists: exactly(false) },
  detail: ({ action: { roleName, path } }) => ({ roleName, path }),
  isMade: ({ changeId }, { role }) =>
    role.kind === 'failed' ? null : role.kind === 'value' && role.value.tags[CHANGE_TAG] === changeId,
  isThere: (_action, { role }) => role.kind === 'value',
  roleAfter: (_role, { action, resource }) => ({
    roleName: action.roleName,
    path: action.path,
    arn: resource,
    trustPolicy: action.trustPolicy,
    attachedPolicyArns: [],
    inlinePolicyNames: [],
    denyOnlyPolicyNames: [],
    permissionsBoundaryArn: action.permissionsBoundaryArn,
    tags: { [MANAGED_TAG]: 'true' },
    createdAt: null,
  }),
  rollback: {
    area: 'ROLE',
    step: ({ changeId, runId }, role) => {
      const { arn, roleName } = role;
      if (role.tags[MANAGED_TAG] !== 'true' || role.tags[CHANGE_TAG] !== changeId) {
        const sentence = `The role ${roleName} does not carry the tag of ${runId}, which made one of that name; it is kept.`;
        return { finding: conflict(arn, sentence) };
      }
      const others = [
        ...role.attachedPolicyArns,
        ...role.inlinePolicyNames.map((name) => `inline policy ${name}`),
      ];
      if (others.length > 0) {
        const sentence = `The role ${roleName} got ${others.join(', ')} after ${runId} made it; it is kept.`;
        return { finding: conflict(arn, sentence) };
      }
      return {
        change: { action: { kind: 'DeleteDhmcRole', roleName }, expected: { changeTag: changeId } },
        role,
      };
    },
  },
};
