/** VPC Block Public Access: which mode counts, which egress it blocks, and which exclusion opens it again. */
import { describe, expect, it } from '@jest/globals';
import { blockPublicAccess, type WayOut } from '../../../functions/core/network/block-public-access.ts';
import type { BlockMode, ExclusionFacts, NetworkObservation } from '../../../functions/core/network/facts.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { failed, observe } from './observe.ts';
import { emptyWorld, OWNER, SUBNET_A, SUBNET_C, VPC } from './world.ts';

interface Modes {
  /** Of the account's options; null: not asked for. */
  options?: BlockMode | null;
  /** Of the states of VPC and subnet. */
  vpc?: BlockMode | null;
  subnet?: BlockMode | null;
}

const EMPTY = observe(emptyWorld());

interface Setting extends Modes {
  exclusions?: Partial<ExclusionFacts>[];
  isShared?: true;
  isRegionalNat?: true;
  observation?: Partial<NetworkObservation>;
}

function verdictOn(
  way: WayOut,
  { exclusions = [], isShared, isRegionalNat, observation, ...modes }: Setting,
) {
  const { options = null, vpc: vpcMode = null, subnet: subnetMode = null } = modes;
  const network = joinNetwork({
    ...EMPTY,
    blockPublicAccess: options === null ? null : { kind: 'value', value: { mode: options } },
    exclusions: {
      kind: 'value',
      value: exclusions.map((one) => ({
        exclusionId: 'vpcbpa-exclude-1',
        resourceId: VPC,
        mode: 'allow-bidirectional',
        inForce: true,
        ...one,
      })),
    },
    ...observation,
  });
  const vpc = network.vpcs.get(VPC);
  const subnet = network.subnets.get(SUBNET_A);
  if (!vpc || !subnet) throw new Error('the world lacks its VPC or subnet');
  return blockPublicAccess(
    network,
    { ...vpc, blockMode: vpcMode, ...(isShared ? { ownerId: OWNER } : {}) },
    isRegionalNat ? null : { ...subnet, blockMode: subnetMode },
    way,
  );
}

const WAYS: WayOut[] = ['direct', 'nat', 'firewall'];
const kindsOf = (setting: Setting) => WAYS.map((way) => verdictOn(way, setting).kind);
const BLOCKED = ['blocked', 'blocked', 'blocked'];
const OPEN = ['open', 'open', 'open'];
/** Ingress alone is blocked: NAT gateways stay open. */
const INGRESS = ['blocked', 'open', 'open'];

describe('Given the modes of account, VPC and subnet', () => {
  it.each<[string, Setting, string[]]>([
    ['nothing shows a mode', {}, OPEN],
    ['the options are off', { options: 'off' }, OPEN],
    ['the options block ingress', { options: 'block-ingress' }, INGRESS],
    ['the options block both directions', { options: 'block-bidirectional' }, BLOCKED],
    ['the options were not read and the VPC blocks', { vpc: 'block-bidirectional' }, BLOCKED],
    ['the options were not read and the VPC is off', { vpc: 'off' }, OPEN],
    ['the subnet alone blocks', { subnet: 'block-bidirectional' }, BLOCKED],
    ['the subnet is stricter than the options', { options: 'off', subnet: 'block-ingress' }, INGRESS],
    ['the options are stricter than the subnet', { options: 'block-bidirectional', subnet: 'off' }, BLOCKED],
    [
      'the options block both and the subnet ingress',
      { options: 'block-bidirectional', subnet: 'block-ingress' },
      BLOCKED,
    ],
    [
      'the subnet blocks both and the options ingress',
      { options: 'block-ingress', subnet: 'block-bidirectional' },
      BLOCKED,
    ],
    ['the VPC is stricter than the options', { options: 'off', vpc: 'block-ingress' }, INGRESS],
    ['the options are stricter than the VPC', { options: 'block-ingress', vpc: 'off' }, INGRESS],
    ['a regional NAT gateway is in no subnet', { vpc: 'block-bidirectional', isRegionalNat: true }, BLOCKED],
  ])('when %s, then each egress is judged by the strictest', (_what, setting, expected) => {
    expect(kindsOf(setting)).toEqual(expected);
  });

  it('when nothing shows a mode since the options could not be read, then it is not known', () => {
    const observation = { blockPublicAccess: failed('ec2:DescribeVpcBlockPublicAccessOptions') };
    expect(kindsOf({ observation })).toEqual(['unknown', 'unknown', 'unknown']);
    expect(verdictOn('nat', { observation })).toMatchObject({
      fact: { sentence: expect.stringContaining('ec2:DescribeVpcBlockPublicAccessOptions') },
    });
    // The states say it all the same.
    expect(kindsOf({ observation, vpc: 'block-bidirectional' })).toEqual(BLOCKED);
  });
});

describe('Given an exclusion while both directions are blocked', () => {
  const both = { options: 'block-bidirectional' } as const;

  it.each<[string, Partial<ExclusionFacts>, string[]]>([
    ['is of the VPC', {}, OPEN],
    ['is of the VPC and allows egress', { mode: 'allow-egress' }, OPEN],
    // Firewall endpoints are blocked even where their subnet is excluded.
    ['is of the subnet', { resourceId: SUBNET_A }, ['open', 'open', 'blocked']],
    ['is of another subnet', { resourceId: SUBNET_C }, BLOCKED],
    ['is of another VPC', { resourceId: 'vpc-other' }, BLOCKED],
    ['is not in force', { inForce: false }, BLOCKED],
  ])('when it %s, then it opens no more than that', (_what, exclusion, expected) => {
    expect(kindsOf({ ...both, exclusions: [exclusion] })).toEqual(expected);
  });

  it('when one of two covers the subnet, then it is open', () => {
    const exclusions = [{ resourceId: 'vpc-other' }, { resourceId: SUBNET_A }];
    expect(verdictOn('nat', { ...both, exclusions }).kind).toBe('open');
  });

  it('when there is none, then what is blocked is named: the subnet, or the VPC where it is the way through it', () => {
    for (const [way, setting, resource] of [
      ['nat', both, SUBNET_A],
      ['firewall', both, VPC],
      ['nat', { ...both, isRegionalNat: true }, VPC],
    ] as const) {
      expect(verdictOn(way, setting)).toMatchObject({
        fact: { resource, sentence: expect.stringContaining(`no exclusion covers ${resource}`) },
      });
    }
  });

  it('when exclusions could not be read, then it is not known', () => {
    const observation = { exclusions: failed('ec2:DescribeVpcBlockPublicAccessExclusions') };
    expect(verdictOn('nat', { ...both, observation })).toMatchObject({
      kind: 'unknown',
      fact: { sentence: expect.stringContaining('ec2:DescribeVpcBlockPublicAccessExclusions') },
    });
    expect(verdictOn('nat', { options: 'block-ingress', observation }).kind).toBe('open');
  });
});

describe('Given an exclusion while ingress is blocked', () => {
  it('when it allows egress only, then it does not apply; when it allows both directions, then it does', () => {
    const withMode = (mode: ExclusionFacts['mode']) =>
      verdictOn('direct', { options: 'block-ingress', exclusions: [{ mode }] }).kind;
    expect(withMode('allow-egress')).toBe('blocked');
    expect(withMode('allow-bidirectional')).toBe('open');
  });
});

describe('Given a VPC that another account shares', () => {
  it("when its states block, then exclusions are the owner's to see, and nothing is known", () => {
    const blocked: Setting = { isShared: true, vpc: 'block-bidirectional', exclusions: [{}] };
    expect(kindsOf(blocked)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(verdictOn('nat', blocked)).toMatchObject({ fact: { resource: VPC } });
  });

  it('when the own options block and its states do not, then the own options do not count', () => {
    expect(kindsOf({ isShared: true, options: 'block-bidirectional', vpc: 'off' })).toEqual(OPEN);
    expect(kindsOf({ isShared: true, options: 'block-bidirectional' })).toEqual(OPEN);
    expect(kindsOf({ isShared: true, options: 'off', subnet: 'block-ingress' })).toEqual([
      'unknown',
      'open',
      'open',
    ]);
  });
});
