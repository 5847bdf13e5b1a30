import { describe, expect, it } from '@jest/globals';
import {
  codesOf,
  endpointFailureFinding,
  readFailureFinding,
  writeFailureFinding,
} from '../../functions/core/findings.ts';
import type { Finding } from '../../functions/core/model/result.ts';
import { aFailure } from './organization-builders.ts';

describe('Given a call that AWS refused', () => {
  // docs/spec/decisions.md, "Scope": what each kind of failure makes of a target, read or written.
  it.each([
    ['DENIED_BY_SCP', 'ACTION_DENIED_BY_SCP', 'ACTION_DENIED_BY_SCP'],
    ['DENIED', 'ACCESS_DENIED', 'ACCESS_DENIED'],
    ['NOT_READY', 'ACCOUNT_NOT_READY', 'ACCOUNT_NOT_READY'],
    ['REGION_DISABLED', 'REGION_NOT_ENABLED', 'WRITE_FAILED'],
    ['UNSUPPORTED_IN_REGION', 'DHMC_NOT_IN_REGION', 'WRITE_FAILED'],
    ['THROTTLED', 'AWS_UNAVAILABLE', 'AWS_UNAVAILABLE'],
    ['UNAVAILABLE', 'AWS_UNAVAILABLE', 'AWS_UNAVAILABLE'],
    ['CONFLICT', 'AWS_UNAVAILABLE', 'STATE_CHANGED'],
    ['INVALID', 'READ_FAILED', 'WRITE_FAILED'],
    ['UNEXPECTED', 'READ_FAILED', 'WRITE_FAILED'],
  ] as const)('When it is %s, Then a read gives %s, a write %s', (kind, read, write) => {
    const failure = aFailure({ kind });
    expect(readFailureFinding(failure, 'vpc-1')).toMatchObject({ code: read, subject: 'vpc-1' });
    expect(writeFailureFinding(failure, null)).toMatchObject({ code: write, subject: null });
    expect(endpointFailureFinding(failure, 'vpc-1')).toMatchObject({ code: write, subject: 'vpc-1' });
  });

  it.each([
    [{ kind: 'DENIED_BY_SCP' }, 'A service control policy denies sts:AssumeRole: a.x b.'],
    [{ kind: 'THROTTLED' }, 'AWS kept throttling sts:AssumeRole.'],
    [{ kind: 'DENIED' }, 'The member role may not call sts:AssumeRole: a.x b.'],
  ] as const)(
    'When it is %j, Then the sentence has the action, and the message on one line',
    (given, sentence) => {
      expect(readFailureFinding(aFailure({ ...given, message: ' a.x\n  b. ' }), null).sentence).toBe(
        sentence,
      );
    },
  );

  it('When it is of another kind, Then the sentence has action, code and message', () => {
    const { sentence } = writeFailureFinding(aFailure({ kind: 'INVALID', message: 'too long' }), null);
    expect(sentence).toMatch(/sts:AssumeRole.*AccessDenied.*too long\.$/);
  });

  it.each([
    [
      'with an explicit deny in a resource control policy',
      'A resource control policy denies the member role',
    ],
    ['because no permissions boundary allows the action', 'A permissions boundary denies the member role'],
    ['because no session policy allows the action', 'A session policy denies the member role'],
    ['with an explicit deny in a VPC endpoint policy', 'The policy of a VPC endpoint denies the member role'],
    ['because no identity-based policy allows the action', 'The member role may not call'],
  ])('When it was denied %s, Then the sentence begins "%s"', (message, begin) => {
    const { sentence } = readFailureFinding(aFailure({ message: `not authorized ${message}` }), null);
    expect(sentence.startsWith(`${begin} sts:AssumeRole: not authorized`)).toBe(true);
  });
});

describe('Given a change of an endpoint that AWS refused', () => {
  const findingOf = (code: string, message = '') =>
    endpointFailureFinding(aFailure({ kind: 'INVALID', code, message }), 'vpc-1');

  it.each<[string, string, Finding['code']]>([
    ['InvalidParameter', 'has a conflicting DNS domain', 'PRIVATE_DNS_CONFLICT'],
    [
      'InvalidParameterValue',
      'private-dns-enabled cannot be set because there is already a conflict',
      'PRIVATE_DNS_CONFLICT',
    ],
    ['ConflictingDomainExists', '', 'PRIVATE_DNS_CONFLICT'],
    ['InvalidParameter', 'does not support the availability zone of the subnet', 'ENDPOINT_ZONE_UNSUPPORTED'],
    ['InsufficientFreeAddressesInSubnet', '', 'ENDPOINT_SUBNET_FULL'],
    ['DependencyViolation', 'has a dependent object', 'ENDPOINT_PENDING'],
    ['VpcEndpointLimitExceeded', '', 'WRITE_FAILED'],
    ['InvalidParameter', 'something else', 'WRITE_FAILED'],
    ['NotInvalidParameter', 'conflicting DNS domain', 'WRITE_FAILED'],
    ['XDependencyViolation', '', 'WRITE_FAILED'],
    ['DependencyViolationX', '', 'WRITE_FAILED'],
    ['XConflictingDomainExists', '', 'WRITE_FAILED'],
    ['ConflictingDomainExistsX', '', 'WRITE_FAILED'],
    ['InsufficientFreeAddressesInSubnetX', '', 'WRITE_FAILED'],
    ['XInsufficientFreeAddressesInSubnet', '', 'WRITE_FAILED'],
  ])('When it is %s (%s), Then the reason is %s', (code, message, reason) => {
    expect(findingOf(code, message)).toMatchObject({ code: reason, subject: 'vpc-1' });
  });

  it('When a quota is used up, Then the sentence says so, anything else not', () => {
    expect(findingOf('VpcEndpointLimitExceeded').sentence).toMatch(/^A quota of the account is used up/);
    expect(findingOf('LimitExceededX').sentence).not.toMatch(/quota/);
  });
});

describe('Given findings', () => {
  it('When their codes are listed, Then each is once, sorted, and waived ones are marked', () => {
    const waived = { owner: 'o', why: 'w', until: '2027-01-01' };
    const finding = (code: Finding['code'], given: Partial<Finding> = {}): Finding => ({
      ...{ code, subject: null, sentence: '' },
      ...given,
    });
    const findings = [
      finding('WRITE_FAILED'),
      finding('READ_FAILED', { waived }),
      finding('ACCESS_DENIED'),
      finding('WRITE_FAILED'),
    ];
    expect(codesOf(findings)).toEqual(['ACCESS_DENIED', 'WAIVED:READ_FAILED', 'WRITE_FAILED']);
  });
});
