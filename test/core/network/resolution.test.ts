/** What a name resolves to, and what the answer rests on. */
import { describe, expect, it } from '@jest/globals';
import type { NetworkObservation } from '../../../functions/core/network/facts.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { type Resolution, resolve } from '../../../functions/core/network/resolution.ts';
import { failed, observe } from './observe.ts';
import { dnsAttributes, dnsServers, endpoint, rule, vpcIs, world, zonesFor } from './steps.ts';
import { DHCP, OWNER, type Step, VPC } from './world.ts';

function resolved(
  steps: Step[],
  { xen = false, ...observation }: Partial<NetworkObservation> & { xen?: boolean } = {},
): Resolution {
  const network = joinNetwork({ ...observe(world(...steps)), ...observation });
  const vpc = network.vpcs.get(VPC);
  if (!vpc) throw new Error('the world lacks its VPC');
  return resolve(network, vpc, 'ssm', xen);
}

const unread = (action: string) => ({ kind: 'unknown', facts: [{ unread: { action } }] });

describe('Given the DNS servers of a VPC', () => {
  it('when the option sets could not be read, then nothing is known, and the read is named', () => {
    const dhcpOptions = failed('ec2:DescribeDhcpOptions');
    expect(resolved([], { dhcpOptions })).toMatchObject(unread('ec2:DescribeDhcpOptions'));
  });

  it('when the first is out of reach of an instance on Xen, then nothing is known, and the option set is named', () => {
    const servers = dnsServers('fd00:ec2::253');
    expect(resolved([servers], { xen: true })).toMatchObject({
      kind: 'unknown',
      facts: [{ resource: DHCP }],
    });
    expect(resolved([servers])).toMatchObject({ kind: 'public' });
    const none = vpcIs({ DhcpOptionsId: 'default' });
    expect(resolved([none], { xen: true })).toMatchObject({ kind: 'unknown', facts: [{ resource: VPC }] });
  });

  it.each<[string, string[], object]>([
    // An interface may be a directory's.
    ['the first is in the VPC', ['10.0.1.7', '172.16.0.10'], unread('ec2:DescribeNetworkInterfaces')],
    ['the first is elsewhere', ['172.16.0.10', '10.0.1.7'], { kind: 'custom', none: false }],
    ['there is none', [], { kind: 'custom', none: true }],
    ['it is Amazon', ['AmazonProvidedDNS'], { kind: 'public' }],
  ])(
    'when interfaces could not be read and %s, then that counts only where one may answer',
    (_what, servers, expected) => {
      const networkInterfaces = failed('ec2:DescribeNetworkInterfaces');
      expect(resolved([dnsServers(...servers)], { networkInterfaces })).toMatchObject(expected);
    },
  );

  it('when they are those of others, then the first is named, with the others beside it', () => {
    const sentence = (...servers: string[]) => resolved([dnsServers(...servers)]).facts[0]?.sentence;
    expect(sentence('172.16.0.10')).toContain('name 172.16.0.10 first, so');
    expect(sentence('172.16.0.10', '172.16.0.11')).toContain('(of 172.16.0.10, 172.16.0.11)');
  });
});

describe("Given a VPC whose DNS is Amazon's", () => {
  it.each<[keyof NetworkObservation, unknown]>([
    ['endpoints', failed('the:Read')],
    ['resolverRules', failed('the:Read')],
    ['resolverRuleIds', failed('the:Read')],
    ['profileAssociations', failed('the:Read')],
    ['dnsAttributes', { [VPC]: failed('the:Read') }],
    ['hostedZones', { [VPC]: failed('the:Read') }],
  ])('when %s could not be read, then nothing is known, and the read is named', (key, read) => {
    expect(resolved([], { [key]: read })).toMatchObject(unread('the:Read'));
  });

  it('when another account shares it, then no call of a participant shows its endpoints, and none counts', () => {
    const shared = vpcIs({ OwnerId: OWNER });
    expect(resolved([shared], { endpoints: failed('the:Read') }).kind).toBe('public');
  });

  it('when a rule forwards the name, then nothing is known, and the rule is named', () => {
    expect(resolved([rule('amazonaws.com')])).toMatchObject({
      kind: 'unknown',
      facts: [{ resource: 'rslvr-rr-0', sentence: expect.stringContaining('forwards amazonaws.com') }],
    });
  });

  it('when a zone holds the name, then endpoints beside the client count only where they are available', () => {
    const local = (state: string) => {
      const found = resolved([zonesFor('ssm'), endpoint('ssm', { privateDns: false, state })]);
      return found.kind === 'central' ? found.local.length : null;
    };
    expect([local('available'), local('pending'), local('deleted')]).toEqual([1, 0, 0]);
  });

  it('when enableDnsSupport is off, then no name resolves; host names alone off, then private ones are public', () => {
    expect(resolved([zonesFor('ssm'), dnsAttributes(false, true)]).kind).toBe('nothing');
    expect(resolved([zonesFor('ssm'), dnsAttributes(true, false)]).kind).toBe('public');
  });
});
