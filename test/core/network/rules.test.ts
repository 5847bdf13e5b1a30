import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { policyAdmits } from '../../../functions/core/network/endpoint-policy.ts';
import {
  cidrSet,
  intersect,
  PUBLIC,
  parseCidr,
  shareOf,
  sizeOf,
  subtract,
  union,
} from '../../../functions/core/network/ipv4.ts';
import { needsEc2Messages } from '../../../functions/core/network/needed-names.ts';
import { endpointPolicyText } from '../../../functions/core/network/own-endpoint-policy.ts';
import { worstOf } from '../../../functions/core/network/verdict.ts';

describe('Given IPv4 blocks', () => {
  it.each(['010.0.0.1', '10.0.0.0/33', '10.0.0', '0x0a.0.0.1', '10.0.0.0/08', '::/0', ''])(
    'when %j is read, then it is refused',
    (text) => expect(() => parseCidr(text)).toThrow(/is not an IPv4 CIDR block/),
  );

  it('when host bits are set, then they are cleared', () => {
    expect(parseCidr('10.0.0.77/24')).toEqual(parseCidr('10.0.0.0/24'));
    expect(sizeOf(cidrSet('0.0.0.0/0'))).toBe(2 ** 32);
  });

  it('when public space is asked for, then private and special blocks are not in it', () => {
    for (const cidr of [
      '10.1.0.0/16',
      '100.64.0.0/10',
      '169.254.169.254/32',
      '224.0.0.0/4',
      '255.255.255.255/32',
    ]) {
      expect(shareOf(cidrSet(cidr), PUBLIC)).toBe(0);
    }
    expect(shareOf(cidrSet('52.94.0.0/16', '100.128.0.0/9', '223.255.255.255'), PUBLIC)).toBe(1);
  });

  it('when sets are joined and cut, then sizes add up', () => {
    const block = fc
      .tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 1, max: 32 }))
      .map(([a, b, length]) => `${a}.${b}.0.0/${length}`);
    fc.assert(
      fc.property(fc.array(block), fc.array(block), (ones, others) => {
        const [one, other] = [cidrSet(...ones), cidrSet(...others)];
        expect(sizeOf(union(one, other))).toBe(sizeOf(one) + sizeOf(other) - sizeOf(intersect(one, other)));
        expect(sizeOf(subtract(one, other))).toBe(sizeOf(one) - sizeOf(intersect(one, other)));
      }),
    );
  });
});

describe('Given an endpoint policy', () => {
  const org = (operator: string, ids: string | string[]) => ({ [operator]: { 'aws:PrincipalOrgID': ids } });
  const all = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
  const verdict = (...Statement: object[]) =>
    policyAdmits(JSON.stringify({ Statement }), 'ssmmessages', 'o-own');

  it('when there is none, then full access is the default', () => {
    expect(policyAdmits(null, 'ssm', 'o-own')).toBe('ADMITTED');
  });

  it.each([
    ['everything', [all], 'ADMITTED'],
    ['principal in AWS form', [{ ...all, Principal: { AWS: '*' } }], 'ADMITTED'],
    ['one of two actions', [{ ...all, Action: 'ssmmessages:CreateControlChannel' }], 'BLOCKED'],
    ['both by wildcard', [{ ...all, Action: 'SSMMessages:Create*Channel' }], 'ADMITTED'],
    ['a named principal', [{ ...all, Principal: { AWS: 'arn:aws:iam::1:root' } }], 'UNDECIDED'],
    ['a condition', [{ ...all, Condition: { Bool: { a: 'b' } } }], 'UNDECIDED'],
    ['a conditional deny', [all, { ...all, Effect: 'Deny', Condition: { Bool: { a: 'b' } } }], 'UNDECIDED'],
    ['a deny', [all, { ...all, Effect: 'Deny', Action: 'ssmmessages:*' }], 'BLOCKED'],
    ['all but others', [{ Effect: 'Allow', Principal: '*', NotAction: 's3:*', Resource: '*' }], 'ADMITTED'],
    [
      'all but these',
      [{ Effect: 'Allow', Principal: '*', NotAction: 'ssmmessages:*', Resource: '*' }],
      'BLOCKED',
    ],
    ['nothing', [], 'BLOCKED'],
    ['the own organization', [{ ...all, Condition: org('StringEquals', 'o-own') }], 'ADMITTED'],
    ['one of two organizations', [{ ...all, Condition: org('StringEquals', ['o-x', 'o-own']) }], 'ADMITTED'],
    ['another organization', [{ ...all, Condition: org('StringEquals', 'o-x') }], 'BLOCKED'],
    ['a wildcard of organizations', [{ ...all, Condition: org('StringLike', 'o-*') }], 'UNDECIDED'],
    [
      'all, and denies other organizations',
      [all, { ...all, Effect: 'Deny', Condition: org('StringNotEquals', 'o-own') }],
      'ADMITTED',
    ],
    [
      'all, and denies the own organization',
      [all, { ...all, Effect: 'Deny', Condition: org('StringEqualsIfExists', 'o-own') }],
      'BLOCKED',
    ],
    [
      'the own organization under one more condition',
      [{ ...all, Condition: { ...org('StringEquals', 'o-own'), Bool: { a: 'b' } } }],
      'UNDECIDED',
    ],
  ])('when it allows %s, then the answer is as IAM would evaluate it', (_what, statements, expected) => {
    expect(verdict(...statements)).toBe(expected);
  });

  it('when only the organization may call ssm, then it counts once the call for credentials is exempt', () => {
    const own = { ...all, Condition: org('StringEquals', 'o-own') };
    const exempt = { ...all, Action: 'ssm:RequestManagedInstanceRoleToken' };
    const ssm = (...Statement: object[]) => policyAdmits(JSON.stringify({ Statement }), 'ssm', 'o-own');
    expect([ssm(own), ssm(own, exempt)]).toEqual(['UNDECIDED', 'ADMITTED']);
    const ours = endpointPolicyText('organization', 'o-own');
    for (const name of ['ssm', 'ssmmessages', 'ec2messages'] as const) {
      expect(policyAdmits(ours, name, 'o-own')).toBe('ADMITTED');
      expect(policyAdmits(ours, name, 'o-other')).not.toBe('ADMITTED');
    }
  });

  it('when it is no JSON, then nothing is decided', () => {
    expect(policyAdmits('{', 'ssm', 'o-own')).toBe('UNDECIDED');
  });
});

describe('Given versions and paths', () => {
  it.each([
    ['3.3.39.9', true],
    ['3.3.40.0', false],
    ['3.10.0.0', false],
    ['3.3.4.0', true],
    ['2.9.999.0', true],
    ['4', false],
    [null, false],
    ['unknown', false],
  ])('when the agent is %s, then its need of ec2messages is %s', (version, needs) => {
    expect(needsEc2Messages(version)).toBe(needs);
  });

  it('when paths are compared, then NONE is the worst and PROVEN the best', () => {
    expect(worstOf(['PROVEN', 'ENDPOINTS', 'CENTRAL', 'INTERNET', 'UNKNOWN', 'NONE'])).toBe('NONE');
    expect(worstOf(['PROVEN', 'ENDPOINTS', 'CENTRAL', 'INTERNET', 'UNKNOWN'])).toBe('UNKNOWN');
    expect(worstOf(['PROVEN', 'ENDPOINTS', 'CENTRAL', 'INTERNET'])).toBe('INTERNET');
    expect(worstOf([])).toBe('PROVEN');
  });
});
