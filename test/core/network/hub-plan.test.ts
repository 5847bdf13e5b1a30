/** What the hub's own account makes of a hub for its spokes. */
import { describe, expect, it } from '@jest/globals';
import type { SpokeNeed } from '../../../functions/core/network/facts.ts';
import { first, HUB_A, HUB_C, HUB_VPC, list, PROFILE, value } from './hub-case.ts';
import {
  admitted,
  type Edit,
  hasEndpoints,
  judgeHub,
  kinds,
  MADE,
  needOf,
  recorded,
  spoke,
  subnet,
  subnetsOf,
} from './hub-maker.ts';
import { ACCOUNT, OWNER, REGION } from './world.ts';

describe('Given a hub VPC that spokes recorded a need for', () => {
  it('when nothing is there, then group, endpoints and a Profile are made, and spokes wait', () => {
    const { reasons, hubRefusal, proposal } = judgeHub();
    expect(kinds()).toEqual([...MADE, 'CreateHubProfile']);
    expect(reasons).toEqual(['CENTRAL_HUB_PENDING']);
    expect(hubRefusal).toBeNull();
    expect(proposal).toMatchObject({ endpointZones: 2, monthlyUsd: 20.44 });
  });

  it('when the choice is automatic, then it is made as well', () => {
    expect(kinds(({ settings }) => (settings.endpoints = 'auto'))).toEqual([...MADE, 'CreateHubProfile']);
  });

  it.each<[string, Edit]>([
    [
      'the Profile is set',
      ({ own }) => {
        if (own.hubSettings) own.hubSettings.profile = PROFILE;
      },
    ],
    [
      'no hub is set',
      ({ own }) => {
        own.hubSettings = null;
      },
    ],
    [
      'another VPC is the hub',
      ({ own }) => {
        if (own.hubSettings) own.hubSettings.vpc = 'vpc-other';
      },
    ],
    [
      'another account is',
      ({ own }) => {
        if (own.hubSettings) own.hubSettings.account = ACCOUNT;
      },
    ],
    [
      'endpoints are off',
      ({ settings }) => {
        settings.endpoints = 'off';
      },
    ],
    [
      'endpoints are only reported',
      ({ settings }) => {
        settings.endpoints = 'report';
      },
    ],
    ['no one needs it', recorded()],
    ['the need is of another VPC', recorded(needOf([spoke()], { vpcId: 'vpc-other' }))],
    ['its spoke has an obstacle', recorded(needOf([spoke({ state: 'BLOCKED' })]))],
    ['its spoke has own endpoints', recorded(needOf([spoke({ state: 'OWN' })]))],
    ['it was too dear', recorded(needOf([spoke({ state: 'DEARER' })]))],
  ])('when %s, then nothing is made', (_what, edit) => {
    const { changes, hubRefusal, reasons } = judgeHub(edit);
    expect({ changes, hubRefusal, reasons }).toEqual({ changes: [], hubRefusal: null, reasons: [] });
  });

  it.each<[string, SpokeNeed]>([
    ['uses it', spoke({ state: 'USES' })],
    ['was refused', spoke({ state: 'BLOCKED', isRefused: true })],
  ])('when its spoke %s, then it is made', (_what, one) => {
    expect(kinds(recorded(needOf([one])))).toEqual([...MADE, 'CreateHubProfile']);
  });

  it('when spokes are of several accounts and a participant has none, then all are served', () => {
    const { spokes: _none, ...own } = needOf([]);
    const needs = [
      own,
      needOf([spoke()]),
      needOf([spoke({ vpcId: 'vpc-2', services: ['ec2messages'], cidrs: ['10.9.0.0/16'] })], {
        participantId: OWNER,
      }),
    ];
    expect(kinds(recorded(...needs))).toContain('CreateInterfaceEndpoint ec2messages');
    expect(admitted(recorded(...needs))).toEqual(['10.1.0.0/16', '10.9.0.0/16', '10.50.0.0/16']);
  });

  it('when blocks of spokes touch, then they are joined', () => {
    const needs = recorded(needOf([spoke(), spoke({ vpcId: 'vpc-2', cidrs: ['10.0.0.0/16'] })]));
    expect(admitted(needs)).toEqual(['10.0.0.0/15', '10.50.0.0/16']);
  });

  it('when all costs more than the limit, then nothing of it is made', () => {
    const { reasons } = judgeHub(({ settings }) => {
      settings.maxMonthlyUsdPerVpc = 20.43;
    });
    expect(reasons).toContain('BUDGET_EXCEEDED');
    expect(
      kinds(({ settings }) => {
        settings.maxMonthlyUsdPerVpc = 20.43;
      }),
    ).toEqual([]);
    expect(
      kinds(({ settings }) => {
        settings.maxMonthlyUsdPerVpc = 20.44;
      }),
    ).toHaveLength(5);
  });
});

describe('Given subnets of the hub VPC', () => {
  const both = recorded(
    needOf([spoke({ zoneIds: ['apne1-az4'] }), spoke({ vpcId: 'vpc-2', zoneIds: ['apne1-az1'] })]),
  );
  const full = (subnetId: string): Edit => {
    return ({ own }) => {
      for (const one of list(own.subnets)) if (one.subnetId === subnetId) one.freeAddresses = 1;
    };
  };

  it('when spokes use one zone, then endpoints are in that zone, by its id', () => {
    expect(subnetsOf()).toEqual([HUB_A]);
    expect(subnetsOf(recorded(needOf([spoke({ zoneIds: ['apne1-az1'] })])))).toEqual([HUB_C]);
  });

  it('when spokes use two zones, then they are in both', () => {
    expect(subnetsOf(both)).toEqual([HUB_A, HUB_C]);
  });

  it('when the hub has none of their zones, then they are in the subnet with most room', () => {
    const elsewhere = recorded(needOf([spoke({ zoneIds: ['apne1-az9'] })]));
    expect(
      subnetsOf(elsewhere, ({ own }) => {
        first(own.subnets).freeAddresses = 100;
      }),
    ).toEqual([HUB_C]);
    expect(subnetsOf(elsewhere)).toEqual([HUB_A]);
    expect(subnetsOf(elsewhere, ({ own }) => void list(own.subnets).reverse())).toEqual([HUB_A]);
  });

  it('when a zone has two subnets, then the one with more room is taken', () => {
    expect(subnetsOf(({ own }) => subnet(own, { subnetId: 'subnet-wide', freeAddresses: 4000 }))).toEqual([
      'subnet-wide',
    ]);
    expect(subnetsOf(({ own }) => subnet(own, { subnetId: 'subnet-0', freeAddresses: 200 }))).toEqual([
      'subnet-0',
    ]);
  });

  it('when a subnet has room for one endpoint of two, then it is not taken', () => {
    expect(subnetsOf(both, full(HUB_A))).toEqual([HUB_C]);
    expect(
      subnetsOf(both, ({ own }) => {
        first(own.subnets).freeAddresses = 2;
      }),
    ).toEqual([HUB_A, HUB_C]);
  });

  it.each<[string, Edit]>([
    [
      'no subnet has room',
      ({ own }) =>
        list(own.subnets).forEach((one) => {
          one.freeAddresses = 1;
        }),
    ],
    [
      'all are of another VPC',
      ({ own }) =>
        list(own.subnets).forEach((one) => {
          one.vpcId = 'vpc-other';
        }),
    ],
    [
      'all are without IPv4 addresses',
      ({ own }) =>
        list(own.subnets).forEach((one) => {
          one.cidr = null;
        }),
    ],
    [
      'all are native to IPv6',
      ({ own }) =>
        list(own.subnets).forEach((one) => {
          one.ipv6Native = true;
        }),
    ],
    [
      'the service is in none of their zones',
      ({ own }) =>
        list(own.endpointServices).forEach((one) => {
          one.zones = [`${REGION}d`];
        }),
    ],
    [
      'the Region does not offer the service',
      ({ own }) => {
        own.endpointServices = value([]);
      },
    ],
  ])('when %s, then the hub is refused', (_what, edit) => {
    const { changes, hubRefusal, reasons } = judgeHub(edit);
    expect(changes).toEqual([]);
    expect(hubRefusal).toBe(`No subnet of ${HUB_VPC} has room for endpoints of ssm.`);
    expect(reasons).toEqual(['CENTRAL_HUB_REFUSED']);
  });

  it('when endpoints have taken the last addresses, then their subnet counts still', () => {
    const { hubRefusal } = judgeHub(hasEndpoints(true), full(HUB_A), full(HUB_C));
    expect(hubRefusal).toBeNull();
  });
});
