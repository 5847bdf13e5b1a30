/** Each link of the chain by itself: GREEN only where that was seen, UNKNOWN where it was not, RED where it is in the way. */
import { describe, expect, it } from '@jest/globals';
import {
  type ChainFacts,
  type ChainLink,
  chainOf,
  type LinkName,
  type LinkState,
} from '../../../functions/core/instances/chain.ts';
import { type InstanceContext, judgeInstance } from '../../../functions/core/instances/judge-instance.ts';
import type { ActionDecision } from '../../../functions/core/model/permissions.ts';
import type { NamePath } from '../../../functions/core/network/name-path.ts';
import { fact } from '../../../functions/core/network/verdict.ts';
import { awaitedRole } from '../../../functions/core/results.ts';
import { desiredRole } from '../../../functions/core/role.ts';
import { aConfiguration, aSetting } from '../builders.ts';
import {
  ALL_ALLOWED,
  aClientPath,
  aContext,
  aName,
  anInstance,
  aProfile,
  knownInstance,
  minutesAgo,
  SSM_CORE,
} from './builders.ts';

const PROFILE = 'arn:aws:iam::111122223333:instance-profile/app/web';
const failure = {
  kind: 'DENIED',
  action: 'iam:GetInstanceProfile',
  code: 'AccessDenied',
  message: '',
} as const;

function linkOf(
  link: LinkName,
  facts: Partial<ChainFacts> = {},
  context: Partial<InstanceContext> = {},
): ChainLink {
  const { profile = null, dhmcInPlace = true } = facts;
  const instance = facts.instance ?? anInstance({ profileArn: profile === null ? null : PROFILE });
  const found = chainOf({
    instance,
    verdict: judgeInstance(instance, aContext({ profile, dhmcInPlace, ...context })),
    path: null,
    shared: false,
    profile,
    setting: { kind: 'value', value: aSetting('service-role/x') },
    role: awaitedRole(desiredRole(aConfiguration(), 'aws', '111122223333')),
    dhmcInPlace,
    dhmcQuestions: [],
    dhmcPermissions: ALL_ALLOWED,
    ...facts,
  }).find((one) => one.link === link);
  if (!found) throw new Error(`no link ${link}`);
  return found;
}
const along = (link: LinkName, ...names: NamePath[]) => linkOf(link, { path: aClientPath(names) });

describe('Given an instance, When it is asked whether it runs', () => {
  it.each<[string, ReturnType<typeof anInstance>, LinkState, string]>([
    ['stopped', anInstance({ state: 'stopped' }), 'RED', 'It is stopped.'],
    ['on its way', anInstance({ state: 'other' }), 'RED', 'It is not running.'],
    ['running', anInstance(), 'GREEN', 'Running since 2026-10-01 00:00 UTC; the status checks of EC2 pass.'],
    [
      'running since no one knows when',
      anInstance({ launchedAt: null }),
      'GREEN',
      'Running; the status checks of EC2 pass.',
    ],
    [
      'Online, its checks unread',
      knownInstance({ pingStatus: 'Online' }, { statusChecks: null }),
      'GREEN',
      'Running since 2026-10-01 00:00 UTC.',
    ],
  ])('Then %s', (_what, instance, state, said) => {
    expect(linkOf('INSTANCE', { instance })).toMatchObject({ state, evidence: [said] });
  });
});

describe('Given an agent, When it is asked whether it is new enough', () => {
  const own = aProfile(...SSM_CORE);
  it.each<[string, Partial<ChainFacts>, LinkState, RegExp]>([
    ['never seen', { instance: anInstance() }, 'UNKNOWN', /^Systems Manager has never seen it/],
    ['new', { instance: knownInstance() }, 'GREEN', /^Agent 3\.3\.987\.0 on Amazon Linux 2023\.$/],
    [
      'on a platform without a version',
      { instance: knownInstance({ platformVersion: null }) },
      'GREEN',
      /^Agent 3\.3\.987\.0 on Amazon Linux\.$/,
    ],
    [
      'on an unknown platform',
      { instance: knownInstance({ platformName: null }) },
      'GREEN',
      /^Agent 3\.3\.987\.0\.$/,
    ],
    [
      'of no known version',
      { instance: knownInstance({ agentVersion: null }) },
      'UNKNOWN',
      /^Agent of unknown version on Amazon Linux 2023\.$/,
    ],
    [
      'too old for DHMC',
      { instance: knownInstance({ agentVersion: '3.1.0.0' }) },
      'RED',
      /^Agent 3\.1\.0\.0 on Amazon Linux 2023; DHMC takes 3\.2\.582\.0 or later\.$/,
    ],
    [
      'too old for DHMC, which its profile does not need',
      { instance: knownInstance({ agentVersion: '3.1.0.0' }, { profileArn: PROFILE }), profile: own },
      'GREEN',
      /Its profile does not need it\.$/,
    ],
  ])('Then %s', (_what, facts, state, said) => {
    const link = linkOf('AGENT', facts);
    expect([link.state, link.evidence]).toEqual([state, [expect.stringMatching(said)]]);
  });
});

describe('Given a metadata service, When it is asked whether it answers', () => {
  it.each([
    [{ imdsEnabled: false }, 'RED', /^Its HTTP endpoint is disabled/],
    [{ httpTokens: 'required' as const }, 'GREEN', /enabled, tokens are required; the agent/],
    [{ httpTokens: null }, 'GREEN', /enabled; the agent/],
  ])('Then %j: %s', (detail, state, said) => {
    const link = linkOf('METADATA', { instance: anInstance(detail) });
    expect([link.state, link.evidence]).toEqual([state, [expect.stringMatching(said)]]);
  });
});

describe('Given credentials, When it is asked where they come from', () => {
  const said = (facts: Partial<ChainFacts>) => {
    const { state, evidence } = linkOf('CREDENTIALS', facts);
    return [state, ...evidence];
  };

  it('Then from a profile that registers the agent', () => {
    expect(said({ profile: aProfile(...SSM_CORE) })).toEqual([
      'GREEN',
      'Its profile (role app) allows ssm:UpdateInstanceInformation, so DHMC is not asked.',
    ]);
  });

  it('Then what a profile grants that was not read is not known', () => {
    expect(said({ profile: { kind: 'failed', failure } })).toEqual([
      'UNKNOWN',
      'What its profile grants could not be read: iam:GetInstanceProfile failed with AccessDenied.',
    ]);
  });

  it('Then from DHMC, as its setting names it', () => {
    expect(said({})).toEqual([
      'GREEN',
      'It has no instance profile, so DHMC gives credentials.',
      'The DHMC setting of the Region names service-role/x.',
    ]);
  });

  it('Then what is not known of DHMC is named, and not green', () => {
    expect(said({ dhmcQuestions: ['whether its trust holds', 'what it allows'] })).toEqual([
      'UNKNOWN',
      'It has no instance profile, so DHMC gives credentials.',
      'The DHMC setting of the Region names service-role/x.',
      'Not known: whether its trust holds, what it allows.',
    ]);
  });

  it.each([
    ['', 'is not set'],
    ['$None', 'is not set'],
    ['service-role/y', 'names service-role/y'],
  ])('Then from nowhere, where DHMC is not in place: the setting is %j', (value, words) => {
    const role = {
      ...awaitedRole(desiredRole(aConfiguration(), 'aws', '111122223333')),
      findings: [{ code: 'DHMC_ROLE_MISSING' as const, subject: null, sentence: 'There is no role.' }],
    };
    const setting = { kind: 'value' as const, value: aSetting(value) };
    expect(said({ dhmcInPlace: false, dhmcQuestions: ['x'], setting, role })).toEqual([
      'RED',
      'It has no instance profile, so DHMC gives credentials.',
      `The DHMC setting of the Region ${words}.`,
      'There is no role.',
    ]);
  });

  it('Then a setting that was not read is no setting that is missing', () => {
    const [, , sentence] = said({ dhmcInPlace: false, setting: { kind: 'failed', failure } });
    expect(sentence).toBe('The DHMC setting of the Region could not be read.');
  });

  it.each<[ActionDecision['deniedBy'], boolean, string]>([
    [
      'SCP',
      false,
      'Its profile (role app) is denied ssm:UpdateInstanceInformation by a service control policy',
    ],
    [
      'BOUNDARY',
      false,
      'Its profile (role app) is denied ssm:UpdateInstanceInformation by its permissions boundary',
    ],
    [
      'IDENTITY',
      true,
      'Its profile (role app) is denied ssm:UpdateInstanceInformation by a policy of the role itself',
    ],
    ['IDENTITY', false, 'Its profile (role app) does not allow ssm:UpdateInstanceInformation'],
  ])(
    'Then a profile that does not register the agent says what denies it: %s, explicitly %s',
    (deniedBy, explicit, why) => {
      const profile = aProfile();
      if (profile.kind !== 'value') throw new Error('the profile has no value');
      const denied = [
        { action: 'ssm:UpdateInstanceInformation', allowed: false, deniedBy, explicit },
        { action: 'ssmmessages:CreateDataChannel', allowed: false, deniedBy: 'SCP' as const, explicit: true },
      ];
      expect(said({ profile: { kind: 'value', value: { ...profile.value, denied } } })[1]).toBe(
        `${why}, so DHMC gives credentials.`,
      );
    },
  );
});

describe('Given the names that an agent needs, When they are asked for', () => {
  const seen = { facts: [fact('Seen.', null, 'NAME'), fact('Of the route.')] };
  it.each<[string, Partial<NamePath>, LinkState]>([
    ['an endpoint', {}, 'GREEN'],
    ['the public address', { resolvesTo: 'public', path: 'INTERNET' }, 'GREEN'],
    ['a central endpoint', { resolvesTo: 'central', path: 'CENTRAL' }, 'GREEN'],
    ['no one knows what', { resolvesTo: 'unknown', path: 'UNKNOWN' }, 'UNKNOWN'],
    ["what another's DNS answers", { resolvesTo: 'custom', path: 'INTERNET' }, 'UNKNOWN'],
    ["what another's DNS answers, proven", { resolvesTo: 'custom', path: 'PROVEN' }, 'GREEN'],
    ['what a directory answers', { resolvesTo: 'directory', path: 'UNKNOWN' }, 'UNKNOWN'],
    ['the public address by a directory', { resolvesTo: 'directory', path: 'INTERNET' }, 'GREEN'],
    ['what a directory answers, proven', { resolvesTo: 'directory', path: 'PROVEN' }, 'GREEN'],
    ['nothing', { resolvesTo: 'nothing', path: 'NONE', reasons: ['VPC_DNS_DISABLED'] }, 'RED'],
    ["another's DNS, without egress", { resolvesTo: 'custom', path: 'NONE', reasons: ['DNS_CUSTOM'] }, 'RED'],
    [
      'the public address beside an endpoint whose private DNS is off',
      { resolvesTo: 'public', path: 'NONE', reasons: ['ENDPOINT_PRIVATE_DNS_OFF'] },
      'RED',
    ],
    ['an endpoint that blocks', { reasons: ['ENDPOINT_SG_BLOCKS_443'] }, 'GREEN'],
  ])('Then %s', (_what, overrides, state) => {
    expect(along('NAME', aName('ssm', { ...seen, ...overrides }))).toMatchObject({
      state,
      evidence: ['Seen.'],
    });
  });

  it('Then the worst of them counts, and each sentence is said once', () => {
    const names = [
      aName('ssm', seen),
      aName('ssmmessages', { ...seen, resolvesTo: 'unknown', path: 'UNKNOWN' }),
      aName('ec2messages', { ...seen, path: 'PROVEN' }),
    ];
    expect(along('NAME', ...names)).toMatchObject({ state: 'UNKNOWN', evidence: ['Seen.'] });
  });

  it.each(['NAME', 'WAY', 'GROUPS', 'ACLS'] as const)(
    'Then without a path that was judged %s is not known',
    (link) => {
      expect(linkOf(link)).toMatchObject({
        state: 'UNKNOWN',
        evidence: ['Not judged: no path is looked at for it.'],
      });
    },
  );
});

describe('Given a route, When it is asked where it leads', () => {
  const route = fact('By tgw-1.');
  it.each<[string, Partial<NamePath>, LinkState, string[]]>([
    ['an endpoint', {}, 'GREEN', ['Through that endpoint, which is available.']],
    [
      'an endpoint that is being made',
      { reasons: ['ENDPOINT_PENDING'], facts: [route] },
      'UNKNOWN',
      ['By tgw-1.'],
    ],
    [
      'an endpoint of which something is said',
      { facts: [fact('It is in no subnet.')] },
      'GREEN',
      ['It is in no subnet.'],
    ],
    ['the internet', { resolvesTo: 'public', path: 'INTERNET', facts: [route] }, 'GREEN', ['By tgw-1.']],
    ['out of sight', { resolvesTo: 'public', path: 'UNKNOWN', facts: [route] }, 'UNKNOWN', ['By tgw-1.']],
    [
      'where groups decide',
      { resolvesTo: 'public', path: 'UNKNOWN', facts: [route, fact('In part.', null, 'GROUPS')] },
      'GREEN',
      ['By tgw-1.'],
    ],
    [
      'where ACLs decide',
      { resolvesTo: 'public', path: 'UNKNOWN', facts: [route, fact('In part.', null, 'ACLS')] },
      'GREEN',
      ['By tgw-1.'],
    ],
    [
      'where both decide',
      {
        resolvesTo: 'public',
        path: 'UNKNOWN',
        facts: [route, fact('In part.', null, 'ACLS'), fact('In part.', null, 'GROUPS')],
      },
      'GREEN',
      ['By tgw-1.'],
    ],
    ['nowhere', { resolvesTo: 'public', path: 'NONE', facts: [route] }, 'RED', ['By tgw-1.']],
    [
      'to no central endpoint',
      { resolvesTo: 'central', path: 'CENTRAL', reasons: ['CENTRAL_UNREACHABLE'], facts: [route] },
      'RED',
      ['By tgw-1.'],
    ],
    [
      'to IPv6 alone',
      { resolvesTo: 'public', path: 'UNKNOWN', reasons: ['IPV6_ONLY'], facts: [route] },
      'RED',
      ['By tgw-1.'],
    ],
    [
      'where an instance is Online',
      { path: 'PROVEN', facts: [fact('i-2 is Online.', null, 'EVIDENCE'), route] },
      'GREEN',
      ['i-2 is Online.', 'By tgw-1.'],
    ],
  ])('Then %s', (_what, overrides, state, evidence) => {
    expect(along('WAY', aName('ssm', overrides))).toMatchObject({ state, evidence });
  });

  it('Then of a VPC of another account only what works is certain', () => {
    const shared = (path: NamePath['path']) =>
      linkOf('WAY', {
        shared: true,
        path: aClientPath([aName('ssm', { resolvesTo: 'public', path, facts: [route] })]),
      });
    expect(shared('INTERNET')).toMatchObject({ state: 'GREEN', evidence: ['By tgw-1.'] });
    expect(shared('NONE')).toMatchObject({
      state: 'UNKNOWN',
      evidence: ['By tgw-1.', expect.stringContaining('The VPC is shared')],
    });
  });
});

describe('Given filters, When it is asked whether they let 443 through', () => {
  const NOT_CHECKED = 'Not checked: no path is known that it could allow.';
  it.each<[string, 'GROUPS' | 'ACLS', Partial<NamePath>, LinkState, string]>([
    [
      'groups towards an endpoint',
      'GROUPS',
      {},
      'GREEN',
      'sg-1 lets TCP 443 out, and those of the endpoint admit it.',
    ],
    [
      'groups towards the internet',
      'GROUPS',
      { resolvesTo: 'public', path: 'INTERNET' },
      'GREEN',
      'sg-1 lets TCP 443 out.',
    ],
    [
      'ACLs towards an endpoint',
      'ACLS',
      {},
      'GREEN',
      'The network ACL of subnet-1 and those of the endpoint let TCP 443 and its answers through.',
    ],
    [
      'ACLs towards the internet',
      'ACLS',
      { resolvesTo: 'public', path: 'INTERNET' },
      'GREEN',
      'The network ACL of subnet-1 lets TCP 443 and its answers through.',
    ],
    [
      'groups of the instance that block',
      'GROUPS',
      { reasons: ['INSTANCE_SG_BLOCKS_443'], facts: [fact('No rule.', null, 'GROUPS')] },
      'RED',
      'No rule.',
    ],
    [
      'groups of the endpoint that block',
      'GROUPS',
      { reasons: ['ENDPOINT_SG_BLOCKS_443'], facts: [fact('No rule.', null, 'GROUPS')] },
      'RED',
      'No rule.',
    ],
    [
      'ACLs that block',
      'ACLS',
      { reasons: ['NACL_BLOCKS_443'], facts: [fact('No entry.', null, 'ACLS')] },
      'RED',
      'No entry.',
    ],
    [
      'ACLs beside groups that block',
      'ACLS',
      { reasons: ['INSTANCE_SG_BLOCKS_443'] },
      'GREEN',
      expect.any(String) as never,
    ],
    [
      'groups that let a part through',
      'GROUPS',
      { path: 'UNKNOWN', facts: [fact('In part.', null, 'GROUPS')] },
      'UNKNOWN',
      'In part.',
    ],
    ['no path', 'GROUPS', { resolvesTo: 'public', path: 'NONE' }, 'UNKNOWN', NOT_CHECKED],
    ['no answer that is known', 'ACLS', { resolvesTo: 'unknown', path: 'UNKNOWN' }, 'UNKNOWN', NOT_CHECKED],
    [
      'an endpoint that is being made',
      'GROUPS',
      { reasons: ['ENDPOINT_PENDING'] },
      'UNKNOWN',
      'Not asked yet: the endpoint is being made.',
    ],
    [
      'an instance that is Online',
      'GROUPS',
      { path: 'PROVEN', facts: [fact('In part.', null, 'GROUPS'), fact('i-2 is Online.', null, 'EVIDENCE')] },
      'GREEN',
      'i-2 is Online.',
    ],
  ])('Then %s', (_what, link, overrides, state, said) => {
    expect(along(link, aName('ssm', overrides))).toMatchObject({ state, evidence: [said] });
  });

  it('Then several groups let it out together', () => {
    const instance = anInstance({ groupIds: ['sg-1', 'sg-2'] });
    expect(linkOf('GROUPS', { instance, path: aClientPath([aName('ssm')]) }).evidence).toEqual([
      'sg-1, sg-2 let TCP 443 out, and those of the endpoint admit it.',
    ]);
  });
});

describe('Given policies and permissions, When it is asked whether the agent may call', () => {
  const ALLOWS =
    'The role that the setting names allows what the agent calls, by simulation of its policies, boundary and service control policies.';
  const denied: ActionDecision[] = [
    { action: 'ssmmessages:CreateDataChannel', allowed: false, deniedBy: 'SCP', explicit: true },
  ];
  const missing: ActionDecision[] = [
    { action: 'ssmmessages:CreateDataChannel', allowed: false, deniedBy: 'IDENTITY', explicit: false },
  ];

  it.each<[string, Partial<ChainFacts>, LinkState, string[]]>([
    ['DHMC allows it', { path: aClientPath([aName('ssm')]) }, 'GREEN', [ALLOWS]],
    [
      'DHMC is denied it by a service control policy',
      { dhmcPermissions: { kind: 'value', value: denied } },
      'RED',
      [
        'The role that the setting names is denied ssmmessages:CreateDataChannel by a service control policy.',
      ],
    ],
    [
      'DHMC lacks the policy for it',
      { dhmcPermissions: { kind: 'value', value: missing } },
      'RED',
      [
        'The role that the setting names is denied ssmmessages:CreateDataChannel by a policy of the role itself.',
      ],
    ],
    [
      'it was not simulated',
      { dhmcPermissions: null },
      'UNKNOWN',
      [expect.stringContaining('is not known') as never],
    ],
    ['DHMC is not in place', { dhmcInPlace: false }, 'UNKNOWN', ['Not asked: there are no credentials yet.']],
    [
      'its profile allows it',
      { profile: aProfile(...SSM_CORE) },
      'GREEN',
      [
        'Role app allows what the agent calls, by simulation of its policies, boundary and service control policies.',
      ],
    ],
    [
      'its profile lacks the channels',
      { profile: aProfile('ssm:UpdateInstanceInformation') },
      'RED',
      [
        'Role app registers the agent, but lacks ssmmessages:CreateControlChannel and ssmmessages:CreateDataChannel.',
      ],
    ],
    [
      'its profile was not read',
      { profile: { kind: 'failed', failure } },
      'UNKNOWN',
      ['What its profile grants could not be read.'],
    ],
    [
      'the policy of the endpoint denies it',
      {
        path: aClientPath([
          aName('ssm', { reasons: ['ENDPOINT_POLICY_DENIES'], facts: [fact('It denies.', null, 'POLICY')] }),
        ]),
      },
      'RED',
      ['It denies.', ALLOWS],
    ],
    [
      'the policy of the endpoint has conditions',
      { path: aClientPath([aName('ssm', { notes: ['ENDPOINT_POLICY_UNDECIDED'] })]) },
      'UNKNOWN',
      ['The policy of the endpoint has conditions that cannot be judged from here.', ALLOWS],
    ],
    [
      'the policy of the endpoint has conditions, and an instance is Online',
      { path: aClientPath([aName('ssm', { path: 'PROVEN', notes: ['ENDPOINT_POLICY_UNDECIDED'] })]) },
      'GREEN',
      [ALLOWS],
    ],
    [
      'a central endpoint is not seen',
      { path: aClientPath([aName('ssm', { resolvesTo: 'central', path: 'CENTRAL' })]) },
      'UNKNOWN',
      ['The groups and the policy of the central endpoint behind ssm cannot be seen from here.', ALLOWS],
    ],
    [
      'a central endpoint is in this VPC',
      { path: aClientPath([aName('ssm', { resolvesTo: 'central', path: 'CENTRAL', way: 'endpoint' })]) },
      'GREEN',
      [ALLOWS],
    ],
  ])('Then %s', (_what, facts, state, evidence) => {
    expect(linkOf('PERMISSION', facts)).toMatchObject({ state, evidence });
  });
});

describe('Given an agent, When it is asked whether it reports', () => {
  const changes = [{ region: null, what: 'ROLE' as const, at: minutesAgo(5) }];
  it.each<[string, ReturnType<typeof anInstance>, Partial<InstanceContext>, LinkState, string]>([
    [
      'Online',
      knownInstance({ pingStatus: 'Online', lastPingAt: '2026-11-20T11:58:31.000Z' }),
      {},
      'GREEN',
      'Online; last ping at 2026-11-20 11:58 UTC.',
    ],
    [
      'Online since no known time',
      knownInstance({ pingStatus: 'Online', lastPingAt: null }),
      {},
      'GREEN',
      'Online.',
    ],
    ['lost', knownInstance(), {}, 'RED', 'ConnectionLost: it last reported at 2026-11-20 07:00 UTC.'],
    [
      'lost at no known time',
      knownInstance({ lastPingAt: null }),
      {},
      'RED',
      'ConnectionLost: it last reported at no known time.',
    ],
    ['never seen', anInstance(), {}, 'RED', 'It never reported.'],
    ['awaited', anInstance(), { changes }, 'UNKNOWN', `The DHMC role was changed at ${minutesAgo(5)}.`],
  ])('Then %s', (_what, instance, context, state, said) => {
    expect(linkOf('REGISTRATION', { instance }, context)).toMatchObject({ state, evidence: [said] });
  });
});
