import { describe, expect, it } from '@jest/globals';
import { type Answer, isDenied, masked, verdictOf } from '../../functions/core/conformance.ts';

const answer = (shape: Record<string, unknown>, seen: Record<string, unknown> = {}): Answer => ({
  ...{ kind: 'answer', shape, seen },
});
const error = (code: string, message = ''): Answer => ({ kind: 'error', code, message });
const NOT_ASKED: Answer = { kind: 'not-asked', why: 'denied' };

describe('Given what AWS and the twin answered', () => {
  it.each([
    [
      'say the same in another order',
      answer({ a: 1, b: { c: [1, { d: 1, e: 2 }], f: null } }),
      answer({ b: { f: null, c: [1, { e: 2, d: 1 }] }, a: 1 }),
      'SAME',
    ],
    [
      'differ in what is only seen',
      answer({ a: 1 }, { seconds: 1 }),
      answer({ a: 1 }, { seconds: 2 }),
      'SAME',
    ],
    ['differ in a value', answer({ a: 1 }), answer({ a: 2 }), 'DIFFERENT'],
    ['differ in a name', answer({ a: 1 }), answer({ b: 1 }), 'DIFFERENT'],
    ['differ deep inside', answer({ a: { b: [{ c: 1 }] } }), answer({ a: { b: [{ c: 2 }] } }), 'DIFFERENT'],
    ['have a list in another order', answer({ a: [1, 2] }), answer({ a: [2, 1] }), 'DIFFERENT'],
    ['have null and an object', answer({ a: null }), answer({ a: {} }), 'DIFFERENT'],
    ['are the same error in other words', error('AccessDenied', 'x'), error('AccessDenied', 'y'), 'SAME'],
    ['are other errors', error('AccessDenied'), error('ValidationException'), 'DIFFERENT'],
    ['are an error and an answer', error('AccessDenied'), answer({ code: 'AccessDenied' }), 'DIFFERENT'],
    ['were not asked of AWS', NOT_ASKED, answer({}), 'NOT_COMPARED'],
    ['were not asked of the twin', answer({}), NOT_ASKED, 'NOT_COMPARED'],
    ['were asked of neither', NOT_ASKED, NOT_ASKED, 'NOT_COMPARED'],
  ] as const)('When they %s, Then it is %s', (_what, aws, twin, verdict) => {
    expect(verdictOf(aws, twin)).toBe(verdict);
  });
});

describe('Given the code of an error', () => {
  it.each([
    ['AccessDenied', true],
    ['AccessDeniedException', true],
    ['UnauthorizedOperation', true],
    ['AuthorizationError', true],
    ['AWSOrganizationsNotInUseException', true],
    ['NotAccessDenied', false],
    ['AccessDeniedForDependencyException', false],
    ['ThrottlingException', false],
  ])('When it is %s, Then denied is %s', (code, denied) => {
    expect(isDenied({ code })).toBe(denied);
  });
});

describe('Given a text of AWS', () => {
  it.each([
    ['User: arn:aws:sts::111122223333:assumed-role/Ops/alex@x.org is not', 'User: <principal> is not'],
    ['User: arn:aws-us-gov:iam::111122223333:user/a+b=c,d is not', 'User: <principal> is not'],
    ['on arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d because', 'on <arn> because'],
    ['bucket arn:aws:s3:::logs/a/b "arn:aws:ssm:eu-west-1::document/AWS-X" end', 'bucket <arn> "<arn>" end'],
    ['mail alex.b+c@mail.example.co.uk now', 'mail <email> now'],
    ['keys AKIAABCDEFGHIJKL and AROA12345678', 'keys <id> and <id>'],
    ['AKIASHORT AKIA1234567', 'AKIASHORT AKIA1234567'],
    [
      'vpc-0a1b2c3d vpce-0a1b subnet-1234abcd sg-0000 i-0123456789abcdef0 mi-0123 eni-0a1b',
      '<vpc> <vpce> <subnet> <sg> <i> <mi> <eni>',
    ],
    ['rtb-1234 o-exampleorg1 ou-abcd-12345678 r-abcd p-12ab34cd', '<rtb> <o> <ou> <r> <p>'],
    // Words of sentences with a hyphen are no ids.
    ['an opt-in Region, vpc-abc', 'an opt-in Region, vpc-abc'],
    ['request 01234567-89ab-CDEF-0123-456789abcdef', 'request <request>'],
    ['account 111122223333, not 1111222233334', 'account <account>, not 1111222233334'],
    ['from 198.51.100.7 and 10.0.0.255', 'from <address> and <address>'],
    [
      'Encoded authorization failure message: Ab-C_d9 tail',
      'Encoded authorization failure message: <encoded> tail',
    ],
  ])('When %j is kept, Then it is %j', (text, kept) => {
    expect(masked(text)).toBe(kept);
  });

  it('When it is long, Then it is cut at 500 characters', () => {
    expect(masked('a '.repeat(400))).toHaveLength(500);
  });
});
