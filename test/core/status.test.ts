import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TargetStatus } from '../../functions/core/model/result.ts';
import { REASONS, type ReasonCode } from '../../functions/core/reasons.ts';
import {
  addCoverage,
  addsUp,
  coverageOf,
  NO_COVERAGE,
  statusOf,
  summarize,
  targetStatus,
  worstStatus,
} from '../../functions/core/status.ts';

const ALL: TargetStatus[] = ['COMPLIANT', 'NON_COMPLIANT', 'CONVERGING', 'SKIPPED', 'ERROR'];
const CODES = Object.keys(REASONS) as ReasonCode[];
const anyStatus = fc.constantFrom(...ALL);
const anyStatuses = fc.array(anyStatus);
const anyCodes = fc.array(fc.constantFrom(...CODES));

function counted(statuses: TargetStatus[]) {
  return statuses.map((status) => ({ status }));
}

describe('statusOf', () => {
  const EXPECTED: Record<string, ReasonCode[]> = {
    ERROR: [
      'ROLE_NOT_ASSUMABLE',
      'CRASHED',
      'NOT_INVOKED',
      'ACCESS_DENIED',
      'AWS_UNAVAILABLE',
      'READ_FAILED',
    ],
    CONVERGING: [
      'ACCOUNT_NOT_READY',
      'DEFERRED',
      'LEASE_HELD',
      'STATE_CHANGED',
      'DHMC_ROLE_PROPAGATING',
      'REGION_ENABLING',
      'ENDPOINT_PENDING',
      'RUN_STOPPED',
      'AWAITING_AGENT',
      'CENTRAL_UNDECIDED',
      'CENTRAL_HUB_PENDING',
      'CENTRAL_MOVING',
      'ROLLBACK_HUB_IN_USE',
    ],
    SKIPPED: [
      'ACCOUNT_NOT_ACTIVE',
      'EXCLUDED',
      'REGION_NOT_ENABLED',
      'REGION_DENIED_BY_SCP',
      'DHMC_NOT_IN_REGION',
    ],
  };
  it.each(CODES)('Given reason %s, When weighed, Then as the table of statuses says', (code) => {
    const status = Object.keys(EXPECTED).find((key) => EXPECTED[key]?.includes(code)) ?? 'NON_COMPLIANT';
    expect(statusOf(code)).toBe(status);
  });
});

describe('targetStatus', () => {
  const cases: [reasons: string[], status: TargetStatus][] = [
    [[], 'COMPLIANT'],
    [['SETTING_NOT_SET'], 'NON_COMPLIANT'],
    [['DHMC_ROLE_MISSING', 'SETTING_NOT_SET'], 'NON_COMPLIANT'],
    [['DHMC_ROLE_PROPAGATING', 'SETTING_NOT_SET'], 'NON_COMPLIANT'],
    [['AWS_UNAVAILABLE', 'SETTING_NOT_SET'], 'ERROR'],
    [['STATE_CHANGED'], 'CONVERGING'],
    [['EXCLUDED'], 'SKIPPED'],
    [['EXCLUDED', 'SETTING_NOT_SET'], 'NON_COMPLIANT'],
    [['WAIVED:SETTING_NOT_SET'], 'COMPLIANT'],
    [['LEASE_HELD', 'WAIVED:SETTING_NOT_SET'], 'CONVERGING'],
  ];
  it.each(cases)('Given reasons %j, When summed up, Then %s', (reasons, status) => {
    expect(targetStatus(reasons)).toBe(status);
  });

  it.each(['NO_SUCH_CODE', 'constructor'])(
    'Given the unknown code %s, When summed up, Then it is refused',
    (code) => {
      expect(() => targetStatus([code])).toThrow(code);
    },
  );

  it('Given any reasons, When one is added, Then the status never gets better', () => {
    fc.assert(
      fc.property(anyCodes, fc.constantFrom(...CODES), (codes, more) => {
        const both = worstStatus([targetStatus([...codes, more]), targetStatus(codes)]);
        if (codes.length > 0) expect(targetStatus([...codes, more])).toBe(both);
      }),
    );
  });
});

describe('worstStatus', () => {
  const cases: [statuses: TargetStatus[], worst: TargetStatus][] = [
    [['COMPLIANT', 'SKIPPED'], 'COMPLIANT'],
    [['COMPLIANT', 'CONVERGING'], 'CONVERGING'],
    [['CONVERGING', 'NON_COMPLIANT'], 'NON_COMPLIANT'],
    [['ERROR', 'NON_COMPLIANT'], 'ERROR'],
    [['SKIPPED', 'SKIPPED'], 'SKIPPED'],
    [[], 'SKIPPED'],
  ];
  it.each(cases)('Given %j, Then %s', (statuses, worst) => {
    expect(worstStatus(statuses)).toBe(worst);
  });

  it('Given any statuses, Then their order does not matter and skipped ones add nothing', () => {
    fc.assert(
      fc.property(anyStatuses, (statuses) => {
        expect(worstStatus(statuses.toReversed())).toBe(worstStatus(statuses));
        expect(worstStatus([...statuses, 'SKIPPED'])).toBe(worstStatus(statuses));
      }),
    );
  });
});

describe('coverage', () => {
  it('Given one target of each status, When counted, Then each is one of five', () => {
    expect(coverageOf(counted(ALL), 2)).toEqual({
      accounts: 2,
      targets: 5,
      compliant: 1,
      nonCompliant: 1,
      converging: 1,
      skipped: 1,
      error: 1,
    });
  });

  it('Given any targets, When counted, Then the parts add up to the whole', () => {
    fc.assert(
      fc.property(anyStatuses, (statuses) => {
        const counts = summarize(counted(statuses));
        expect(counts.targets).toBe(statuses.length);
        expect(addsUp(counts)).toBe(true);
      }),
    );
  });

  it('Given targets in two parts, When their coverage is added, Then it is that of all', () => {
    fc.assert(
      fc.property(anyStatuses, anyStatuses, fc.nat(), fc.nat(), (a, b, m, n) => {
        const sum = addCoverage(coverageOf(counted(a), m), coverageOf(counted(b), n));
        expect(sum).toEqual(coverageOf(counted([...a, ...b]), m + n));
      }),
    );
  });

  it('Given the coverage of nothing, When targets were counted before, Then nothing has leaked into it', () => {
    coverageOf(counted(ALL), 1);
    expect(NO_COVERAGE).toEqual(coverageOf([], 0));
    expect(Object.values(NO_COVERAGE)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('Given a target that was lost, When checked, Then it does not add up', () => {
    expect(addsUp({ ...summarize(counted(ALL)), skipped: 0 })).toBe(false);
  });
});
