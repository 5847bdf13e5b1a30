/** With `endpoints: central` or `auto`: what a VPC gets, what it says of its hub, and what decided. */
import { describe, expect, it } from '@jest/globals';
import type { SharedVpcNeed, SpokeNeed } from '../../../functions/core/network/facts.ts';
import { MANAGED_TAG } from '../../../functions/core/tags.ts';
import { changesOf } from './case.ts';
import {
  associated,
  byZones,
  type Edit,
  first,
  HUB_VPC,
  hubCaseOf,
  hubEndpoint,
  hubEndpointId,
  judgeCase,
  list,
  made,
  newAgent,
  PROFILE,
  value,
  zoneOf,
} from './hub-case.ts';
import { failed } from './observe.ts';
import {
  ENDPOINT_GROUP,
  endpoints,
  group as groupIs,
  https,
  instance,
  prefixList,
  withNat,
  without,
} from './steps.ts';
import { ACCOUNT, NEW_AGENT, OWNER, type Step, SUBNET_C, VPC } from './world.ts';

const OURS = ['vpce-00000000000000003', 'vpce-0000000000000000b'];
/** Two endpoints of ours in one zone each: $20.44 a month. */
const ownEndpoints = endpoints(['ssm', 'ssmmessages'], { tags: { [MANAGED_TAG]: 'true' } });
/** Others deleted that of ssmmessages. */
const oneIsLeft = endpoints(['ssm'], { tags: { [MANAGED_TAG]: 'true' } });
const journalled: Edit = (one) => {
  one.journalled.push(...OURS, 'sg-0000000000000000e');
};
const auto: Edit = ({ settings }) => {
  settings.endpoints = 'auto';
};
const unattached: Edit = ({ hub }) => {
  hub.spokeAttachments = value([]);
};

function seen(steps: Step[], ...edits: Edit[]) {
  const verdict = judgeCase(hubCaseOf(steps, newAgent, ...edits));
  const { reasons, spoke, findings } = verdict;
  const sentences = findings.map(({ sentence }) => sentence).join(' ');
  return { reasons, spoke, changes: changesOf(verdict), all: verdict.changes, sentences };
}

const HUB = {
  account: OWNER,
  vpcId: HUB_VPC,
  /** Three endpoints in two zones each. */
  monthlyUsd: 61.32,
  gigabytesPerInstance: 1,
  names: 'profile' as const,
};
const SPOKE = {
  state: 'PLANNED' as const,
  services: ['ssm', 'ssmmessages'],
  zoneIds: ['apne1-az4'],
  instances: 1,
  ownMonthlyUsd: 20.44,
  hub: HUB,
};
const OWN_ENDPOINTS = [
  'CreateEndpointSecurityGroup',
  'AllowEndpointIngress',
  'CreateInterfaceEndpoint ssm',
  'CreateInterfaceEndpoint ssmmessages',
];

const recorded = (participantId: string, vpcId: string, change: Partial<SpokeNeed> = {}): SharedVpcNeed => ({
  vpcId: HUB_VPC,
  participantId,
  subnetIds: [],
  services: [],
  unknownAgents: false,
  spokes: [{ ...SPOKE, vpcId, cidrs: [], ...change }],
});
const record = (...needs: SharedVpcNeed[]): Edit => {
  return ({ spoke }) => {
    spoke.hubNeeds.push(...needs);
  };
};
const others = (count: number, change: Partial<SpokeNeed> = {}) =>
  Array.from({ length: count }, (_, at) => recorded(OWNER, `vpc-${at}`, change));

describe('Given a VPC that lacks a path, with `endpoints: central`', () => {
  it('when the hub is reached, then its Profile is associated, and both prices are recorded', () => {
    const { changes, spoke, reasons } = seen([]);
    expect(changes).toEqual(['AssociateProfile']);
    expect(spoke).toEqual(SPOKE);
    expect(reasons).not.toContain('CENTRAL_NOT_PLANNED');
  });

  it('when two instances are in two zones, then both zones and own endpoints in both are counted', () => {
    const { spoke } = seen([instance({ id: 'i-2', subnet: SUBNET_C, agent: NEW_AGENT })]);
    expect(spoke).toEqual({
      ...SPOKE,
      instances: 2,
      zoneIds: ['apne1-az1', 'apne1-az4'],
      ownMonthlyUsd: 40.88,
    });
  });

  it('when the way to the hub has an obstacle, then nothing is planned and the obstacle is recorded', () => {
    const { changes, spoke, reasons, sentences } = seen([], unattached);
    expect(changes).toEqual([]);
    expect(reasons).toContain('CENTRAL_NOT_PLANNED');
    expect(spoke).toEqual({ ...SPOKE, state: 'BLOCKED', why: `${VPC} has no attachment to tgw-1.` });
    expect(sentences).toContain('has no attachment to tgw-1.');
  });

  it('when the hub was not read, then nothing is planned or recorded', () => {
    for (const read of [null, { kind: 'absent' as const }, failed('sts:AssumeRole')]) {
      const { changes, spoke, reasons, sentences } = seen([], (one) => (one.read = read));
      expect({ changes, spoke }).toEqual({ changes: [], spoke: null });
      expect(reasons).toContain('CENTRAL_NOT_PLANNED');
      expect(sentences).toMatch(/No hub is configured|out of scope|sts:AssumeRole failed/);
    }
  });

  it('when the hub is made and has no endpoint yet, then the VPC is planned and waits', () => {
    const { changes, spoke, reasons } = seen([], made, ({ hub }) => {
      hub.profileId = null;
      hub.profileResources = value([]);
      hub.network.endpoints = value([]);
    });
    expect(changes).toEqual([]);
    expect(reasons).toContain('CENTRAL_HUB_PENDING');
    expect(spoke).toEqual({ ...SPOKE, hub: { ...HUB, monthlyUsd: 20.44 } });
  });

  it('when the hub is one by zones, then the VPC is associated with those of the needed names', () => {
    const { all, spoke } = seen([], byZones);
    expect(all.map(({ resource }) => resource)).toEqual([`${VPC}/ZSSM`, `${VPC}/ZSSMMESSAGES`]);
    expect(spoke).toEqual({ ...SPOKE, hub: { ...HUB, names: 'zones' } });
  });

  it.each<[string, Step[]]>([
    ['has a path already', [withNat]],
    ['holds nothing that runs', [without.instances]],
  ])('when it %s, then nothing is planned or recorded', (_what, steps) => {
    for (const setting of ['central', 'auto'] as const) {
      const { changes, spoke, reasons } = seen(steps, ({ settings }) => (settings.endpoints = setting));
      expect({ changes, spoke, reasons }).toEqual({ changes: [], spoke: null, reasons: [] });
    }
  });

  it.each(['provision', 'report', 'off'] as const)(
    'when the setting is %s instead, then no hub counts',
    (setting) => {
      const { changes, spoke } = seen([], ({ settings }) => (settings.endpoints = setting));
      expect(spoke).toBeNull();
      expect(changes).toEqual(setting === 'provision' ? OWN_ENDPOINTS : []);
    },
  );
});

describe('Given a hub whose own account recorded that it cannot be made', () => {
  const refusal = (change: Partial<SharedVpcNeed> = {}) =>
    record({
      vpcId: HUB_VPC,
      participantId: OWNER,
      subnetIds: [],
      services: [],
      unknownAgents: false,
      refusal: 'No subnet has room.',
      ...change,
    });
  const why = 'The hub could not be made when its account was last looked at: No subnet has room.';

  it('when it is to be made, then its spokes are not planned, and counted still', () => {
    const { changes, spoke, reasons, sentences } = seen([], made, refusal());
    expect(changes).toEqual([]);
    expect(spoke).toEqual({ ...SPOKE, state: 'BLOCKED', isRefused: true, why });
    expect(reasons).toContain('CENTRAL_NOT_PLANNED');
    expect(sentences).toContain(why);
  });

  it('when the VPC has an obstacle besides, then that is named and it is not counted', () => {
    const { spoke } = seen([], made, refusal(), unattached);
    expect(spoke).toEqual({ ...SPOKE, state: 'BLOCKED', why: expect.stringContaining('no attachment') });
  });

  it('when the choice is automatic, then the VPC gets its own endpoints', () => {
    const { changes, reasons, spoke } = seen([], auto, made, refusal());
    expect(changes).toEqual(OWN_ENDPOINTS);
    expect(reasons).toEqual(['NO_PATH_TO_SSM']);
    expect(spoke).toMatchObject({ state: 'BLOCKED', isRefused: true });
  });

  it.each<[string, Edit[]]>([
    ['the hub has a Profile that is set', [refusal()]],
    ['it is the refusal of another hub', [made, refusal({ vpcId: 'vpc-other' })]],
    ['it is the record of another account', [made, refusal({ participantId: ACCOUNT })]],
    ['its account recorded no refusal', [made, record(recorded(OWNER, 'vpc-2'))]],
  ])('when %s, then it counts for nothing', (_what, edits) => {
    expect(seen([], ...edits).changes).toEqual(['AssociateProfile']);
  });
});

describe('Given a VPC that lacks a path, with `endpoints: auto`', () => {
  it('when its account has not recorded it yet, then it is not decided', () => {
    for (const needs of [
      [],
      [recorded(ACCOUNT, 'vpc-other')],
      [recorded(OWNER, VPC)],
      [{ ...recorded(ACCOUNT, VPC), vpcId: 'vpc-other-hub' }],
    ]) {
      const { changes, spoke, reasons } = seen([], auto, record(...needs));
      expect(changes).toEqual([]);
      expect(reasons).toContain('CENTRAL_UNDECIDED');
      expect(spoke).toEqual(SPOKE);
    }
  });

  it('when own endpoints are cheaper, then it gets those, and the prices are recorded', () => {
    const { changes, spoke, reasons } = seen([], auto, record(recorded(ACCOUNT, VPC)));
    expect(changes).toEqual(OWN_ENDPOINTS);
    expect(reasons).toEqual(['NO_PATH_TO_SSM']);
    expect(spoke).toEqual({
      ...SPOKE,
      state: 'DEARER',
      // Profile 547.50, hub 61.32, data 0.04.
      why: 'Own endpoints cost $20.44 a month for 1 VPC in ap-northeast-1, central ones $608.86.',
    });
  });

  it('when central endpoints are cheaper for all, then it uses the hub', () => {
    const { changes, spoke } = seen([], auto, byZones, record(recorded(ACCOUNT, VPC), ...others(5)));
    expect(changes).toEqual(['AssociateHubZone', 'AssociateHubZone']);
    expect(spoke).toEqual({
      ...SPOKE,
      hub: { ...HUB, names: 'zones' },
      // Two zones 1.00, hub 61.32, data of six 0.24.
      why: 'Central endpoints cost $62.56 a month for 6 VPCs in ap-northeast-1, own ones $122.64.',
    });
  });

  it('when both cost the same, then it uses the hub', () => {
    const { changes } = seen(
      [],
      auto,
      byZones,
      record(recorded(ACCOUNT, VPC), ...others(1, { ownMonthlyUsd: 41.96 })),
    );
    expect(changes).toEqual(['AssociateHubZone', 'AssociateHubZone']);
  });

  it.each<[string, SharedVpcNeed[], number]>([
    ['have an obstacle', others(9, { state: 'BLOCKED' }), 1],
    ['have their own endpoints', others(9, { state: 'OWN' }), 1],
    ['are of another hub', others(9).map((need) => ({ ...need, vpcId: 'vpc-other-hub' })), 1],
    ['use it already', others(2, { state: 'USES' }), 3],
    ['were dearer with it', others(2, { state: 'DEARER' }), 3],
    ['have the same id in another account', [recorded(OWNER, VPC)], 2],
    ['are of the same account', [recorded(ACCOUNT, 'vpc-2')], 2],
    ['were recorded without spokes', [{ ...recorded(OWNER, 'vpc-2'), spokes: [] }], 1],
  ])('when others %s, then so many count', (_what, needs, count) => {
    const { spoke } = seen([], auto, byZones, record(recorded(ACCOUNT, VPC), ...needs));
    expect(spoke?.why).toContain(`for ${count} ${count === 1 ? 'VPC' : 'VPCs'} in`);
  });

  it('when the way has an obstacle, then it gets its own endpoints without a finding', () => {
    const { changes, spoke, reasons } = seen([], auto, unattached);
    expect(changes).toEqual(OWN_ENDPOINTS);
    expect(reasons).toEqual(['NO_PATH_TO_SSM']);
    expect(spoke).toMatchObject({ state: 'BLOCKED' });
  });

  it('when the hub was not read, then it gets its own endpoints', () => {
    const { changes, spoke, reasons } = seen([], auto, (one) => (one.read = { kind: 'absent' }));
    expect({ changes, spoke, reasons }).toEqual({
      changes: OWN_ENDPOINTS,
      spoke: null,
      reasons: ['NO_PATH_TO_SSM'],
    });
  });
});

describe('Given the price of a hub', () => {
  const priceWith = (...edits: Edit[]) => seen([], ...edits).spoke?.hub.monthlyUsd;

  it('when the Profile holds two of its endpoints, then only those count', () => {
    expect(priceWith(({ hub }) => list(hub.profileResources).pop())).toBe(40.88);
  });

  it('when the Profile holds an endpoint of another VPC, then that does not count', () => {
    const foreign: Edit = ({ hub }) => {
      for (const endpoint of list(hub.network.endpoints))
        if (endpoint.endpointId === hubEndpointId('ec2messages')) endpoint.vpcId = 'vpc-other';
    };
    expect(priceWith(foreign)).toBe(40.88);
  });

  it('when an endpoint of it is held by neither Profile nor zone, then it does not count', () => {
    const beside: Edit = ({ hub }) => {
      list(hub.network.endpoints).push({ ...hubEndpoint('ssm'), endpointId: 'vpce-0d' });
    };
    expect(priceWith(beside)).toBe(61.32);
    expect(priceWith(byZones, beside)).toBe(61.32);
  });

  const toBeMade: Edit = (one) => {
    made(one);
    one.hub.profileResources = value([]);
  };

  it.each<[string, Edit[], number]>([
    ['its spoke asks for two names in one zone', [], 2],
    [
      'another spoke asks for a third name',
      [record(recorded(OWNER, 'vpc-2', { services: ['ec2messages'] }))],
      3,
    ],
    ['another spoke uses another zone', [record(recorded(OWNER, 'vpc-2', { zoneIds: ['apne1-az1'] }))], 4],
    [
      'another spoke uses a zone that the hub has not',
      [record(recorded(OWNER, 'vpc-2', { zoneIds: ['apne1-az2'] }))],
      2,
    ],
    [
      'another spoke has an obstacle',
      [record(recorded(OWNER, 'vpc-2', { state: 'BLOCKED', zoneIds: ['apne1-az1'] }))],
      2,
    ],
    [
      'it has no subnet in any zone of its spokes',
      [
        ({ hub }) => {
          for (const subnet of list(hub.network.subnets)) subnet.zoneId = 'apne1-az9';
        },
      ],
      2,
    ],
    [
      'its subnet in the second zone has no IPv4 addresses',
      [
        record(recorded(OWNER, 'vpc-2', { zoneIds: ['apne1-az1'] })),
        ({ hub }) => Object.assign(list(hub.network.subnets)[1] ?? {}, { cidr: null }),
      ],
      2,
    ],
    [
      'another VPC of its account has the subnet in the second zone',
      [
        record(recorded(OWNER, 'vpc-2', { zoneIds: ['apne1-az1'] })),
        ({ hub }) => Object.assign(list(hub.network.subnets)[1] ?? {}, { vpcId: 'vpc-other' }),
      ],
      2,
    ],
  ])('when it is made and %s, then endpoints for that are priced', (_what, edits, count) => {
    expect(priceWith(toBeMade, ...edits)).toBe(Math.round(count * 1022) / 100);
  });

  it('when the configuration has a price for the Region, then that counts', () => {
    expect(priceWith(({ settings }) => (settings.prices = { 'ap-northeast-1': { endpointAzHour: 1 } }))).toBe(
      4380,
    );
  });
});

describe('Given a VPC that uses the hub', () => {
  it('when everything works, then nothing is planned, and what it asks of the hub is recorded', () => {
    const { changes, spoke, reasons } = seen([], associated);
    expect({ changes, reasons }).toEqual({ changes: [], reasons: [] });
    expect(spoke).toEqual({ ...SPOKE, state: 'USES' });
  });

  it('when its instances are in two subnets of one zone, then own endpoints would be in one', () => {
    const { spoke } = seen(
      [instance({ id: 'i-2', subnet: SUBNET_C, agent: NEW_AGENT })],
      associated,
      ({ spoke: own }) => {
        for (const subnet of list(own.subnets)) subnet.zone = 'ap-northeast-1a';
      },
    );
    expect(spoke).toMatchObject({ instances: 2, ownMonthlyUsd: 20.44 });
  });

  it('when the way there is lost, then that is a reason', () => {
    const { changes, spoke, reasons, sentences } = seen([], associated, unattached);
    expect(changes).toEqual([]);
    expect(reasons).toEqual(['CENTRAL_UNREACHABLE']);
    expect(sentences).toContain('has no attachment to tgw-1.');
    expect(spoke).toEqual({ ...SPOKE, state: 'USES' });
  });

  it('when the way could not be read, then nothing is said', () => {
    const { reasons } = seen([], associated, ({ hub }) => {
      hub.spokeAttachments = failed('ec2:DescribeTransitGatewayVpcAttachments');
    });
    expect(reasons).toEqual([]);
  });

  it('when its Profile has the last priority, then that is no obstacle any more', () => {
    const { reasons } = seen([], associated, ({ spoke }) => {
      first(spoke.profileAssociations).priority = 9900;
    });
    expect(reasons).toEqual([]);
  });

  const goneEndpoint: Edit = ({ spoke, hub }) => {
    hub.network.endpoints = value(list(hub.network.endpoints).slice(1));
    list(hub.profileResources).shift();
    spoke.profileResources[PROFILE] = hub.profileResources;
  };

  it('when an endpoint of a hub that is made is gone, then it is made again, and the VPC waits', () => {
    const { changes, reasons, spoke } = seen([], associated, made, goneEndpoint);
    expect(changes).toEqual([]);
    expect(reasons).toContain('CENTRAL_HUB_PENDING');
    expect(spoke).toMatchObject({ state: 'USES', services: ['ssm', 'ssmmessages'] });
  });

  it('when an endpoint of a hub of others is gone, then the way is lost', () => {
    expect(seen([], associated, goneEndpoint).reasons).toContain('CENTRAL_UNREACHABLE');
  });

  it('when the choice is automatic, then it stays', () => {
    const { changes, spoke } = seen([], auto, associated);
    expect({ changes, spoke }).toEqual({ changes: [], spoke: { ...SPOKE, state: 'USES' } });
  });
});

describe('Given a VPC that has one of the zones of the hub', () => {
  const one = zoneOf('ssm');

  it('when the other name is still public, then the VPC is associated with its zone as well', () => {
    const { all, spoke } = seen([], byZones, one);
    expect(all.map(({ resource }) => resource)).toEqual([`${VPC}/ZSSMMESSAGES`]);
    expect(spoke).toMatchObject({ state: 'USES', services: ['ssm', 'ssmmessages'] });
  });

  it('when the hub has not authorized the VPC for it yet, then it waits', () => {
    const { changes, reasons } = seen([], byZones, one, ({ hub }) => {
      for (const zone of list(hub.zones)) zone.authorized = [];
    });
    expect(changes).toEqual([]);
    expect(reasons).toContain('CENTRAL_HUB_PENDING');
  });

  it('when the way is lost, then no more zones are taken', () => {
    const { changes, reasons } = seen([], byZones, one, unattached);
    expect(changes).toEqual([]);
    expect(reasons).toContain('CENTRAL_UNREACHABLE');
  });
});

describe('Given a VPC with endpoints of ours', () => {
  it('when all works, then it stays as it is, and what they cost is recorded', () => {
    for (const edit of [auto, () => {}]) {
      const { changes, spoke, reasons } = seen([ownEndpoints], journalled, edit);
      expect({ changes, reasons }).toEqual({ changes: [], reasons: [] });
      expect(spoke).toEqual({ ...SPOKE, state: 'OWN' });
    }
  });

  it('when the hub was not read, then its price is not known', () => {
    const { spoke } = seen([ownEndpoints], journalled, (one) => (one.read = { kind: 'absent' }));
    expect(spoke).toEqual({ ...SPOKE, state: 'OWN', hub: { ...HUB, monthlyUsd: null } });
  });

  it('when the endpoints are those of others, then they cost us nothing and nothing is recorded', () => {
    expect(seen([ownEndpoints]).spoke).toBeNull();
  });

  it('when the VPC is the hub itself, then it is no spoke', () => {
    const { spoke } = seen([ownEndpoints], journalled, ({ hub }) => {
      hub.settings.vpc = VPC;
    });
    expect(spoke).toBeNull();
  });

  it('when one of them is gone and the choice is automatic, then it is made again, and no other holder is named', () => {
    const { spoke, changes, reasons } = seen([oneIsLeft], journalled, auto);
    expect(changes).toContain('CreateInterfaceEndpoint ssmmessages');
    expect(reasons).toEqual(['NO_PATH_TO_SSM']);
    expect(spoke).toEqual({ ...SPOKE, state: 'OWN', ownMonthlyUsd: 10.22 });
  });

  it('when one of them is gone with `central`, then the hub is asked for that name alone', () => {
    const { spoke, changes, reasons } = seen([oneIsLeft], journalled);
    expect(changes).toEqual(['AssociateProfile']);
    expect(reasons).toEqual(['NO_PATH_TO_SSM']);
    expect(spoke).toEqual({ ...SPOKE, services: ['ssmmessages'], ownMonthlyUsd: 10.22 });
  });

  it('when one of them is gone and the hub is one by zones, then only the zone of that name is associated', () => {
    const { all, reasons } = seen([oneIsLeft], journalled, byZones);
    expect(all.map(({ resource }) => resource)).toEqual([`${VPC}/ZSSMMESSAGES`]);
    expect(reasons).toEqual(['NO_PATH_TO_SSM']);
  });

  it('when one of them is gone and the way to the hub has an obstacle, then the obstacle is named', () => {
    const { spoke, changes, sentences } = seen([oneIsLeft], journalled, unattached);
    expect(changes).toEqual([]);
    expect(sentences).toContain('has no attachment to tgw-1.');
    expect(spoke).toMatchObject({ state: 'BLOCKED', services: ['ssmmessages'] });
  });

  it('when the hub answers for the name that is gone, then everything works and nothing is said', () => {
    for (const edits of [[associated], [byZones, zoneOf('ssmmessages')]]) {
      const { changes, reasons, spoke } = seen([oneIsLeft], journalled, ...edits);
      expect({ changes, reasons }).toEqual({ changes: [], reasons: [] });
      expect(spoke).toMatchObject({ state: 'USES', services: ['ssmmessages'] });
    }
  });

  it('when private DNS of the one that is left is off, then it holds no name, and the hub is asked for both', () => {
    const { spoke, changes } = seen(
      [endpoints(['ssm'], { privateDns: false, tags: { [MANAGED_TAG]: 'true' } })],
      journalled,
    );
    expect(changes).toEqual(['AssociateProfile']);
    expect(spoke).toEqual(SPOKE);
  });

  it('when both hold their names and it is not known whether their group admits, then no other holder is named', () => {
    const group = { IpPermissions: [https({ PrefixListIds: [{ PrefixListId: 'pl-b' }] })] };
    const undecided = [ownEndpoints, prefixList('pl-b', null), groupIs(ENDPOINT_GROUP, group)];
    const { changes, reasons, sentences } = seen(undecided, journalled);
    expect({ changes, reasons }).toEqual({ changes: [], reasons: ['ENDPOINT_DRIFTED'] });
    expect(sentences).not.toContain('holder');
  });
});
