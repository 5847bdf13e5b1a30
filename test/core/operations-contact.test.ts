import { describe, expect, it } from '@jest/globals';
import type { AccountResult } from '../../functions/core/model/result.ts';
import { isContactDue, type KnownContact, withContact } from '../../functions/core/operations-contact.ts';

const NOW = new Date('2026-11-27T00:00:00.000Z');
const CONTACT = { name: 'Robin', email: 'ops@example.com' };
const on = { operationsContact: true };
const readOn = (day: string, contact: KnownContact['contact'] = CONTACT): KnownContact => ({
  contact,
  readAt: `${day}T00:00:00.000Z`,
});
const targets = (...statuses: string[]) =>
  ({ targets: statuses.map((status) => ({ status })) }) as Pick<AccountResult, 'targets'>;

describe('Given an account', () => {
  it.each([
    ['has findings and was never asked', on, 'EMAIL', ['COMPLIANT', 'NON_COMPLIANT'], null, true],
    ['could not be judged', on, 'EMAIL', ['ERROR'], null, true],
    ['has no findings', on, 'EMAIL', ['COMPLIANT', 'SKIPPED', 'CONVERGING'], null, false],
    ['has an owner by tag', on, 'TAG', ['NON_COMPLIANT'], null, false],
    ['was asked 29 days ago', on, 'EMAIL', ['NON_COMPLIANT'], readOn('2026-10-29'), false],
    ['was asked 29 days ago and has no contact', on, 'EMAIL', ['ERROR'], readOn('2026-10-29', null), false],
    ['was asked 30 days ago', on, 'EMAIL', ['NON_COMPLIANT'], readOn('2026-10-28'), true],
    ['has findings, but it is switched off', { operationsContact: false }, 'EMAIL', ['ERROR'], null, false],
  ] as const)('When it %s, Then it is asked or not', (_what, settings, from, statuses, known, due) => {
    const owner = { name: 'x', from };
    expect(isContactDue(settings, { owner }, targets(...statuses), known, NOW)).toBe(due);
  });

  it.each([
    ['EMAIL', readOn('2026-11-01'), { name: 'Robin <ops@example.com>', from: 'CONTACT' }],
    ['EMAIL', readOn('2026-11-01', null), { name: 'x', from: 'EMAIL' }],
    ['TAG', readOn('2026-11-01'), { name: 'x', from: 'TAG' }],
  ] as const)(
    'When its owner is known by %s, Then the contact wins over an address alone',
    (from, known, owner) => {
      const result = { owner: { name: 'x', from } } as unknown as AccountResult;
      expect(withContact(result, known).owner).toEqual(owner);
    },
  );
});
