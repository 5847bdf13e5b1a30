/** Whether a VPC may use the central endpoints of its Region's hub. */
import { describe, expect, it } from '@jest/globals';
import type { SubnetFacts } from '../../../functions/core/network/facts.ts';
import { mayUseHub, usesHub, withHubProfile } from '../../../functions/core/network/spoke.ts';
import {
  associated,
  byZones,
  type Edit,
  first,
  HUB_A,
  HUB_GROUP,
  HUB_VPC,
  hubCase,
  hubCaseOf,
  hubEndpoint,
  hubEndpointId,
  hubZone,
  judgeCase,
  judgeWay,
  list,
  made,
  networkOf,
  newAgent,
  PROFILE,
  spokeVpc,
  value,
} from './hub-case.ts';
import { failed } from './observe.ts';
import { endpoints, instance, vpcIs, withNat, without, zonesFor } from './steps.ts';
import { ACCOUNT, GROUP, INSTANCE, OWNER, REGION, SUBNET_A, SUBNET_C, VPC } from './world.ts';

const endpointOf = (edit: (endpoint: ReturnType<typeof hubEndpoint>) => void): Edit => {
  return ({ hub }) => edit(first(hub.network.endpoints));
};
const all = (...edits: Edit[]): Edit => {
  return (one) => {
    for (const edit of edits) edit(one);
  };
};
const makesHub: Edit = ({ hub }) => {
  hub.settings.profile = null;
  hub.profileId = null;
  hub.profileResources = value([]);
  hub.network.endpoints = value([]);
};
const policyOf = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });

describe('Given a VPC that lacks a path, and the hub of its Region', () => {
  it.each<[string, Edit, string]>([
    [
      'no hub is configured',
      (one) => {
        one.read = null;
      },
      `No hub is configured for ${REGION}.`,
    ],
    [
      'the account of the hub is out of scope',
      (one) => {
        one.read = { kind: 'absent' };
      },
      'The account of the hub is out of scope.',
    ],
    [
      'the hub VPC does not exist',
      ({ hub }) => {
        hub.network.vpcs = value([]);
      },
      `The hub VPC ${HUB_VPC} does not exist in ${OWNER}.`,
    ],
    [
      'addresses of both overlap',
      ({ hub }) => {
        first(hub.network.vpcs).cidrs.push('10.0.255.255/32');
      },
      `Its addresses overlap with those of the hub ${HUB_VPC}.`,
    ],
    [
      'a Profile of the VPC has the last priority',
      ({ spoke }) => {
        list(spoke.profileAssociations).push({
          profileId: 'rp-other',
          vpcId: VPC,
          name: null,
          priority: 9900,
        });
      },
      'Its Profiles leave no priority below 9900 for another.',
    ],
    [
      'enableDnsSupport is off',
      ({ spoke }) => {
        spoke.dnsAttributes[VPC] = value({ support: false, hostnames: true });
      },
      'Private names need enableDnsSupport and enableDnsHostnames.',
    ],
    [
      'enableDnsHostnames is off',
      ({ spoke }) => {
        spoke.dnsAttributes[VPC] = value({ support: true, hostnames: false });
      },
      'Private names need enableDnsSupport and enableDnsHostnames.',
    ],
    [
      'a zone of others answers for a needed name',
      ({ spoke }) => {
        list(spoke.hostedZones[VPC]).push({
          hostedZoneId: 'ZOTHER',
          name: `ssmmessages.${REGION}.amazonaws.com`,
          owningAccount: OWNER,
          owningService: null,
        });
      },
      'Another holder answers for ssmmessages.',
    ],
    [
      'the Profile holds no endpoint of a name',
      ({ hub }) => {
        list(hub.profileResources).pop();
      },
      `Profile ${PROFILE} holds no available endpoint of ${HUB_VPC} with private DNS for ec2messages.`,
    ],
    [
      'an endpoint of the hub is not available',
      endpointOf((endpoint) => {
        endpoint.state = 'pending';
      }),
      'holds no available endpoint',
    ],
    [
      'private DNS of an endpoint of the hub is off',
      endpointOf((endpoint) => {
        endpoint.privateDns = false;
      }),
      'holds no available endpoint',
    ],
    [
      'an endpoint of the hub has IPv6 addresses alone',
      endpointOf((endpoint) => {
        endpoint.addresses = 'ipv6';
      }),
      'holds no available endpoint',
    ],
    [
      'an endpoint of the hub is none by interface',
      endpointOf((endpoint) => {
        endpoint.type = 'other';
      }),
      'holds no available endpoint',
    ],
    [
      'the Profile holds an endpoint of another VPC',
      endpointOf((endpoint) => {
        endpoint.vpcId = 'vpc-other';
      }),
      `holds no available endpoint of ${HUB_VPC} with private DNS for ssm.`,
    ],
    [
      'the hub VPC has no endpoint',
      ({ hub }) => {
        hub.network.endpoints = value([]);
      },
      'holds no available endpoint',
    ],
    [
      'the policy of an endpoint refuses agents',
      endpointOf((endpoint) => {
        endpoint.policy = policyOf({ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' });
      }),
      `The policy of ${hubEndpointId('ssm')} does not admit the way.`,
    ],
    [
      'the group of the instance admits nothing outbound',
      ({ spoke }) => {
        first(spoke.securityGroups).egress = [];
      },
      `The security group of ${INSTANCE} (outbound 443) does not admit the way.`,
    ],
    [
      'an instance has no IPv4 address',
      ({ spoke }) => {
        const [one] = spoke.instances;
        if (one) one.privateIp = null;
      },
      `${INSTANCE} has no IPv4 address.`,
    ],
    [
      'the subnet of an instance was not read',
      ({ spoke }) => {
        spoke.subnets = value(list(spoke.subnets).filter(({ subnetId }) => subnetId !== SUBNET_A));
      },
      `${INSTANCE} has no IPv4 address.`,
    ],
  ])('when %s, then that is the obstacle', (_what, edit, sentence) => {
    expect(judgeWay(hubCase(edit))).toEqual({
      obstacle: { unknown: false, sentence: expect.stringContaining(sentence) },
    });
  });

  it.each<[string, Edit, string]>([
    [
      'the hub could not be read',
      (one) => {
        one.read = failed('sts:AssumeRole');
      },
      'The hub was not read: sts:AssumeRole failed with UnauthorizedOperation.',
    ],
    [
      'the VPCs of the hub could not be read',
      ({ hub }) => {
        hub.network.vpcs = failed('ec2:DescribeVpcs');
      },
      'The hub was not read: ec2:DescribeVpcs failed with UnauthorizedOperation.',
    ],
    [
      'what answers for a needed name is not known',
      ({ spoke }) => {
        list(spoke.profileAssociations).push({
          profileId: 'rp-unread',
          vpcId: VPC,
          name: null,
          priority: 100,
        });
        spoke.profileResources['rp-unread'] = failed('route53profiles:ListProfileResourceAssociations');
      },
      'Another holder answers for ssm.',
    ],
    [
      'what the Profile holds could not be read',
      ({ hub }) => {
        hub.profileResources = failed('route53profiles:ListProfileResourceAssociations');
      },
      'route53profiles:ListProfileResourceAssociations failed with UnauthorizedOperation.',
    ],
    [
      'the endpoints of the hub could not be read',
      ({ hub }) => {
        hub.network.endpoints = failed('ec2:DescribeVpcEndpoints');
      },
      'ec2:DescribeVpcEndpoints failed with UnauthorizedOperation.',
    ],
    [
      'the zones of the hub could not be read',
      all(byZones, ({ hub }) => {
        hub.zones = failed('route53:ListHostedZonesByVPC');
      }),
      'route53:ListHostedZonesByVPC failed with UnauthorizedOperation.',
    ],
    [
      'the policy of an endpoint has conditions',
      endpointOf((endpoint) => {
        endpoint.policy = policyOf({
          Effect: 'Allow',
          Principal: '*',
          Action: '*',
          Resource: '*',
          Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
        });
      }),
      `The policy of ${hubEndpointId('ssm')} does not admit the way.`,
    ],
    [
      'an endpoint of the hub names no subnet',
      endpointOf((endpoint) => {
        endpoint.subnetIds = [];
      }),
      `${hubEndpointId('ssm')} names no subnet.`,
    ],
    [
      'a subnet of an endpoint was not read',
      endpointOf((endpoint) => {
        endpoint.subnetIds.push('subnet-unread');
      }),
      'The subnet subnet-unread was not read.',
    ],
    [
      'a subnet of an endpoint has no IPv4 addresses',
      ({ hub }) => {
        first(hub.network.subnets).cidr = null;
      },
      `The subnet ${HUB_A} was not read.`,
    ],
    [
      "the instance's group was not read",
      ({ spoke }) => {
        spoke.securityGroups = value([]);
      },
      `The security group of ${INSTANCE} (outbound 443) does not admit the way.`,
    ],
    [
      'the groups of the instances are not known',
      ({ spoke }) => {
        spoke.instances = [];
        spoke.needs.push({
          vpcId: VPC,
          participantId: OWNER,
          subnetIds: [SUBNET_A],
          services: ['ssm', 'ssmmessages'],
          unknownAgents: false,
        });
      },
      `The security group of need/${OWNER}/${SUBNET_A} (outbound 443) does not admit the way.`,
    ],
  ])('when %s, then it is unknown and not planned', (_what, edit, sentence) => {
    expect(judgeWay(hubCase(edit))).toEqual({
      obstacle: { unknown: true, sentence: expect.stringContaining(sentence) },
    });
  });

  it.each<[string, Edit]>([
    [
      'addresses of both touch and do not overlap',
      ({ hub }) => {
        first(hub.network.vpcs).cidrs.push('10.1.0.0/16');
      },
    ],
    [
      'a Profile of the VPC has the priority before the last',
      ({ spoke }) => {
        list(spoke.profileAssociations).push({
          profileId: 'rp-other',
          vpcId: VPC,
          name: null,
          priority: 9899,
        });
      },
    ],
    [
      'a Profile of another VPC has the last priority',
      ({ spoke }) => {
        list(spoke.profileAssociations).push({
          profileId: 'rp-other',
          vpcId: 'vpc-other',
          name: null,
          priority: 9900,
        });
      },
    ],
    [
      'the hub is one by zones, whatever the priorities of Profiles',
      all(byZones, ({ spoke }) => {
        list(spoke.profileAssociations).push({
          profileId: 'rp-other',
          vpcId: VPC,
          name: null,
          priority: 9900,
        });
      }),
    ],
    [
      'the hub is one by zones in the same account, where nothing has to be authorized',
      all(byZones, ({ spoke, hub }) => {
        hub.settings.account = spoke.accountId;
        hub.zones = value(list(hub.zones).map((zone) => ({ ...zone, authorized: [] })));
      }),
    ],
    [
      'the hub is one by zones with which the VPC is associated already',
      all(byZones, ({ hub }) => {
        hub.zones = value(list(hub.zones).map((zone) => ({ ...zone, authorized: [], vpcIds: [VPC] })));
      }),
    ],
    [
      'endpoints have addresses of both kinds',
      endpointOf((endpoint) => {
        endpoint.addresses = 'dualstack';
      }),
    ],
    [
      'the first endpoint of the name is one of others that the Profile does not hold',
      ({ hub }) => {
        list(hub.network.endpoints).unshift({ ...hubEndpoint('ssm'), endpointId: 'vpce-0f', groupIds: [] });
      },
    ],
    [
      'the policy of an endpoint is for the own organization',
      endpointOf((endpoint) => {
        endpoint.policy = JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: '*',
              Action: '*',
              Resource: '*',
              Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1' } },
            },
            {
              Effect: 'Allow',
              Principal: '*',
              Action: 'ssm:RequestManagedInstanceRoleToken',
              Resource: '*',
            },
          ],
        });
      }),
    ],
  ])('when %s, then it may be planned', (_what, edit) => {
    expect(judgeWay(hubCase(edit))).toEqual({ obstacle: null });
  });

  it('when a zone holds a name that is not needed, then nothing is in the way', () => {
    const one = hubCaseOf([zonesFor('ec2messages')]);
    expect(judgeWay(one, ['ssm', 'ssmmessages'])).toEqual({ obstacle: null });
    expect(judgeWay(one).obstacle).toMatchObject({ unknown: false });
  });

  it('when only the second of two instances has no way, then it is the obstacle', () => {
    const tight = ({ spoke }: Parameters<Edit>[0]) => {
      const group = first(spoke.securityGroups);
      list(spoke.securityGroups).push({ ...group, groupId: 'sg-tight', egress: [] });
    };
    const second = instance({ id: 'i-2', subnet: SUBNET_C, groups: ['sg-tight'] });
    expect(judgeWay(hubCaseOf([second], tight)).obstacle?.sentence).toContain('i-2');
  });

  it('when the group of an instance admits the first subnet of the hub alone, then the second is the obstacle', () => {
    const edit: Edit = ({ spoke }) => {
      for (const rule of first(spoke.securityGroups).egress) rule.cidrs = ['10.50.0.0/24'];
    };
    expect(judgeWay(hubCase(edit)).obstacle?.unknown).toBe(false);
    expect(
      judgeWay(
        hubCase(edit, ({ hub }) => {
          for (const endpoint of list(hub.network.endpoints)) endpoint.subnetIds = [HUB_A];
        }),
      ).obstacle,
    ).toBeNull();
  });
});

describe('Given a group of the hub that refuses the VPC', () => {
  const refuses: Edit = ({ hub }) => {
    first(hub.network.securityGroups).ingress = [];
  };
  const sentence = `The security group of ${hubEndpointId('ssm')} (inbound 443) does not admit the way.`;

  it('when the hub is one of others, then that is the obstacle', () => {
    expect(judgeWay(hubCase(refuses)).obstacle).toMatchObject({ unknown: false, sentence });
  });

  it('when this service makes the hub, then its account opens the group first', () => {
    expect(judgeWay(hubCase(made, refuses))).toEqual({ obstacle: null, pending: sentence });
  });

  it('when the group was not read, then it is unknown', () => {
    const unread: Edit = ({ hub }) => {
      hub.network.securityGroups = value([]);
    };
    expect(judgeWay(hubCase(unread)).obstacle).toMatchObject({ unknown: true, sentence });
  });

  it("when the instance's own group refuses as well, then waiting for the hub does not help", () => {
    const closed: Edit = ({ spoke }) => {
      first(spoke.securityGroups).egress = [];
    };
    expect(judgeWay(hubCase(made, refuses, closed)).obstacle?.sentence).toContain(INSTANCE);
  });

  it('when it admits a reference to the group of the instance, then that does not cross the gateway', () => {
    const referred: Edit = ({ hub }) => {
      for (const rule of first(hub.network.securityGroups).ingress) {
        rule.cidrs = [];
        rule.groupIds = [GROUP];
      }
    };
    expect(judgeWay(hubCase(referred)).obstacle?.sentence).toBe(sentence);
  });
});

describe('Given a hub that this service makes', () => {
  it('when it has no endpoint yet, then the VPC waits for the first name', () => {
    expect(judgeWay(hubCase(makesHub))).toEqual({
      obstacle: null,
      pending: `The hub ${HUB_VPC} has no endpoint for ssm in its Profile yet.`,
    });
  });

  it('when it has no zone yet, then the VPC waits for the first name', () => {
    const bare = all(byZones, ({ hub }) => {
      hub.zones = value([]);
    });
    expect(judgeWay(hubCase(bare))).toEqual({
      obstacle: null,
      pending: `The hub ${HUB_VPC} has no endpoint for ssm by its private hosted zone yet.`,
    });
  });

  it('when the zone of the second name answers with no endpoint, then the VPC waits for it', () => {
    const dark = all(byZones, ({ hub }) => {
      hub.zones = value([hubZone('ssm'), { ...hubZone('ssmmessages'), alias: null }, hubZone('ec2messages')]);
    });
    expect(judgeWay(hubCase(dark)).pending).toBe(
      `The hub ${HUB_VPC} has no endpoint for ssmmessages by its private hosted zone yet.`,
    );
  });

  it('when a zone has not authorized the VPC, then it waits for that', () => {
    const closed = all(byZones, ({ hub }) => {
      hub.zones = value([
        hubZone('ssm'),
        { ...hubZone('ssmmessages'), authorized: [] },
        hubZone('ec2messages'),
      ]);
    });
    expect(judgeWay(hubCase(closed))).toEqual({
      obstacle: null,
      pending: `The hub has not authorized the VPC for ssmmessages.${REGION}.amazonaws.com yet.`,
    });
  });

  it.each<[string, Edit, string]>([
    [
      'the VPC has no route to the hub',
      ({ spoke }) => {
        for (const table of list(spoke.routeTables)) table.routes = [];
      },
      'No active route',
    ],
    [
      'the hub VPC has no subnet',
      ({ hub }) => {
        hub.network.subnets = value([]);
      },
      `The hub VPC ${HUB_VPC} has no subnet with IPv4 addresses.`,
    ],
    [
      'the hub VPC has subnets of IPv6 alone',
      ({ hub }) => {
        for (const subnet of list(hub.network.subnets)) subnet.cidr = null;
      },
      `The hub VPC ${HUB_VPC} has no subnet with IPv4 addresses.`,
    ],
    [
      'only another VPC of its account has subnets',
      ({ hub }) => {
        for (const subnet of list(hub.network.subnets)) subnet.vpcId = 'vpc-other';
      },
      `The hub VPC ${HUB_VPC} has no subnet with IPv4 addresses.`,
    ],
    [
      'the group of the instance refuses one of its subnets',
      ({ spoke }) => {
        for (const rule of first(spoke.securityGroups).egress) rule.cidrs = ['10.50.0.0/24'];
      },
      `The security group of ${INSTANCE} (outbound 443) does not admit the way.`,
    ],
    [
      'the instance has no IPv4 address',
      ({ spoke }) => {
        const [one] = spoke.instances;
        if (one) one.privateIp = null;
      },
      `${INSTANCE} has no IPv4 address.`,
    ],
    [
      'the subnet of the instance was not read',
      ({ spoke }) => {
        spoke.subnets = value([]);
      },
      `${INSTANCE} has no IPv4 address.`,
    ],
  ])('when it has no endpoint yet and %s, then that is the obstacle already', (_what, edit, sentence) => {
    expect(judgeWay(hubCase(makesHub, edit))).toEqual({
      obstacle: { unknown: false, sentence: expect.stringContaining(sentence) },
    });
  });

  it('when it has no endpoint yet and the groups of instances are not known, then it is unknown', () => {
    const hidden: Edit = ({ spoke }) => {
      spoke.instances = [];
      spoke.needs.push({
        vpcId: VPC,
        participantId: OWNER,
        subnetIds: [SUBNET_A],
        services: ['ssm'],
        unknownAgents: false,
      });
    };
    expect(judgeWay(hubCase(makesHub, hidden)).obstacle).toMatchObject({ unknown: true });
  });

  it('when a subnet of another VPC or of IPv6 alone has no way, then that does not matter', () => {
    const beside: Edit = ({ hub }) => {
      const subnet: SubnetFacts = { ...first(hub.network.subnets), subnetId: 'subnet-beside' };
      list(hub.network.subnets).unshift(
        { ...subnet, vpcId: 'vpc-other', cidr: '172.16.0.0/24' },
        { ...subnet, subnetId: 'subnet-ipv6', cidr: null },
      );
    };
    expect(judgeWay(hubCase(makesHub, beside)).obstacle).toBeNull();
  });
});

describe('Given VPCs that may ask for the hub', () => {
  const may = (...edits: Edit[]) => {
    const one = hubCase(...edits);
    return mayUseHub(networkOf(one), one.hub.settings, { ec2messages: 'auto' });
  };
  const mayWith = (steps: Parameters<typeof hubCaseOf>[0], ...edits: Edit[]) => {
    const one = hubCaseOf(steps, ...edits);
    return mayUseHub(networkOf(one), one.hub.settings, { ec2messages: 'auto' });
  };
  /** The route to the hub alone would be an egress that is not known. */
  const unrouted: Edit = ({ spoke }) => {
    for (const table of list(spoke.routeTables))
      table.routes = table.routes.filter(({ target }) => target.kind !== 'tgw');
  };

  it('when an instance lacks a path, then it may', () => {
    expect(may(unrouted)).toBe(true);
  });

  it('when only one of two instances lacks a path, then it may', () => {
    const publicOne = instance({ id: 'i-2', subnet: 'subnet-0000000000000000f', publicIp: true });
    expect(mayWith([publicOne])).toBe(true);
  });

  it('when the path is unknown, then it may', () => {
    const unknownEgress: Edit = ({ spoke }) => {
      for (const table of list(spoke.routeTables))
        for (const route of table.routes)
          if (route.target.kind === 'tgw') route.destination = { kind: 'ipv4', cidr: '0.0.0.0/0' };
    };
    expect(may(unknownEgress)).toBe(true);
  });

  it.each<[string, Parameters<typeof hubCaseOf>[0]]>([
    ['every instance has a path', [withNat]],
    ['the VPC has endpoints', [endpoints(['ssm', 'ssmmessages', 'ec2messages'])]],
    ['nothing runs', [without.instances]],
    ['the VPC is ignored', [vpcIs({ Tags: [{ Key: 'dhmc-rollout', Value: 'ignore' }] })]],
    ["the VPC is another account's", [vpcIs({ OwnerId: OWNER })]],
  ])('when %s, then no hub is asked for', (_what, steps) => {
    expect(mayWith(steps)).toBe(false);
  });

  it("when the set Profile is the VPC's, then the hub is asked for, though every instance has a path", () => {
    const reached: Edit = ({ spoke, hub }) => {
      associated({ spoke, hub, settings: {}, journalled: [], migrate: 'no' });
    };
    expect(may(reached)).toBe(true);
  });

  it("when another Profile is the VPC's, then the hub of the set one is not asked for", () => {
    const other: Edit = (one) => {
      associated(one);
      one.hub.settings.profile = 'rp-other';
    };
    expect(may(other)).toBe(false);
  });

  it('when the hub is made and its Profile answers, then it is asked for', () => {
    expect(may(associated, made)).toBe(true);
  });

  it('when the hub is made and names are unknown by a Profile of the VPC, then it is asked for', () => {
    const gone: Edit = ({ spoke }) => {
      spoke.foreignResources = {};
    };
    expect(may(associated, made, gone)).toBe(true);
  });

  it('when the hub is made and the VPC has endpoints beside a Profile of others, then it is not asked for', () => {
    const beside: Edit = ({ spoke }) => {
      list(spoke.profileAssociations).push({ profileId: 'rp-other', vpcId: VPC, name: null, priority: 100 });
      spoke.profileResources['rp-other'] = value([]);
    };
    expect(mayWith([endpoints(['ssm', 'ssmmessages', 'ec2messages'])], beside, made)).toBe(false);
  });

  it('when the VPC of the Profile holds nothing that runs, then no hub is asked for', () => {
    expect(mayWith([without.instances], associated)).toBe(false);
  });
});

describe('Given what a VPC has of its hub', () => {
  const uses = (...edits: Edit[]) => {
    const one = hubCase(...edits);
    return usesHub(networkOf(one), VPC, one.hub);
  };
  const zoneOfHub: Edit = ({ spoke, hub }) => {
    const { zoneId, domain } = first(hub.zones);
    list(spoke.hostedZones[VPC]).push({
      hostedZoneId: zoneId,
      name: domain,
      owningAccount: OWNER,
      owningService: null,
    });
  };

  it('when it has the Profile, then it uses the hub', () => {
    expect(uses(associated)).toBe(true);
    expect(uses()).toBe(false);
  });

  it('when the hub has no Profile yet, then no VPC uses it', () => {
    expect(uses(associated, ({ hub }) => (hub.profileId = null))).toBe(false);
  });

  it('when the hub is one by zones, then one of its zones is enough, and a Profile is none', () => {
    expect(uses(byZones, zoneOfHub)).toBe(true);
    expect(uses(associated, byZones)).toBe(false);
  });
});

describe('Given that the Profile of the hub has just been associated', () => {
  const withProfile = (...edits: Edit[]) => withHubProfile(networkOf(hubCase(...edits)).observation);

  it('when what it holds is known from the hub, then the names resolve by it', () => {
    const one = hubCase(({ spoke }) => {
      list(spoke.profileAssociations).push({ profileId: PROFILE, vpcId: VPC, name: null, priority: 100 });
    });
    one.spoke = withHubProfile(networkOf(one).observation);
    const { clients } = judgeCase(one);
    expect(clients[0]?.names.map(({ resolvesTo }) => resolvesTo)).toEqual(['central', 'central']);
    expect(one.spoke.foreignResources).toMatchObject({
      [`arn:aws:ec2:${REGION}:${OWNER}:vpc-endpoint/${hubEndpointId('ssm')}`]: value({
        kind: 'endpoint',
        serviceName: `com.amazonaws.${REGION}.ssm`,
        privateDns: true,
        state: 'available',
      }),
    });
  });

  it('when the Profile holds an endpoint that the hub does not show, then nothing is said of that', () => {
    const { foreignResources, profileResources } = withProfile(({ hub }) =>
      list(hub.network.endpoints).shift(),
    );
    expect(Object.keys(foreignResources).sort()).toEqual(
      (['ssmmessages', 'ec2messages'] as const)
        .map((name) => `arn:aws:ec2:${REGION}:${OWNER}:vpc-endpoint/${hubEndpointId(name)}`)
        .sort(),
    );
    expect(list(profileResources[PROFILE])).toHaveLength(3);
  });

  it('when something was known before, then it stays known', () => {
    const known: Edit = ({ spoke }) => {
      spoke.foreignResources['arn:other'] = value({ kind: 'hosted-zone', name: 'example.com' });
      spoke.profileResources['rp-other'] = value([]);
    };
    const { foreignResources, profileResources } = withProfile(known);
    expect(foreignResources['arn:other']).toEqual(value({ kind: 'hosted-zone', name: 'example.com' }));
    expect(Object.keys(profileResources).sort()).toEqual([PROFILE, 'rp-other']);
  });

  it('when no hub was read, or it has no Profile, then nothing changes', () => {
    for (const edit of [
      (one: Parameters<Edit>[0]) => (one.read = { kind: 'absent' }),
      (one: Parameters<Edit>[0]) => (one.hub.profileId = null),
    ] satisfies Edit[]) {
      const { observation } = networkOf(hubCase(edit));
      expect(withHubProfile(observation)).toEqual(observation);
    }
  });
});

it('the hub of the cases serves the instances of the VPC, which need two names', () => {
  const verdict = judgeCase(hubCase(newAgent));
  expect(verdict.changes.map(({ action }) => action.kind)).toEqual(['AssociateProfile']);
  expect(spokeVpc(networkOf(hubCase())).ownerId).toBe(ACCOUNT);
  expect(first(hubCase().hub.network.securityGroups).groupId).toBe(HUB_GROUP);
});
