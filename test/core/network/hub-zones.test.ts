/** What the hub's own account does for a hub by private hosted zones. */
import { describe, expect, it } from '@jest/globals';
import { authorizedIn } from '../../../functions/core/network/ownership.ts';
import { HUB_VPC, hubEndpoint, hubEndpointId, hubZone, list, value } from './hub-case.ts';
import { byZones, type Edit, hasEndpoints, judgeHub, kinds, needOf, recorded, spoke } from './hub-maker.ts';
import { failed } from './observe.ts';
import { OWNER, REGION } from './world.ts';

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
