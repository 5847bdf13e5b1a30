/** The verdict on a VPC: the rows of the table of docs/spec/decisions.md, "What follows for the VPC", that need more than one fact. */
import { describe, expect, it } from '@jest/globals';
import type { NetworkObservation, SharedVpcNeed } from '../../../functions/core/network/facts.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import {
  isInUse,
  judgeVpc,
  type NetworkContext,
  type VpcVerdict,
} from '../../../functions/core/network/vpc-verdict.ts';
import { MANAGED_TAG } from '../../../functions/core/tags.ts';
import { changesOf, contextOf, judge, type NetworkCase } from './case.ts';
import { type Edit, hubCaseOf, judgeCase, newAgent } from './hub-case.ts';
import { observe } from './observe.ts';
import {
  dnsAttributes,
  ENDPOINT_GROUP,
  edit,
  egressOnlyTo,
  endpoint,
  endpoints,
  group,
  https,
  instance,
  prefixList,
  routeTable,
  vpcIs,
  withNat,
  without,
  world,
  zonesFor,
} from './steps.ts';
import {
  GROUP,
  NEW_AGENT,
  OWNER,
  REGION,
  type Step,
  SUBNET_A,
  SUBNET_C,
  SUBNET_PUBLIC,
  serviceName,
  VPC,
  type World,
} from './world.ts';

const BOTH = ['ssm', 'ssmmessages'];
const TAGS = { [MANAGED_TAG]: 'true' };
const tagged = Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value }));
const SSM_ID = 'vpce-00000000000000003';
const MESSAGES_ID = 'vpce-0000000000000000b';
const JOURNAL = [SSM_ID, MESSAGES_ID, ENDPOINT_GROUP];
const known = instance({ agent: NEW_AGENT });
const inC = instance({ id: 'i-0000000000000000c', subnet: SUBNET_C, agent: NEW_AGENT });
const online = instance({ ping: 'Online', agent: NEW_AGENT });
/** Both endpoints and their group are ours, by tag and journal. */
const ours = (names = BOTH, spec: Parameters<typeof endpoints>[1] = {}): Step => {
  return (made) => {
    endpoints(names, { tags: TAGS, ...spec })(made);
    group(ENDPOINT_GROUP, { Tags: tagged })(made);
  };
};
const inbound: Step = (made) => {
  made.Route53Resolver.ResolverEndpoints.push({ Id: 'rslvr-in-1', Direction: 'INBOUND', HostVPCId: VPC });
};

const verdictOf = (steps: Step[], one: Partial<NetworkCase> = {}) =>
  judge({ world: world(...steps), journalled: JOURNAL, ...one });

function judgeSeen(observation: NetworkObservation, context: Partial<NetworkContext> = {}): VpcVerdict {
  const network = joinNetwork(observation);
  const vpc = network.vpcs.get(VPC);
  if (!vpc) throw new Error('the world lacks its VPC');
  return judgeVpc(network, vpc, { ...contextOf({ journalled: JOURNAL }), ...context });
}

describe('Given a VPC of a Region', () => {
  const isUsed = (made: World, needs: SharedVpcNeed[] = []) => {
    const network = joinNetwork(observe(made, needs));
    const vpc = network.vpcs.get(VPC);
    return vpc && isInUse(network, vpc);
  };
  const ignored = { 'dhmc-rollout': 'ignore' };

  it.each<[string, Step[], boolean]>([
    ['runs', [], true],
    ['is stopped', [instance({ state: 'stopped' })], false],
    ['is tagged to be left alone', [instance({ tags: ignored })], false],
    [
      'is in another VPC',
      [
        edit((ec2) => {
          for (const { NetworkInterfaces = [] } of ec2.Instances)
            for (const one of NetworkInterfaces) one.VpcId = 'vpc-b';
          for (const one of ec2.Instances) one.VpcId = 'vpc-b';
        }),
      ],
      false,
    ],
  ])('when its instance %s, then it is in use: or not', (_what, steps, expected) => {
    expect(isUsed(world(...steps))).toBe(expected);
  });

  it('when a participant recorded a need for it, then it is in use', () => {
    const need = { participantId: OWNER, subnetIds: [], services: [], unknownAgents: false };
    expect(isUsed(world(without.instances), [{ vpcId: VPC, ...need }])).toBe(true);
    expect(isUsed(world(without.instances), [{ vpcId: 'vpc-b', ...need }])).toBe(false);
  });

  it('when it is tagged to be left alone, then nothing is said but that', () => {
    const tags = vpcIs({ Tags: [{ Key: 'dhmc-rollout', Value: 'ignore' }] });
    expect(verdictOf([tags])).toMatchObject({
      reasons: [],
      findings: [],
      changes: [],
      proposal: null,
      notes: ['IGNORED_BY_TAG'],
    });
  });

  it('when it has endpoints, then interface endpoints are listed, ours by tag and journal, with what ours cost', () => {
    const gateway = edit((ec2) => {
      ec2.VpcEndpoints.push({
        VpcEndpointId: 'vpce-9',
        VpcId: VPC,
        VpcEndpointType: 'Gateway',
        ServiceName: 's3',
      });
    });
    const seen = verdictOf([
      known,
      ours(['ssm'], { subnets: [SUBNET_A, SUBNET_C] }),
      endpoints(['ssmmessages']),
      gateway,
    ]);
    expect(seen.endpoints.map(({ endpointId, ours: isOurs }) => [endpointId, isOurs])).toEqual([
      [SSM_ID, true],
      [MESSAGES_ID, false],
    ]);
    expect(seen.currentMonthlyUsd).toBe(20.44);
    expect(verdictOf([known]).endpoints).toEqual([]);
  });
});

describe('Given a VPC in which everything works by endpoints of ours', () => {
  it('when it got a Resolver inbound endpoint since, then nothing is amiss', () => {
    expect(verdictOf([known, ours(), inbound])).toMatchObject({
      path: 'ENDPOINTS',
      reasons: [],
      changes: [],
    });
  });

  it('when another instance lacks a path, then why nothing is planned is said', () => {
    const native = instance({ id: 'i-2', subnet: SUBNET_C, ip: '10.0.1.10', agent: '3.2.582.0' });
    expect(verdictOf([known, ours(), inbound, native])).toMatchObject({ reasons: ['DNS_HUB_VPC'] });
  });

  it('when endpoints that exist cost more than the budget, then that is no plan', () => {
    expect(verdictOf([known, ours()], { settings: { maxMonthlyUsdPerVpc: 1 } }).reasons).toEqual([]);
  });

  it('when a gateway endpoint of ours is there as well, then it is no interface endpoint that lacks a group', () => {
    const gateway = edit((ec2) => {
      ec2.VpcEndpoints.push({
        VpcEndpointId: 'vpce-9',
        VpcId: VPC,
        VpcEndpointType: 'Gateway',
        ServiceName: serviceName('s3'),
        State: 'Available',
        Tags: tagged,
      });
    });
    const journalled = [...JOURNAL, 'vpce-9'];
    expect(verdictOf([known, ours(), gateway], { journalled })).toMatchObject({ reasons: [], changes: [] });
  });

  it('when others set a policy on one, then that is noted, and a configured policy is set instead', () => {
    const policy = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ssm:*","Resource":"*"}]}';
    const steps = [known, ours(['ssm'], { policy }), ours(['ssmmessages'])];
    expect(verdictOf(steps).notes).toEqual(['ENDPOINT_POLICY_BY_OTHERS']);
    expect(verdictOf([known, ours()]).notes).toEqual([]);
    const configured = verdictOf(steps, { settings: { endpointPolicy: 'organization' } });
    expect(changesOf(configured)).toEqual(['SetEndpointPolicy', 'SetEndpointPolicy']);
    expect(configured.notes).toEqual([]);
  });
});

describe('Given DNS attributes that are off', () => {
  const off = dnsAttributes(true, false);
  const publicOne = instance({ id: 'i-2', subnet: SUBNET_PUBLIC, publicIp: true, agent: NEW_AGENT });
  const enable = { settings: { enableVpcDns: true } };

  it('when one instance lacks a path and another has one over public addresses, then they are turned on', () => {
    expect(changesOf(verdictOf([known, off, publicOne], enable))).toEqual([
      'EnableVpcDns',
      'CreateEndpointSecurityGroup',
      'AllowEndpointIngress',
      'CreateInterfaceEndpoint ssm',
      'CreateInterfaceEndpoint ssmmessages',
    ]);
    expect(verdictOf([known, off, publicOne])).toMatchObject({ changes: [], reasons: ['VPC_DNS_DISABLED'] });
  });

  it('when an instance would be worse off with them on, then they stay off', () => {
    // The zone has no route that leads to what it names.
    expect(verdictOf([known, off, publicOne, zonesFor(...BOTH)], enable).changes).toEqual([]);
  });

  it('when an own group blocks as well, then both reasons are on the instance, in order', () => {
    const { clients } = verdictOf([known, off, egressOnlyTo()]);
    expect(clients.map(({ reasons }) => reasons)).toEqual([['INSTANCE_SG_BLOCKS_443', 'VPC_DNS_DISABLED']]);
  });

  it('when the VPC may use a hub, then it does only where they are turned on', () => {
    const withDns: Edit = ({ settings }) => {
      settings.enableVpcDns = true;
    };
    const made = (...edits: Edit[]) => judgeCase(hubCaseOf([off], newAgent, ...edits));
    expect(changesOf(made(withDns))).toEqual(['EnableVpcDns', 'AssociateProfile']);
    expect(changesOf(made())).toEqual([]);
    expect(made().reasons).toContain('CENTRAL_NOT_PLANNED');
    const auto: Edit = ({ settings }) => {
      settings.endpoints = 'auto';
    };
    expect(changesOf(made(withDns, auto))).toEqual(['EnableVpcDns']);
    const report: Edit = ({ settings }) => {
      settings.endpoints = 'report';
    };
    expect(changesOf(made(withDns, report))).toEqual([]);
  });
});

describe('Given a plan over the budget', () => {
  const settings = { maxMonthlyUsdPerVpc: 1 };
  const lacking = ['ENDPOINT_DRIFTED', 'BUDGET_EXCEEDED'];

  it('when the budget of the run refused it, then nothing of it is made, and that budget is named', () => {
    const refused = judgeSeen(observe(world(known)), { refused: new Set([VPC]) });
    expect(refused).toMatchObject({ changes: [], reasons: ['BUDGET_EXCEEDED', 'NO_PATH_TO_SSM'] });
    expect(refused.findings.at(-1)?.sentence).toContain('maxMonthlyUsd of the whole run');
    expect(judgeSeen(observe(world(known)), { refused: new Set(['vpc-b']) }).changes).not.toEqual([]);
  });

  it('when what exists has drifted, then repairs that cost nothing and need nothing new are made all the same', () => {
    const open = https({ IpRanges: [{ CidrIp: '10.0.0.0/24' }] });
    const drifted = [known, ours(['ssm']), group(ENDPOINT_GROUP, { IpPermissions: [open] })];
    const verdict = verdictOf(drifted, { settings: { ...settings, endpointPolicy: 'organization' } });
    expect(verdict.reasons).toEqual(expect.arrayContaining(lacking));
    expect(changesOf(verdict)).toEqual(['AllowEndpointIngress', 'SetEndpointPolicy']);
  });

  it('when private DNS or our group is off an endpoint, then that is put right', () => {
    const silent = verdictOf([known, ours(['ssm'], { privateDns: false })], { settings });
    expect(changesOf(silent)).toEqual(['ModifyInterfaceEndpoint']);
    const replaced = verdictOf([known, ours(['ssm'], { group: GROUP })], { settings });
    expect(changesOf(replaced)).toEqual(['ModifyInterfaceEndpoint']);
  });

  it('when the repair needs a new group, then it waits', () => {
    const made = world(known, endpoint('ssm', { tags: TAGS, group: GROUP }));
    const verdict = judge({ world: made, journalled: JOURNAL, settings });
    expect(verdict).toMatchObject({ changes: [], reasons: expect.arrayContaining(lacking) });
  });

  it('when our group lacks a rule and only a new endpoint would use it, then nothing is made', () => {
    const unused = [
      known,
      ours(['ssm'], { group: 'sg-sound' }),
      group('sg-sound', { IpPermissions: [https({ IpRanges: [{ CidrIp: '10.0.0.0/16' }] })] }),
      group(ENDPOINT_GROUP, { IpPermissions: [] }),
    ];
    expect(verdictOf(unused, { settings })).toMatchObject({ changes: [] });
    expect(verdictOf(unused).changes).not.toEqual([]);
  });

  it('when an endpoint would have to be in one more zone, then it is not', () => {
    expect(verdictOf([known, inC, ours()], { settings })).toMatchObject({
      changes: [],
      reasons: expect.arrayContaining(lacking),
    });
  });
});

describe('Given what is noted beside a plan', () => {
  it('when the Region has no price, then it is an estimate', () => {
    const elsewhere = (made: World) =>
      judgeSeen(JSON.parse(JSON.stringify(observe(made)).replaceAll(REGION, 'xx-nowhere-1')));
    const publicOne = instance({ id: 'i-2', subnet: SUBNET_PUBLIC, publicIp: true, agent: NEW_AGENT });
    expect(elsewhere(world(known)).notes).toEqual(['PRICE_ESTIMATED']);
    expect(elsewhere(world(known, publicOne)).notes).toEqual(['PRICE_ESTIMATED', 'REROUTES_WORKING_TRAFFIC']);
    // Nothing is bought there.
    expect(elsewhere(world(known, withNat)).notes).toEqual([]);
    expect(verdictOf([known]).notes).toEqual([]);
  });

  it('when one of the names of an instance works over public addresses, then private DNS will move it', () => {
    const steps = [online, withNat, endpoints(['ssmmessages'])];
    const { notes, proposal } = verdictOf(steps, { settings: { path: 'private' }, journalled: [] });
    expect(proposal?.services).toEqual([serviceName('ssm')]);
    expect(notes).toEqual(['REROUTES_WORKING_TRAFFIC']);
  });

  it('when whom an instance asks is not known, then nothing is said to work today', () => {
    const xen = instance({ id: 'i-2', type: 't2.micro', agent: NEW_AGENT });
    const { notes } = verdictOf([known, xen, vpcIs({ DhcpOptionsId: 'default' })], { journalled: [] });
    expect(notes).toEqual(['EGRESS_UNKNOWN']);
  });
});

describe('Given an endpoint of ours and an instance in another zone', () => {
  it('when its ping proves ssm alone, then that is enough: what works across zones needs no other one', () => {
    const undecided = group('sg-b', {
      IpPermissions: [https({ PrefixListIds: [{ PrefixListId: 'pl-b' }] })],
    });
    const onlineInC = instance({ id: 'i-2', subnet: SUBNET_C, ping: 'Online', agent: NEW_AGENT });
    const steps = [
      known,
      onlineInC,
      prefixList('pl-b', null),
      undecided,
      ours(['ssm']),
      endpoint('ssmmessages', { group: 'sg-b' }),
    ];
    expect(verdictOf(steps)).toMatchObject({ changes: [] });
    expect(changesOf(verdictOf([known, inC, ...steps.slice(2)]))).toEqual(['ModifyInterfaceEndpoint']);
  });
});

describe('Given additional services and a hub', () => {
  const wantsOf = (...services: ('s3' | 'kms')[]) => {
    const wants: Edit = ({ settings }) => {
      settings.endpointServices = services;
    };
    return wants;
  };

  it('when the VPC is to use the hub, then S3 gets its gateway endpoint, and kms none, since a hub has none', () => {
    const verdict = judgeCase(hubCaseOf([], newAgent, wantsOf('s3', 'kms')));
    expect(changesOf(verdict)).toEqual(['AssociateProfile', 'CreateGatewayEndpoint']);
    expect(verdict.reasons).toContain('ENDPOINT_SERVICE_BLOCKED');
    const auto: Edit = ({ settings }) => {
      settings.endpoints = 'auto';
    };
    expect(changesOf(judgeCase(hubCaseOf([], newAgent, auto, wantsOf('s3'))))).toEqual([
      'CreateGatewayEndpoint',
    ]);
  });

  it('when own endpoints are made or only reported, then kms is missing, not blocked', () => {
    for (const endpointsSetting of ['provision', 'report'] as const) {
      const own: Edit = ({ settings }) => {
        settings.endpoints = endpointsSetting;
      };
      const { reasons } = judgeCase(hubCaseOf([], newAgent, own, wantsOf('kms')));
      expect(reasons).toContain('ENDPOINT_SERVICE_MISSING');
      expect(reasons).not.toContain('ENDPOINT_SERVICE_BLOCKED');
    }
  });

  it('when the VPC cannot use the hub and gets own endpoints, then kms is made as well', () => {
    const noWay: Edit = ({ settings, hub }) => {
      settings.endpoints = 'auto';
      hub.spokeAttachments = { kind: 'value', value: [] };
    };
    const verdict = judgeCase(hubCaseOf([], newAgent, noWay, wantsOf('kms')));
    expect(changesOf(verdict)).toContain('CreateInterfaceEndpoint kms');
    expect(verdict.reasons).not.toContain('ENDPOINT_SERVICE_BLOCKED');
  });

  it('when only an endpoint of ours for kms is there, then nothing of Systems Manager moves', () => {
    const migrate: Edit = (one) => {
      one.migrate = 'stepwise';
      one.journalled.push('vpce-kms');
    };
    const verdict = judgeCase(
      hubCaseOf([endpoint('kms', { id: 'vpce-kms', tags: TAGS })], newAgent, migrate),
    );
    expect(verdict.reasons).not.toContain('CENTRAL_MOVING');
    expect(changesOf(verdict)).toEqual(['AssociateProfile']);
  });
});

describe('Given a VPC that another account shares, as its owner sees it', () => {
  const shared = vpcIs({ OwnerId: OWNER });
  function asOwner(own: World, view: World) {
    const seen = { ...observe(view), accountId: OWNER };
    return judgeSeen({ ...observe(own), ownerViews: { [VPC]: { kind: 'value', value: seen } } });
  }

  it('when the owner sees no path for one of two instances, then that one has the owner as a reason', () => {
    const made = world(shared, known, inC, routeTable('rtb-c', SUBNET_C));
    const view = structuredClone(made);
    withNat(view);
    expect(asOwner(made, view).clients.map(({ client, reasons }) => [client.subnetId, reasons])).toEqual([
      [SUBNET_A, []],
      [SUBNET_C, ['VPC_OWNER_MANAGED']],
    ]);
  });
});
