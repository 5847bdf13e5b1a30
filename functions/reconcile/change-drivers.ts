/** How each kind of change of an account's role and settings reads its live state and writes. */
import { readRole } from '../aws/iam-reader.ts';
import { attachPolicy, createRole, deleteRole, detachPolicy, setTrustPolicy } from '../aws/iam-writer.ts';
import { readServiceSetting } from '../aws/ssm-reader.ts';
import { resetServiceSetting, setServiceSetting } from '../aws/ssm-writer.ts';
import type { Change } from '../core/model/change.ts';
import type { RoleObservation } from '../core/model/observation.ts';
import type { Region } from '../core/model/primitives.ts';
import type { Failure, Read } from '../core/model/reads.ts';
import { CHANGE_TAG, MANAGED_TAG } from '../core/role.ts';
import { isUnset } from '../core/setting.ts';
import { type EndpointDriverContext, isEndpointChange, withEndpointDriver } from './endpoint-drivers.ts';
import type { ChangeDriver } from './journaled-change.ts';

/** Reading with the reader's session, writing with the writer's. */
export interface DriverContext extends EndpointDriverContext {
  /** Whether Systems Manager may not know the role yet, so that its refusal is worth waiting for. */
  roleIsFresh(): boolean;
  /** Milliseconds until a refused fresh role is tried again; 0 or less when the time is up. */
  propagationWait(): number;
  /** Told each time the live setting was read. */
  sawSetting(region: Region, value: string): void;
}

/** A role, or null where it does not exist. */
type LiveRole = RoleObservation | null;

/** Runs `use` with the driver of a change; one generic call keeps each driver's live type to itself. */
export function withDriver<R>(
  change: Change,
  context: DriverContext,
  use: <T>(driver: ChangeDriver<T>) => R,
): R {
  if (isEndpointChange(change)) return withEndpointDriver(change, context, use);
  const { action } = change;
  switch (action.kind) {
    case 'CreateDhmcRole':
      return use(
        roleDriver(context, action.roleName, {
          isExpected: (role) => role === null,
          isDone: (role) => role?.tags[CHANGE_TAG] === change.id,
          write: () =>
            createRole(context.writer, {
              ...action,
              tags: { ...context.resourceTags, [MANAGED_TAG]: 'true', [CHANGE_TAG]: change.id },
            }),
        }),
      );
    case 'SetDhmcRoleTrust': {
      const before = JSON.stringify((change.expected as { trustPolicy: unknown }).trustPolicy);
      return use(
        roleDriver(context, action.roleName, {
          isExpected: (role) => role !== null && JSON.stringify(role.trustPolicy) === before,
          isDone: (role) => JSON.stringify(role?.trustPolicy) === JSON.stringify(action.trustPolicy),
          write: () => setTrustPolicy(context.writer, action.roleName, action.trustPolicy),
        }),
      );
    }
    case 'AttachDhmcRolePolicy':
      return use(
        roleDriver(context, action.roleName, {
          isExpected: (role) => role !== null && !role.attachedPolicyArns.includes(action.policyArn),
          isDone: (role) => role?.attachedPolicyArns.includes(action.policyArn) ?? false,
          write: () => attachPolicy(context.writer, action.roleName, action.policyArn),
        }),
      );
    case 'SetServiceSetting':
      return use(settingDriver(change, action.value, context));
    case 'ResetServiceSetting':
      return use({
        ...settingDriver(change, '', context),
        isDone: isUnset,
        write: () => resetServiceSetting(context.writer, change.region ?? ''),
        waitAfter: () => null,
      });
    case 'DetachDhmcRolePolicy':
      return use(
        roleDriver(context, action.roleName, {
          isExpected: (role) => role?.attachedPolicyArns.includes(action.policyArn) ?? false,
          isDone: (role) => !role?.attachedPolicyArns.includes(action.policyArn),
          write: () => detachPolicy(context.writer, action.roleName, action.policyArn),
        }),
      );
    case 'DeleteDhmcRole': {
      // Deleting needs the tag besides the journal, by which the plan chose it.
      const { changeTag } = change.expected as { changeTag: string };
      return use(
        roleDriver(context, action.roleName, {
          isExpected: (role) => role?.tags[MANAGED_TAG] === 'true' && role.tags[CHANGE_TAG] === changeTag,
          isDone: (role) => role === null,
          write: () => deleteRole(context.writer, action.roleName),
        }),
      );
    }
    default:
      throw new TypeError(`${action.kind} has no driver`);
  }
}

function roleDriver(
  context: DriverContext,
  roleName: string,
  rest: Pick<ChangeDriver<LiveRole>, 'isExpected' | 'isDone' | 'write'>,
): ChangeDriver<LiveRole> {
  return {
    ...rest,
    readLive: async () => live<LiveRole>(await readRole(context.reader, roleName), null),
    waitAfter: () => null,
  };
}

function settingDriver(change: Change, value: string, context: DriverContext): ChangeDriver<string> {
  const region = change.region ?? '';
  const expected = (change.expected as { value: string }).value;
  return {
    readLive: async () => {
      const answer = await readServiceSetting(context.reader, region);
      if (answer.kind === 'value') context.sawSetting(region, answer.value.value);
      return live<string>(
        answer.kind === 'value' ? { kind: 'value', value: answer.value.value } : answer,
        '',
      );
    },
    isExpected: (now) => now === expected || (isUnset(now) && isUnset(expected)),
    isDone: (now) => now === value,
    write: () => setServiceSetting(context.writer, region, value),
    waitAfter: (failure) =>
      isUnknownRole(failure) && context.roleIsFresh() ? context.propagationWait() : null,
  };
}

/**
 * The refusal of a role that Systems Manager can not use (yet). Its exact words for a service setting are
 * not documented; the nearest known are "Nonexistent role or missing ssm service principal in trust policy"
 * (terraform-provider-aws issue 30441). Any ValidationException that speaks of a role counts.
 */
export function isUnknownRole(failure: Failure): boolean {
  return failure.kind === 'INVALID' && /\brole\b|trust/i.test(failure.message);
}

function live<T>(
  answer: Read<T>,
  absent: T,
): { kind: 'live'; live: T } | { kind: 'failed'; failure: Failure } {
  switch (answer.kind) {
    case 'value':
      return { kind: 'live', live: answer.value };
    case 'absent':
      return { kind: 'live', live: absent };
    case 'failed':
      return { kind: 'failed', failure: answer.failure };
  }
}
