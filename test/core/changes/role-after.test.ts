/** What a change makes of the observed role, so that what follows in a plan is decided from the role as it will be. */
import { describe, expect, it } from '@jest/globals';
import { definitionOf } from '../../../functions/core/changes/changes.ts';
import type { ActionOf, Change, ChangeAction, ChangeKind } from '../../../functions/core/model/change.ts';
import type { RoleObservation } from '../../../functions/core/model/observation.ts';
import { aRole, DEFAULT_POLICY, OUR_ARN } from '../builders.ts';
import { ROLE_NAME } from '../rollback/builders.ts';
import { SAMPLES } from './samples.ts';

function roleAfter(kind: ChangeKind, role: RoleObservation | null): RoleObservation | null | undefined {
  const action = { kind, ...SAMPLES[kind].action } as unknown as ChangeAction as ActionOf<ChangeKind>;
  const change = { action, resource: OUR_ARN, expected: SAMPLES[kind].expected } as unknown as Change;
  return definitionOf(action).roleAfter?.(role, change as never);
}

describe('Given the changes of the role', () => {
  const TRUST = { Version: '2012-10-17', Statement: [] };

  it('when it is created, then it is ours, without policies, as the change says', () => {
    expect(roleAfter('CreateDhmcRole', null)).toEqual({
      roleName: ROLE_NAME,
      path: '/service-role/',
      arn: OUR_ARN,
      trustPolicy: TRUST,
      attachedPolicyArns: [],
      inlinePolicyNames: [],
      denyOnlyPolicyNames: [],
      permissionsBoundaryArn: null,
      tags: { 'dhmc-rollout:managed': 'true' },
      createdAt: null,
    });
  });

  it('when a policy is attached, then it is among the others, in order', () => {
    const before = aRole({ attachedPolicyArns: ['arn:aws:iam::aws:policy/Z', 'arn:aws:iam::aws:policy/B'] });
    expect(roleAfter('AttachDhmcRolePolicy', before)).toEqual({
      ...before,
      attachedPolicyArns: ['arn:aws:iam::aws:policy/Z', 'arn:aws:iam::aws:policy/B', DEFAULT_POLICY].sort(),
    });
  });

  it('when a policy is detached, then the others are left', () => {
    const before = aRole({ attachedPolicyArns: ['arn:other', DEFAULT_POLICY] });
    expect(roleAfter('DetachDhmcRolePolicy', before)).toEqual({
      ...before,
      attachedPolicyArns: ['arn:other'],
    });
  });

  it('when its trust is set, then nothing else changes', () => {
    const before = aRole({ tags: { a: 'b' } });
    expect(roleAfter('SetDhmcRoleTrust', before)).toEqual({ ...before, trustPolicy: TRUST });
  });

  it('when it is deleted, then it is gone', () => {
    expect(roleAfter('DeleteDhmcRole', aRole())).toBeNull();
  });

  it.each(['AttachDhmcRolePolicy', 'DetachDhmcRolePolicy', 'SetDhmcRoleTrust'] as const)(
    'when there is no role, then %s makes none',
    (kind) => {
      expect(roleAfter(kind, null)).toBeNull();
    },
  );
});
