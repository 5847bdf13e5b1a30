/** A Region of an account whose list of Regions cannot be read: switched off, or only out of reach. */
import { describe, expect, it } from '@jest/globals';
import type { AccountObservation, RegionObservation } from '../../functions/core/model/observation.ts';
import { isInferredDisabled } from '../../functions/core/region-inference.ts';
import { anAccount, anObservation, aRegion, OURS } from './builders.ts';

const NOW = new Date('2026-11-20T00:00:00Z');

const refused = (code: string): RegionObservation =>
  aRegion('', {
    region: 'me-south-1',
    setting: {
      kind: 'failed',
      failure: { kind: 'DENIED', action: 'ssm:GetServiceSetting', code, message: 'no' },
    },
  });
const UNLISTED: AccountObservation['regionStates'] = {
  kind: 'failed',
  failure: { kind: 'DENIED', action: 'account:ListRegions', code: 'AccessDenied', message: 'no' },
};
const HERE = refused('UnrecognizedClientException');
const account = (overrides: Partial<AccountObservation> = {}) =>
  anObservation({ regionStates: UNLISTED, regions: [aRegion(OURS), HERE], ...overrides });

describe('Given an account whose Regions cannot be listed', () => {
  it.each<[string, boolean, RegionObservation, AccountObservation]>([
    ...['AuthFailure', 'InvalidClientTokenId', 'OptInRequired', 'UnrecognizedClientException'].map(
      (code): [string, boolean, RegionObservation, AccountObservation] => [
        `the Region refuses a token that works elsewhere (${code})`,
        true,
        refused(code),
        account({ regions: [refused(code), aRegion(OURS)] }),
      ],
    ),
    ['the call is denied', false, refused('AccessDeniedException'), account()],
    ['the token works in no other Region', false, HERE, account({ regions: [HERE, refused('AuthFailure')] })],
    ['the Region answers', false, aRegion(OURS), account()],
    [
      'the account joined an hour ago',
      false,
      HERE,
      account({ account: anAccount({ joinedAt: '2026-11-19T23:00:00Z' }) }),
    ],
    [
      'the account joined two days ago',
      true,
      HERE,
      account({ account: anAccount({ joinedAt: '2026-11-18T00:00:00Z' }) }),
    ],
    [
      'its list of Regions was read after all',
      false,
      HERE,
      account({ regionStates: { kind: 'value', value: { 'me-south-1': 'ENABLED' } } }),
    ],
  ])('when %s, then it counts as switched off: %s', (_what, disabled, seen, observation) => {
    expect(isInferredDisabled(seen, observation, NOW)).toBe(disabled);
  });
});
