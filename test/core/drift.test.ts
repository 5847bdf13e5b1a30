import { describe, expect, it } from '@jest/globals';
import { describeDrift, driftResultOf, isOwnWrite, ownEndpoints } from '../../functions/core/drift.ts';
import type { ChangeOutcome } from '../../functions/core/model/change.ts';
import type { DriftNotice } from '../../functions/core/model/primitives.ts';
import type {
  AccountResult,
  HoldCode,
  RoleAssessment,
  TargetStatus,
} from '../../functions/core/model/result.ts';
import { account, change, target } from '../report/builders.ts';

const NOTICE: DriftNotice = {
  accountId: '111122223333',
  region: 'eu-west-1',
  change: 'ResetServiceSetting',
  subject: 'the setting',
  by: 'arn:aws:sts::111122223333:assumed-role/Ops/alex',
  source: '198.51.100.7',
  at: '2026-11-20T00:00:05.000Z',
};
const OF_ROLE: DriftNotice = { ...NOTICE, region: null, change: 'DetachRolePolicy', subject: 'Dhmc' };

const outcomeOf = (notice: DriftNotice, result: AccountResult | null, hold: HoldCode | null = null) => {
  const { outcome, waitsFor, ...rest } = driftResultOf(notice, result, { mode: 'enforce', hold });
  expect(rest).toEqual(notice);
  return waitsFor === undefined ? outcome : `${outcome} ${waitsFor}`;
};
const changesOf = (...outcomes: ChangeOutcome[]) =>
  outcomes.map((outcome, index) => change({ id: `c-${index}`, outcome }));

describe('Given a change by others in a Region', () => {
  const inRegion = (status: TargetStatus, ...outcomes: ChangeOutcome[]) =>
    account({
      targets: [
        target({ region: 'us-east-1', status: 'ERROR', changes: changesOf('FAILED') }),
        target({ status, changes: changesOf(...outcomes) }),
      ],
    });

  it.each([
    ['COMPLIANT', [], 'IN_ORDER'],
    ['NON_COMPLIANT', [], 'NOT_CORRECTED'],
    ['ERROR', [], 'NOT_CORRECTED'],
    ['CONVERGING', [], 'NOT_CORRECTED'],
    ['SKIPPED', [], 'NOT_COVERED'],
    ['COMPLIANT', ['APPLIED'], 'CORRECTED'],
    ['CONVERGING', ['APPLIED'], 'CORRECTED'],
    ['SKIPPED', ['APPLIED'], 'NOT_COVERED'],
    ['ERROR', ['APPLIED', 'FAILED'], 'FAILED'],
    ['ERROR', ['PLANNED', 'FAILED'], 'FAILED'],
    ['NON_COMPLIANT', ['PLANNED'], 'PLANNED'],
    ['NON_COMPLIANT', ['APPLIED', 'PLANNED'], 'PLANNED'],
    ['NON_COMPLIANT', ['ROLLED_BACK'], 'NOT_CORRECTED'],
  ] as const)('When the target is %s with changes %j, Then it is %s', (status, outcomes, outcome) => {
    expect(outcomeOf(NOTICE, inRegion(status, ...outcomes))).toBe(outcome);
  });

  it.each(['KILL_SWITCH', 'ENFORCE_FROZEN', 'ENFORCE_HELD', 'RUN_IN_PROGRESS'] as const)(
    'When %s keeps the run from changing anything, Then what is planned waits for it, and the rest is as it is',
    (hold) => {
      expect(outcomeOf(NOTICE, inRegion('NON_COMPLIANT', 'PLANNED'), hold)).toBe(`WAITING ${hold}`);
      expect(outcomeOf(NOTICE, inRegion('COMPLIANT'), hold)).toBe('IN_ORDER');
    },
  );

  it('When the run has no result of the account or of the Region, Then it is not covered', () => {
    expect(outcomeOf(NOTICE, null)).toBe('NOT_COVERED');
    expect(outcomeOf({ ...NOTICE, region: 'ap-east-1' }, inRegion('COMPLIANT', 'APPLIED'))).toBe(
      'NOT_COVERED',
    );
  });

  const SET = { kind: 'SetServiceSetting', outcome: 'APPLIED' } as const;
  const MADE = { kind: 'CreateInterfaceEndpoint', outcome: 'APPLIED' } as const;
  it.each([
    ['ResetServiceSetting', [MADE], 'NON_COMPLIANT', 'NOT_CORRECTED'],
    ['ResetServiceSetting', [SET, { ...MADE, outcome: 'FAILED' }], 'ERROR', 'CORRECTED'],
    ['DeregisterDefaultHostManagementConfiguration', [SET, MADE], 'NON_COMPLIANT', 'CORRECTED'],
    ['DeleteVpcEndpoints', [SET], 'NON_COMPLIANT', 'NOT_CORRECTED'],
    ['DeleteVpcEndpoints', [SET], 'COMPLIANT', 'IN_ORDER'],
    ['ModifyVpcEndpoint', [{ ...SET, outcome: 'FAILED' }, MADE], 'ERROR', 'CORRECTED'],
    ['Region Opt-In Status Change', [SET], 'COMPLIANT', 'CORRECTED'],
    ['Region Opt-In Status Change', [MADE], 'COMPLIANT', 'CORRECTED'],
  ] as const)(
    'When it was %s and %j became of the target (%s), Then only what concerns it counts: %s',
    (changed, changes, status, outcome) => {
      const result = account({
        targets: [
          target({ status, changes: changes.map((one, index) => change({ id: `c-${index}`, ...one })) }),
        ],
      });
      expect(outcomeOf({ ...NOTICE, change: changed }, result)).toBe(outcome);
    },
  );

  it('When endpoints were changed and the role was restored, Then that is no correction of theirs', () => {
    const result = { ...inRegion('NON_COMPLIANT'), changes: changesOf('APPLIED') };
    expect(outcomeOf({ ...NOTICE, change: 'DeleteVpcEndpoints' }, result)).toBe('NOT_CORRECTED');
  });

  it('When the role was restored, on which the setting depends, Then that is a correction as well', () => {
    expect(outcomeOf(NOTICE, { ...inRegion('COMPLIANT'), changes: changesOf('APPLIED') })).toBe('CORRECTED');
  });
});

describe('Given a change by others of the DHMC role', () => {
  const ofRole = (state: RoleAssessment['state'], status: TargetStatus, ...outcomes: ChangeOutcome[]) =>
    account({ status, role: { ...account().role, state }, changes: changesOf(...outcomes) });

  it.each([
    // A Region that fails for other reasons says nothing of the role.
    ['SOUND', 'ERROR', [], 'IN_ORDER'],
    ['NOT_NEEDED', 'NON_COMPLIANT', [], 'IN_ORDER'],
    ['UNSOUND', 'NON_COMPLIANT', [], 'NOT_CORRECTED'],
    ['MISSING', 'NON_COMPLIANT', ['APPLIED'], 'CORRECTED'],
    ['MISSING', 'NON_COMPLIANT', ['PLANNED'], 'PLANNED'],
    ['UNKNOWN', 'SKIPPED', [], 'NOT_COVERED'],
    ['UNKNOWN', 'ERROR', [], 'NOT_CORRECTED'],
  ] as const)(
    'When it is %s in an account that is %s, with %j, Then it is %s',
    (state, status, outcomes, outcome) => {
      expect(outcomeOf(OF_ROLE, ofRole(state, status, ...outcomes))).toBe(outcome);
    },
  );

  it('When only Regions were changed, Then the role was not', () => {
    const result = { ...ofRole('SOUND', 'COMPLIANT'), targets: [target({ changes: changesOf('APPLIED') })] };
    expect(outcomeOf(OF_ROLE, result)).toBe('IN_ORDER');
  });
});

describe('Given what became of a change by others', () => {
  it.each([
    [{ ...NOTICE, outcome: 'CORRECTED' }, '111122223333 eu-west-1', 'corrected'],
    [
      { ...OF_ROLE, outcome: 'WAITING', waitsFor: 'KILL_SWITCH' },
      '111122223333',
      'not corrected yet, waits for KILL_SWITCH',
    ],
    [{ ...NOTICE, outcome: 'NOT_COVERED' }, '111122223333 eu-west-1', 'no target of the configuration'],
  ] as const)(
    'When it is described, Then the sentence has what, where, who and what came of it',
    (drift, place, became) => {
      expect(describeDrift(drift)).toBe(
        `${drift.change} of ${drift.subject} in ${place} by ${drift.by} (from 198.51.100.7) at 2026-11-20T00:00:05.000Z: ${became}.`,
      );
    },
  );
});

describe('Given who wrote, and what is ours', () => {
  it.each([
    ['111122223333', 'Writer', true],
    ['111122223333', 'Other', false],
    ['111122223333', null, false],
    ['999999999999', 'Writer', false],
    [null, 'Writer', false],
  ])('When account %s calls as %s, Then our own write is %s', (accountId, roleName, own) => {
    expect(isOwnWrite({ accountId, roleName }, '111122223333', 'Writer')).toBe(own);
  });

  it('When endpoints are changed, Then ours are those that a journaled creation made', () => {
    const journal = [
      { kind: 'CreateInterfaceEndpoint', createdId: 'vpce-1' },
      { kind: 'CreateGatewayEndpoint', createdId: 'vpce-2' },
      { kind: 'ModifyInterfaceEndpoint', createdId: 'vpce-3' },
      { kind: 'CreateInterfaceEndpoint', createdId: null },
      { kind: 'CreateInterfaceEndpoint' },
    ] as const;
    const ids = ['vpce-3', 'vpce-2', 'vpce-1', 'vpce-9'];
    expect(ownEndpoints(ids, journal)).toEqual(['vpce-2', 'vpce-1']);
    expect(ownEndpoints(ids, [])).toEqual([]);
  });
});
