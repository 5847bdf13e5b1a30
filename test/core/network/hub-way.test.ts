/** The way from a VPC to its hub and back: only one that is shown to be open is used. */
import { describe, expect, it } from '@jest/globals';
import type { AclEntry } from '../../../functions/core/network/facts.ts';
import {
  BACK,
  type Edit,
  first,
  GATEWAY,
  HUB_A,
  HUB_ACL,
  HUB_ATTACHMENT,
  HUB_C,
  HUB_TABLE,
  HUB_VPC,
  hubCase,
  hubCaseOf,
  judgeWay,
  list,
  SPOKE_ATTACHMENT,
  SPOKES,
  value,
} from './hub-case.ts';
import { failed } from './observe.ts';
import { instance } from './steps.ts';
import { ACL, MAIN, OWNER, SUBNET_A, SUBNET_C, VPC } from './world.ts';

const wayOf = (edit: Edit) => judgeWay(hubCase(edit)).obstacle;

const blocked = (edit: Edit, sentence: string) => {
  expect(wayOf(edit)).toEqual({ unknown: false, sentence: expect.stringContaining(sentence) });
};
const unknown = (edit: Edit, sentence: string) => {
  expect(wayOf(edit)).toEqual({ unknown: true, sentence: expect.stringContaining(sentence) });
};

const entry = (egress: boolean, change: Partial<AclEntry>): AclEntry => ({
  ruleNumber: 50,
  egress,
  allow: false,
  protocol: '-1',
  cidr: '0.0.0.0/0',
  ipv6Cidr: null,
  fromPort: null,
  toPort: null,
  ...change,
});

/** One rule more, before all others, of the ACL that this subnet then has for itself. */
const aclOf = (where: 'spoke' | 'hub', subnetId: string, ...rules: AclEntry[]): Edit => {
  return ({ spoke, hub }) => {
    const acls = list((where === 'spoke' ? spoke : hub.network).networkAcls);
    const [there] = acls;
    if (!there) throw new Error('no ACL');
    there.subnetIds = there.subnetIds.filter((id) => id !== subnetId);
    acls.push({
      ...there,
      networkAclId: 'acl-own',
      subnetIds: [subnetId],
      entries: [...rules, ...there.entries],
    });
  };
};

const tableOf = (where: 'spoke' | 'hub', edit: (table: ReturnType<typeof tables>) => void): Edit => {
  return (one) => edit(tables(one, where));
};
function tables({ spoke, hub }: Parameters<Edit>[0], where: 'spoke' | 'hub') {
  const network = where === 'spoke' ? spoke : hub.network;
  const table = list(network.routeTables).find(({ main }) => main);
  if (!table) throw new Error('no main table');
  return table;
}

describe('Given a spoke and its hub on one transit gateway', () => {
  it('when every part of the way is open, then nothing is in the way', () => {
    expect(judgeWay(hubCase())).toEqual({ obstacle: null });
  });

  it.each<[string, Edit, string]>([
    [
      'the spoke has no route to the hub',
      tableOf('spoke', (table) => {
        table.routes = table.routes.filter(({ target }) => target.kind !== 'tgw');
      }),
      `No active route of ${MAIN} (${SUBNET_A})`,
    ],
    [
      'the route of the spoke is a blackhole',
      tableOf('spoke', (table) => {
        for (const route of table.routes) if (route.target.kind === 'tgw') route.state = 'blackhole';
      }),
      `No active route of ${MAIN}`,
    ],
    [
      'the spoke routes only a part of the hub',
      tableOf('spoke', (table) => {
        for (const route of table.routes)
          if (route.target.kind === 'tgw') route.destination = { kind: 'ipv4', cidr: '10.50.0.0/25' };
      }),
      `No active route of ${MAIN}`,
    ],
    [
      'a more specific route of the spoke leads to another gateway',
      tableOf('spoke', (table) => {
        table.routes.push({
          destination: { kind: 'ipv4', cidr: '10.50.0.128/25' },
          target: { kind: 'tgw', id: 'tgw-2' },
          state: 'active',
          propagated: false,
        });
      }),
      `No active route of ${MAIN}`,
    ],
    [
      'the hub has no route back',
      tableOf('hub', (table) => {
        table.routes = table.routes.filter(({ target }) => target.kind !== 'tgw');
      }),
      `No active route of ${HUB_TABLE} (${HUB_A})`,
    ],
    [
      'the hub answers by another gateway',
      tableOf('hub', (table) => {
        for (const route of table.routes) if (route.target.kind === 'tgw') route.target.id = 'tgw-2';
      }),
      `Routes of ${SUBNET_A} lead to ${GATEWAY}, those of ${HUB_A} back to tgw-2.`,
    ],
    [
      'the spoke is not attached',
      ({ hub }) => {
        hub.spokeAttachments = value([]);
      },
      `${VPC} has no attachment to ${GATEWAY}.`,
    ],
    [
      "only another VPC of the spoke's account is attached",
      ({ hub }) => {
        first(hub.spokeAttachments).vpcId = 'vpc-other';
      },
      `${VPC} has no attachment to ${GATEWAY}.`,
    ],
    [
      'the spoke is attached to another transit gateway',
      ({ hub }) => {
        first(hub.spokeAttachments).transitGatewayId = 'tgw-2';
      },
      `${VPC} has no attachment to ${GATEWAY}.`,
    ],
    [
      'the attachment of the spoke is not accepted yet',
      ({ hub }) => {
        first(hub.spokeAttachments).state = 'pendingAcceptance';
      },
      `The attachment ${SPOKE_ATTACHMENT} is pendingAcceptance.`,
    ],
    [
      'the hub is not attached',
      ({ hub }) => {
        hub.hubAttachments = value([]);
      },
      `${HUB_VPC} has no attachment to ${GATEWAY}.`,
    ],
    [
      'the attachment of the hub is being deleted',
      ({ hub }) => {
        first(hub.hubAttachments).state = 'deleting';
      },
      `The attachment ${HUB_ATTACHMENT} is deleting.`,
    ],
    [
      "the spoke is attached in another zone than the instance's",
      ({ hub }) => {
        first(hub.spokeAttachments).subnetIds = [SUBNET_C];
      },
      `The attachment ${SPOKE_ATTACHMENT} has no subnet in ap-northeast-1a, where ${SUBNET_A} is.`,
    ],
    [
      "the hub is attached in other zones than one of its endpoints'",
      ({ hub }) => {
        first(hub.hubAttachments).subnetIds = [HUB_A];
      },
      `The attachment ${HUB_ATTACHMENT} has no subnet in ap-northeast-1a, where ${HUB_C} is.`,
    ],
    [
      'the attachment of the spoke has no route table',
      ({ hub }) => {
        first(hub.associations).routeTableId = null;
      },
      `The attachment ${SPOKE_ATTACHMENT} is associated with no route table.`,
    ],
    [
      'the attachment of the hub has no route table',
      ({ hub }) => {
        hub.associations = value([
          first(hub.associations),
          { attachmentId: HUB_ATTACHMENT, routeTableId: null },
        ]);
      },
      `The attachment ${HUB_ATTACHMENT} is associated with no route table.`,
    ],
    [
      'no route of the transit gateway leads to the hub',
      ({ hub }) => {
        hub.transitRoutes[SPOKES] = value([]);
      },
      `${SPOKES} has no route from ${SPOKE_ATTACHMENT} to ${HUB_ATTACHMENT}.`,
    ],
    [
      'a route of the transit gateway leads to a part of the hub',
      ({ hub }) => {
        first(hub.transitRoutes[SPOKES]).cidr = '10.50.0.0/25';
      },
      `${SPOKES} has no route from ${SPOKE_ATTACHMENT} to ${HUB_ATTACHMENT}.`,
    ],
    [
      'no route of the transit gateway leads back to the spoke',
      ({ hub }) => {
        hub.transitRoutes[BACK] = value([]);
      },
      `${BACK} has no route from ${HUB_ATTACHMENT} to ${SPOKE_ATTACHMENT}.`,
    ],
    [
      'the route to the hub is a blackhole',
      ({ hub }) => {
        first(hub.transitRoutes[SPOKES]).state = 'blackhole';
      },
      `The route 10.50.0.0/16 of ${SPOKES} is a blackhole.`,
    ],
    [
      'a more specific route leads elsewhere',
      ({ hub }) => {
        list(hub.transitRoutes[SPOKES]).push({
          cidr: '10.50.0.0/24',
          state: 'active',
          attachmentIds: ['tgw-attach-firewall'],
        });
      },
      `The route 10.50.0.0/24 of ${SPOKES} leads to tgw-attach-firewall, not to ${HUB_ATTACHMENT}.`,
    ],
    [
      'the route is spread over two attachments',
      ({ hub }) => {
        first(hub.transitRoutes[SPOKES]).attachmentIds.push('tgw-attach-vpn');
      },
      `leads to ${HUB_ATTACHMENT}, tgw-attach-vpn, not to ${HUB_ATTACHMENT}.`,
    ],
    [
      'the route leads to no attachment',
      ({ hub }) => {
        first(hub.transitRoutes[SPOKES]).attachmentIds = [];
      },
      `leads to no attachment, not to ${HUB_ATTACHMENT}.`,
    ],
    [
      "the ACL of the instance's subnet denies 443 to the hub",
      aclOf('spoke', SUBNET_A, entry(true, { cidr: '10.50.0.0/16' })),
      `The network ACL of ${SUBNET_A} blocks 443`,
    ],
    [
      "the ACL of the instance's subnet denies the answers",
      aclOf('spoke', SUBNET_A, entry(false, { cidr: '10.50.0.0/16' })),
      `The network ACL of ${SUBNET_A} blocks 443`,
    ],
    [
      "the ACL of the endpoint's subnet denies 443 of the spoke",
      aclOf('hub', HUB_A, entry(false, { cidr: '10.0.0.0/16' })),
      `The network ACL of ${HUB_A} blocks 443`,
    ],
    [
      "the ACL of another subnet of the spoke's attachment denies what is sent",
      aclOf('spoke', SUBNET_C, entry(false, { cidr: '10.0.0.0/16' })),
      `The network ACL of ${SUBNET_C} blocks 443`,
    ],
    [
      "the ACL of a subnet of the hub's attachment denies what enters by it",
      ({ hub, ...rest }) => {
        const [a] = list(hub.network.subnets);
        if (!a) throw new Error('no subnet');
        list(hub.network.subnets).push({ ...a, subnetId: 'subnet-entry', cidr: '10.50.9.0/28' });
        first(hub.hubAttachments).subnetIds.push('subnet-entry');
        first(hub.network.networkAcls).subnetIds.push('subnet-entry');
        aclOf('hub', 'subnet-entry', entry(true, { cidr: '10.50.0.0/24' }))({ hub, ...rest });
      },
      'The network ACL of subnet-entry blocks 443',
    ],
  ])('when %s, then that is the obstacle', (_what, edit, sentence) => {
    blocked(edit, sentence);
  });

  it.each<[string, Edit, string]>([
    [
      "the route table of the instance's subnet was not read",
      ({ spoke }) => {
        spoke.routeTables = value([]);
      },
      `The route table of ${SUBNET_A} was not read.`,
    ],
    [
      'a route names a prefix list that was not read',
      tableOf('spoke', (table) => {
        table.routes.push({
          destination: { kind: 'prefix-list', prefixListId: 'pl-unread' },
          target: { kind: 'tgw', id: GATEWAY },
          state: 'active',
          propagated: false,
        });
      }),
      `A route of ${MAIN} names a prefix list that was not read.`,
    ],
    [
      'the way leads to a virtual private gateway',
      tableOf('spoke', (table) => {
        for (const route of table.routes)
          if (route.target.kind === 'tgw') route.target = { kind: 'vgw', id: 'vgw-1' };
      }),
      `The route of ${SUBNET_A} leads to vgw-1; what is behind it is not read.`,
    ],
    [
      'attachments of the spoke could not be read',
      ({ hub }) => {
        hub.spokeAttachments = failed('ec2:DescribeTransitGatewayVpcAttachments');
      },
      'ec2:DescribeTransitGatewayVpcAttachments failed with UnauthorizedOperation.',
    ],
    [
      'attachments of the hub could not be read',
      ({ hub }) => {
        hub.hubAttachments = failed('ec2:DescribeTransitGatewayVpcAttachments');
      },
      'ec2:DescribeTransitGatewayVpcAttachments failed with UnauthorizedOperation.',
    ],
    [
      'the route tables of attachments could not be read',
      ({ hub }) => {
        hub.associations = failed('ec2:DescribeTransitGatewayAttachments');
      },
      'ec2:DescribeTransitGatewayAttachments failed with UnauthorizedOperation.',
    ],
    [
      'the attachment was not seen by the owner of the transit gateway',
      ({ hub }) => {
        list(hub.associations).shift();
      },
      `The route table of ${SPOKE_ATTACHMENT} was not read.`,
    ],
    [
      'the owner of the transit gateway is out of scope',
      ({ hub }) => {
        list(hub.associations).shift();
        hub.closedOwners = [OWNER];
      },
      `The route table of ${SPOKE_ATTACHMENT} was not read: ${OWNER}, the owner, is out of scope.`,
    ],
    [
      'the routes of the transit gateway could not be read',
      ({ hub }) => {
        hub.transitRoutes[SPOKES] = failed('ec2:SearchTransitGatewayRoutes');
      },
      'ec2:SearchTransitGatewayRoutes failed with UnauthorizedOperation.',
    ],
    [
      'the routes of the transit gateway were not asked for',
      ({ hub }) => {
        delete hub.transitRoutes[SPOKES];
      },
      `The routes of ${SPOKES} were not read.`,
    ],
    [
      'an ACL lets a part of the hub through',
      aclOf('spoke', SUBNET_A, entry(true, { cidr: '10.50.0.0/25' })),
      `The network ACL of ${SUBNET_A} lets only a part of 443 or its answers through.`,
    ],
  ])('when %s, then the way is unknown', (_what, edit, sentence) => {
    unknown(edit, sentence);
  });

  it.each<[string, Edit]>([
    [
      'two routes carry it to the same gateway',
      tableOf('spoke', (table) => {
        table.routes.push({
          destination: { kind: 'ipv4', cidr: '10.50.0.0/25' },
          target: { kind: 'tgw', id: GATEWAY },
          state: 'active',
          propagated: false,
        });
      }),
    ],
    [
      'a less specific route of the transit gateway leads elsewhere',
      ({ hub }) => {
        list(hub.transitRoutes[SPOKES]).unshift({
          cidr: '0.0.0.0/0',
          state: 'active',
          attachmentIds: ['tgw-attach-firewall'],
        });
      },
    ],
    [
      'a route of other addresses is a blackhole',
      ({ hub }) => {
        list(hub.transitRoutes[SPOKES]).push({
          cidr: '10.60.0.0/16',
          state: 'blackhole',
          attachmentIds: [],
        });
      },
    ],
    [
      'two routes of the transit gateway carry it together',
      ({ hub }) => {
        hub.transitRoutes[SPOKES] = value(
          ['10.50.0.0/25', '10.50.0.128/25', '10.50.1.0/24'].map((cidr) => ({
            cidr,
            state: 'active' as const,
            attachmentIds: [HUB_ATTACHMENT],
          })),
        );
      },
    ],
    [
      'ports that no part of the way uses are denied',
      aclOf('hub', HUB_A, entry(false, { protocol: '6', fromPort: 22, toPort: 22 })),
    ],
    [
      "the ACL of the spoke's attachment denies what leaves by it, which its own instances never do",
      aclOf('spoke', SUBNET_C, entry(false, { cidr: '10.50.0.0/16' })),
    ],
  ])('when %s, then the way is open', (_what, edit) => {
    expect(wayOf(edit)).toBeNull();
  });

  it("when the ACL of the hub's subnet admits the answers to Windows alone, then only Windows has a way", () => {
    const windows = [
      entry(true, { allow: true, protocol: '6', fromPort: 49152, toPort: 65535 }),
      entry(true, { ruleNumber: 60, cidr: '10.0.0.0/16' }),
    ];
    const edit = aclOf('hub', HUB_A, ...windows);
    expect(judgeWay(hubCaseOf([instance({ windows: true })], edit)).obstacle).toBeNull();
    blocked(edit, `The network ACL of ${HUB_A} blocks 443`);
  });
});

describe('Given a spoke and its hub on a VPC peering connection', () => {
  const peered: Edit = (one) => {
    for (const where of ['spoke', 'hub'] as const) {
      for (const route of tables(one, where).routes)
        if (route.target.kind === 'tgw') route.target = { kind: 'pcx', id: 'pcx-1' };
    }
    one.hub.spokeAttachments = value([]);
    one.hub.hubAttachments = value([]);
  };

  it('when both sides route to it, then no transit gateway is asked', () => {
    expect(wayOf(peered)).toBeNull();
  });

  it('when an ACL of the hub denies 443, then that is the obstacle', () => {
    blocked((one) => {
      peered(one);
      aclOf('hub', HUB_C, entry(false, { cidr: '10.0.0.0/16' }))(one);
    }, `The network ACL of ${HUB_C} blocks 443`);
  });
});

it('the cases begin with the ACLs that they name', () => {
  const { spoke, hub } = hubCase();
  expect(first(spoke.networkAcls).networkAclId).toBe(ACL);
  expect(first(hub.network.networkAcls).networkAclId).toBe(HUB_ACL);
});
