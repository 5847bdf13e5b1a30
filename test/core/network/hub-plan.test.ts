/** What the hub's own account makes of a hub for its spokes, or why it cannot. */
import { describe, expect, it } from '@jest/globals';
import type { SharedVpcNeed, SpokeNeed, SubnetFacts } from '../../../functions/core/network/facts.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import type { NetworkSettings } from '../../../functions/core/network/network-settings.ts';
import { authorizedIn } from '../../../functions/core/network/ownership.ts';
import { judgeVpc } from '../../../functions/core/network/vpc-verdict.ts';
import { MANAGED_TAG } from '../../../functions/core/tags.ts';
import { changesOf, contextOf } from './case.ts';
import {
  first,
  HUB_A,
  HUB_C,
  HUB_GROUP,
  HUB_VPC,
  hubEndpoint,
  hubEndpointId,
  hubObservation,
  hubZone,
  list,
  PROFILE,
  value,
} from './hub-case.ts';
import { failed } from './observe.ts';
import { ACCOUNT, OWNER, REGION } from './world.ts';

/** The hub's account, which recorded spokes name, and what is ours in it. */
interface Maker {
  own: ReturnType<typeof hubObservation>['network'];
  journalled: string[];
  settings: Partial<NetworkSettings>;
}
type Edit = (maker: Maker) => void;

const spoke = (change: Partial<SpokeNeed> = {}): SpokeNeed => ({
  state: 'PLANNED',
  services: ['ssm', 'ssmmessages'],
  zoneIds: ['apne1-az4'],
  instances: 1,
  ownMonthlyUsd: 20.44,
  hub: { account: OWNER, vpcId: HUB_VPC, monthlyUsd: null, gigabytesPerInstance: 1, names: 'profile' },
  vpcId: 'vpc-1',
  cidrs: ['10.1.0.0/16'],
  ...change,
});
const needOf = (spokes: SpokeNeed[], change: Partial<SharedVpcNeed> = {}): SharedVpcNeed => ({
  vpcId: HUB_VPC,
  participantId: ACCOUNT,
  subnetIds: [],
  services: [],
  unknownAgents: false,
  spokes,
  ...change,
});

function judgeHub(...edits: Edit[]) {
  const { network, settings } = hubObservation();
  const maker: Maker = {
    own: {
      ...network,
      hubSettings: { ...settings, profile: null },
      organizationArn: 'arn:aws:organizations::999999999999:organization/o-exampleorg1',
      hubHoldings: {
        [HUB_VPC]: value({ profile: null, resourceArns: [], users: [], shareArn: null }),
      },
      needs: [needOf([spoke()])],
      endpoints: value([]),
      securityGroups: value([]),
      endpointServices: value(
        list(network.endpointServices).map((service) => ({
          ...service,
          zones: [`${REGION}a`, `${REGION}c`],
        })),
      ),
    },
    journalled: [],
    settings: { endpoints: 'central', maxMonthlyUsdPerVpc: 1000 },
  };
  for (const edit of edits) edit(maker);
  const joined = joinNetwork(maker.own);
  const vpc = joined.vpcs.get(HUB_VPC);
  if (!vpc) throw new Error('no hub VPC');
  return judgeVpc(joined, vpc, contextOf({ settings: maker.settings, journalled: maker.journalled }));
}

const kinds = (...edits: Edit[]) => changesOf(judgeHub(...edits));
const subnetsOf = (...edits: Edit[]) => {
  const found = judgeHub(...edits).changes.flatMap(({ action }) =>
    action.kind === 'CreateInterfaceEndpoint' ? [action.subnetIds] : [],
  );
  return found[0] ?? null;
};
/** Blocks that the group of the hub is to admit. */
const admitted = (...edits: Edit[]) =>
  judgeHub(...edits).changes.flatMap(({ action }) =>
    action.kind === 'AllowEndpointIngress' ? action.cidrs : [],
  );
const recorded = (...needs: SharedVpcNeed[]): Edit => {
  return ({ own }) => {
    own.needs = needs;
  };
};
const byZones: Edit = ({ own }) => {
  if (own.hubSettings) own.hubSettings.names = 'zones';
  own.hubZones = value([]);
};
/** Group and endpoints of ours, in both subnets. */
const hasEndpoints =
  (privateDns: boolean): Edit =>
  ({ own, journalled }) => {
    const tags = { [MANAGED_TAG]: 'true' };
    const { network } = hubObservation();
    const names = ['ssm', 'ssmmessages'] as const;
    own.endpoints = value(
      names.map((name) => ({
        ...hubEndpoint(name),
        privateDns,
        tags,
        subnetIds: [HUB_A],
        regionalName: {
          dnsName: `${hubEndpointId(name)}-x.${name}.${REGION}.vpce.amazonaws.com`,
          zoneId: 'ZVPCE',
        },
      })),
    );
    const group = first(network.securityGroups);
    own.securityGroups = value([
      {
        ...group,
        tags,
        ingress: group.ingress.map((rule) => ({ ...rule, cidrs: ['10.50.0.0/16', '10.1.0.0/16'] })),
      },
    ]);
    journalled.push(HUB_GROUP, ...names.map(hubEndpointId));
  };
const MADE = [
  'CreateEndpointSecurityGroup',
  'AllowEndpointIngress',
  'CreateInterfaceEndpoint ssm',
  'CreateInterfaceEndpoint ssmmessages',
];
const subnet = (own: Maker['own'], change: Partial<SubnetFacts>) => {
  list(own.subnets).push({ ...first(own.subnets), ...change });
};

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

describe('Given a hub that cannot be made', () => {
  const blocks = (count: number) =>
    recorded(
      needOf(
        Array.from({ length: count }, (_, at) =>
          spoke({ vpcId: `vpc-${at}`, cidrs: [`10.${60 + 2 * at}.0.0/16`] }),
        ),
      ),
    );

  it.each<[string, Edit, string]>([
    [
      'its spokes take 61 rules',
      blocks(60),
      'The spokes of the hub take 61 rules in its security group, more than 60',
    ],
    [
      'the services could not be read',
      ({ own }) => {
        own.endpointServices = failed('ec2:DescribeVpcEndpointServices');
      },
      'ec2:DescribeVpcEndpointServices failed with UnauthorizedOperation.',
    ],
    [
      'its DNS attributes could not be read',
      ({ own }) => {
        own.dnsAttributes[HUB_VPC] = failed('ec2:DescribeVpcAttribute');
      },
      'ec2:DescribeVpcAttribute failed with UnauthorizedOperation.',
    ],
    [
      'enableDnsSupport is off',
      ({ own }) => {
        own.dnsAttributes[HUB_VPC] = value({ support: false, hostnames: true });
      },
      'of which the first is off.',
    ],
    [
      'enableDnsHostnames is off',
      ({ own }) => {
        own.dnsAttributes[HUB_VPC] = value({ support: true, hostnames: false });
      },
      'of which the second is off.',
    ],
    [
      'an endpoint of others holds a name',
      ({ own }) => void list(own.endpoints).push(hubEndpoint('ssmmessages')),
      `${hubEndpointId('ssmmessages')} of the hub VPC holds ssmmessages already and is not ours; set the Profile`,
    ],
    [
      'a zone of others holds a name',
      ({ own }) =>
        void list(own.hostedZones[HUB_VPC]).push({
          hostedZoneId: 'ZOTHER',
          name: `ssm.${REGION}.amazonaws.com`,
          owningAccount: ACCOUNT,
          owningService: null,
        }),
      `The private hosted zone ZOTHER (account ${ACCOUNT}) holds ssm.${REGION}.amazonaws.com in ${HUB_VPC} and is not ours.`,
    ],
    [
      'a zone of a hub by zones that we made holds a name',
      ({ own, journalled }) => {
        journalled.push('ZSSM');
        list(own.hostedZones[HUB_VPC]).push({
          hostedZoneId: 'ZSSM',
          name: `ssm.${REGION}.amazonaws.com`,
          owningAccount: OWNER,
          owningService: null,
        });
      },
      'roll back the run that made the hub by zones first.',
    ],
    [
      'zones could not be read',
      ({ own }) => {
        own.hostedZones[HUB_VPC] = failed('route53:ListHostedZonesByVPC');
      },
      'route53:ListHostedZonesByVPC failed with UnauthorizedOperation.',
    ],
  ])('when %s, then that is its refusal, and nothing is made', (_what, edit, sentence) => {
    const { changes, hubRefusal, reasons } = judgeHub(edit);
    expect(changes).toEqual([]);
    expect(hubRefusal).toContain(sentence);
    expect(reasons).toEqual(['CENTRAL_HUB_REFUSED']);
  });

  it('when its spokes take 60 rules, then it is made', () => {
    expect(judgeHub(blocks(59)).hubRefusal).toBeNull();
  });

  it('when its group has rules besides, then they count', () => {
    const others: Edit = (maker) => {
      hasEndpoints(true)(maker);
      for (const rule of first(maker.own.securityGroups).ingress)
        rule.cidrs = ['172.16.0.0/16', '10.50.0.0/16'];
    };
    expect(judgeHub(others, blocks(59)).hubRefusal).toContain('take 61 rules');
    expect(judgeHub(others, blocks(58)).hubRefusal).toBeNull();
  });

  it.each<[string, Edit]>([
    [
      'an endpoint of others has private DNS off',
      ({ own }) => void list(own.endpoints).push({ ...hubEndpoint('ssm'), privateDns: false }),
    ],
    [
      'an endpoint of others holds a name that no one needs',
      ({ own }) => void list(own.endpoints).push(hubEndpoint('ec2messages')),
    ],
    [
      'a zone of others holds another name',
      ({ own }) =>
        void list(own.hostedZones[HUB_VPC]).push({
          hostedZoneId: 'ZOTHER',
          name: 'example.com',
          owningAccount: ACCOUNT,
          owningService: null,
        }),
    ],
    [
      'a zone is that of an AWS service',
      ({ own }) =>
        void list(own.hostedZones[HUB_VPC]).push({
          hostedZoneId: 'ZAWS',
          name: `ssm.${REGION}.amazonaws.com`,
          owningAccount: null,
          owningService: 'vpce.amazonaws.com',
        }),
    ],
  ])('when %s, then that refuses nothing', (_what, edit) => {
    expect(judgeHub(edit).hubRefusal).toBeNull();
  });
});

describe('Given a hub by Profile whose endpoints are there', () => {
  const arn = (name: 'ssm' | 'ssmmessages') =>
    `arn:aws:ec2:${REGION}:${OWNER}:vpc-endpoint/${hubEndpointId(name)}`;
  const holds = (resourceArns: string[], shareArn: string | null = null): Edit => {
    return ({ own }) => {
      own.hubHoldings[HUB_VPC] = value({
        profile: {
          profileId: 'rp-made',
          arn: `arn:aws:route53profiles:${REGION}:${OWNER}:profile/rp-made`,
          name: `dhmc-rollout-${HUB_VPC}`,
        },
        resourceArns,
        users: [],
        shareArn,
      });
    };
  };

  it('when its Profile is empty, then it gets them and is shared', () => {
    expect(kinds(hasEndpoints(true), holds([]))).toEqual([
      'AddHubEndpoint',
      'AddHubEndpoint',
      'ShareHubProfile',
    ]);
    expect(judgeHub(hasEndpoints(true), holds([])).findings[0]?.sentence).toBe(
      'Its Profile holds no endpoint for ssm yet.',
    );
  });

  it('when it holds both and is not shared, then it is shared', () => {
    const edits = [hasEndpoints(true), holds([arn('ssm'), arn('ssmmessages')])];
    expect(kinds(...edits)).toEqual(['ShareHubProfile']);
    expect(judgeHub(...edits).findings[0]?.sentence).toBe('Its Profile is not shared yet.');
  });

  it('when it holds both and is shared, then nothing is lacking', () => {
    const { changes, reasons } = judgeHub(
      hasEndpoints(true),
      holds([arn('ssm'), arn('ssmmessages')], 'arn:share'),
    );
    expect({ changes, reasons }).toEqual({ changes: [], reasons: [] });
  });

  it('when private DNS of one is off, then it is turned on before it is added', () => {
    expect(kinds(hasEndpoints(false), holds([arn('ssm'), arn('ssmmessages')], 'arn:share'))).toEqual([
      'ModifyInterfaceEndpoint',
      'ModifyInterfaceEndpoint',
    ]);
  });

  it('when a spoke uses another zone, then the endpoints get a subnet there', () => {
    const wider = recorded(needOf([spoke({ zoneIds: ['apne1-az1', 'apne1-az4'] })]));
    const { changes } = judgeHub(
      hasEndpoints(true),
      wider,
      holds([arn('ssm'), arn('ssmmessages')], 'arn:share'),
    );
    expect(changes.map(({ action }) => action)).toMatchObject([
      { addSubnetIds: [HUB_C] },
      { addSubnetIds: [HUB_C] },
    ]);
  });

  it('when the holding could not be read, then nothing more is planned and that is said', () => {
    const { changes, findings } = judgeHub(hasEndpoints(true), ({ own }) => {
      own.hubHoldings[HUB_VPC] = failed('route53profiles:ListProfiles');
    });
    expect(changes).toEqual([]);
    expect(findings.map(({ sentence }) => sentence)).toEqual([
      'route53profiles:ListProfiles failed with UnauthorizedOperation.',
    ]);
  });
});

describe('Given a hub by zones', () => {
  const zonesAre = (...zones: ReturnType<typeof hubZone>[]): Edit => {
    return ({ own, journalled }) => {
      own.hubZones = value(zones);
      journalled.push(...zones.map(({ zoneId }) => zoneId));
    };
  };
  const ready = zonesAre(
    { ...hubZone('ssm'), authorized: [] },
    { ...hubZone('ssmmessages'), authorized: [] },
  );

  it('when nothing is there, then zones are made with the endpoints, whose private DNS is off', () => {
    const { changes } = judgeHub(byZones);
    expect(changes.map(({ action }) => action.kind)).toEqual([
      'CreateEndpointSecurityGroup',
      'AllowEndpointIngress',
      'CreateInterfaceEndpoint',
      'CreateInterfaceEndpoint',
      'CreateHubZone',
      'CreateHubZone',
    ]);
    expect(
      changes.flatMap(({ action }) => (action.kind === 'CreateInterfaceEndpoint' ? [action.privateDns] : [])),
    ).toEqual([false, false]);
  });

  it('when DNS attributes of the hub VPC are off or unread, then that refuses nothing', () => {
    expect(
      judgeHub(byZones, ({ own }) => {
        own.dnsAttributes[HUB_VPC] = value({ support: false, hostnames: false });
      }).hubRefusal,
    ).toBeNull();
    expect(
      judgeHub(byZones, ({ own }) => {
        own.dnsAttributes[HUB_VPC] = failed('ec2:DescribeVpcAttribute');
      }).hubRefusal,
    ).toBeNull();
  });

  it('when an endpoint of others holds a name, then the hub is refused without a word of Profiles', () => {
    const { hubRefusal } = judgeHub(byZones, ({ own }) => void list(own.endpoints).push(hubEndpoint('ssm')));
    expect(hubRefusal).toBe(`${hubEndpointId('ssm')} of the hub VPC holds ssm already and is not ours.`);
  });

  it('when endpoints of ours hold their names, then the hub is refused', () => {
    expect(judgeHub(byZones, hasEndpoints(true)).hubRefusal).toContain(
      'roll back the run that made the hub by a Profile first.',
    );
  });

  it('when its zones could not be read, then the hub is refused', () => {
    const edit: Edit = ({ own }) => {
      own.hubZones = failed('route53:ListHostedZones');
    };
    expect(judgeHub(byZones, edit).hubRefusal).toBe(
      'route53:ListHostedZones failed with UnauthorizedOperation.',
    );
  });

  it('when a zone of others holds a name, then the hub is refused', () => {
    const edit: Edit = ({ own }) =>
      void list(own.hostedZones[HUB_VPC]).push({
        hostedZoneId: 'ZOTHER',
        name: `ssm.${REGION}.amazonaws.com`,
        owningAccount: null,
        owningService: null,
      });
    expect(judgeHub(byZones, edit).hubRefusal).toContain('ZOTHER (account unknown)');
  });

  it('when the hub and its spokes are 301 VPCs, then it is refused, and not at 300', () => {
    const spokes = (count: number) =>
      recorded(needOf(Array.from({ length: count }, (_, at) => spoke({ vpcId: `vpc-${at}` }))));
    expect(judgeHub(byZones, spokes(300)).hubRefusal).toContain(
      'The hub and its spokes are 301 VPCs, more than 300',
    );
    expect(judgeHub(byZones, spokes(299)).hubRefusal).toBeNull();
  });

  it('when a zone has no record yet, then it gets one to the Regional name, and the spoke is authorized', () => {
    const bare = zonesAre(
      { ...hubZone('ssm'), alias: null, authorized: [] },
      { ...hubZone('ssmmessages'), authorized: [] },
    );
    const { changes, findings } = judgeHub(byZones, hasEndpoints(false), bare);
    expect(changes.map(({ resource, action }) => `${action.kind} ${resource}`)).toEqual([
      `SetHubRecord ZSSM/ssm.${REGION}.amazonaws.com`,
      'AuthorizeHubSpoke ZSSM/vpc-1',
      'AuthorizeHubSpoke ZSSMMESSAGES/vpc-1',
    ]);
    expect(findings.map(({ sentence }) => sentence)).toEqual([
      `Its private hosted zone for ssm.${REGION}.amazonaws.com does not lead to its endpoint yet.`,
    ]);
  });

  it('when zones, records and authorizations are planned, then each has what undoes it', () => {
    const bare = zonesAre(
      { ...hubZone('ssm'), alias: null, authorized: [] },
      { ...hubZone('ssmmessages'), vpcIds: [HUB_VPC, 'vpc-1'], authorized: ['vpc-1'] },
    );
    const journalled: Edit = (maker) => void maker.journalled.push(authorizedIn('ZSSMMESSAGES', 'vpc-1'));
    const domain = `ssm.${REGION}.amazonaws.com`;
    const record = {
      vpcId: HUB_VPC,
      zoneId: 'ZSSM',
      domain,
      dnsName: `${hubEndpointId('ssm')}-x.ssm.${REGION}.vpce.amazonaws.com`,
      aliasZoneId: 'ZVPCE',
    };
    const pair = { vpcId: HUB_VPC, zoneId: 'ZSSM', domain, spokeVpcId: 'vpc-1' };
    const other = { ...pair, zoneId: 'ZSSMMESSAGES', domain: `ssmmessages.${REGION}.amazonaws.com` };
    const place = { accountId: OWNER, region: REGION, monthlyCostUsd: 0 };
    expect(judgeHub(byZones).changes.at(-2)).toMatchObject({
      ...place,
      action: { kind: 'CreateHubZone', vpcId: HUB_VPC, domain },
      expected: { exists: false },
      inverse: { kind: 'DeleteHubZone', vpcId: HUB_VPC, zoneId: null, domain },
    });
    expect(judgeHub(byZones, hasEndpoints(false), bare, journalled).changes).toMatchObject([
      {
        ...place,
        action: { kind: 'SetHubRecord', ...record },
        expected: { exists: false },
        inverse: { kind: 'RemoveHubRecord', ...record },
      },
      {
        ...place,
        action: { kind: 'AuthorizeHubSpoke', ...pair },
        expected: { exists: false },
        inverse: { kind: 'RevokeHubSpoke', ...pair },
      },
      {
        ...place,
        action: { kind: 'RevokeHubSpoke', ...other },
        expected: { exists: true },
        inverse: { kind: 'AuthorizeHubSpoke', ...other },
      },
    ]);
  });

  it('when the endpoint is not available yet, then its zone waits', () => {
    const pending: Edit = ({ own }) => {
      for (const endpoint of list(own.endpoints)) endpoint.state = 'pending';
    };
    expect(kinds(byZones, hasEndpoints(false), ready, pending)).toEqual([]);
    const unnamed: Edit = ({ own }) => {
      for (const endpoint of list(own.endpoints)) endpoint.regionalName = null;
    };
    expect(kinds(byZones, hasEndpoints(false), ready, unnamed)).toEqual([]);
  });

  it('when a spoke is authorized and not associated, then the hub waits for it', () => {
    const open: Edit = (maker) => {
      zonesAre(
        { ...hubZone('ssm'), authorized: ['vpc-1'] },
        { ...hubZone('ssmmessages'), authorized: ['vpc-1'] },
      )(maker);
      maker.journalled.push(authorizedIn('ZSSM', 'vpc-1'), authorizedIn('ZSSMMESSAGES', 'vpc-1'));
    };
    const { changes, findings } = judgeHub(byZones, hasEndpoints(false), open);
    expect(changes).toEqual([]);
    expect(findings[0]?.sentence).toBe(
      `vpc-1 is authorized for ssm.${REGION}.amazonaws.com and not associated yet.`,
    );
  });

  it('when a spoke is associated, then our authorization of it is deleted, and no other', () => {
    const associated: Edit = (maker) => {
      const zone = (name: 'ssm' | 'ssmmessages') => ({
        ...hubZone(name),
        vpcIds: [HUB_VPC, 'vpc-1'],
        authorized: ['vpc-1', 'vpc-others'],
      });
      zonesAre(zone('ssm'), zone('ssmmessages'))(maker);
      maker.journalled.push(authorizedIn('ZSSM', 'vpc-1'));
    };
    const { changes } = judgeHub(byZones, hasEndpoints(false), associated);
    expect(changes.map(({ resource, action }) => `${action.kind} ${resource}`)).toEqual([
      'RevokeHubSpoke ZSSM/vpc-1',
    ]);
  });

  it.each<[string, Edit]>([
    ['is of the same account', recorded(needOf([spoke()], { participantId: OWNER }))],
    ['is refused still', recorded(needOf([spoke({ state: 'BLOCKED', isRefused: true })]))],
  ])('when the spoke %s, then it is not authorized', (_what, needs) => {
    const { changes, reasons } = judgeHub(byZones, hasEndpoints(false), ready, needs);
    expect({ changes, reasons }).toEqual({ changes: [], reasons: [] });
  });

  it('when a spoke needs one name alone, then it is authorized for that', () => {
    const needs = recorded(needOf([spoke(), spoke({ vpcId: 'vpc-2', services: ['ssm'] })]));
    const { changes } = judgeHub(byZones, hasEndpoints(false), ready, needs);
    expect(changes.map(({ resource }) => resource)).toEqual([
      'ZSSM/vpc-1',
      'ZSSM/vpc-2',
      'ZSSMMESSAGES/vpc-1',
    ]);
  });

  it('when a zone of the name is not ours by the journal, then it is made', () => {
    const foreign: Edit = ({ own }) => {
      own.hubZones = value([hubZone('ssm')]);
    };
    expect(kinds(byZones, hasEndpoints(false), foreign)).toEqual(['CreateHubZone', 'CreateHubZone']);
  });
});
