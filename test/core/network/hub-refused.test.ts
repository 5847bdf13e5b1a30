/** Why a hub cannot be made, and what is done for one by Profile whose endpoints are there. */
import { describe, expect, it } from '@jest/globals';
import { first, HUB_C, HUB_VPC, hubEndpoint, hubEndpointId, list, value } from './hub-case.ts';
import { type Edit, hasEndpoints, judgeHub, kinds, needOf, recorded, spoke } from './hub-maker.ts';
import { failed } from './observe.ts';
import { ACCOUNT, OWNER, REGION } from './world.ts';

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
