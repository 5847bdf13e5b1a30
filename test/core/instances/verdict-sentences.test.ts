/** What a verdict says it saw: of the names that are concerned, in the words of the facts, and no more. */
import { describe, expect, it } from '@jest/globals';
import { isOlderAgent } from '../../../functions/core/instances/agent-version.ts';
import type { InstanceDetail } from '../../../functions/core/instances/facts.ts';
import { type InstanceContext, judgeInstance } from '../../../functions/core/instances/judge-instance.ts';
import type { ActionDecision } from '../../../functions/core/model/permissions.ts';
import type { InstancePath } from '../../../functions/core/network/instance-path.ts';
import type { NamePath } from '../../../functions/core/network/name-path.ts';
import { cause, fact } from '../../../functions/core/network/verdict.ts';
import type { ReasonCode } from '../../../functions/core/reasons.ts';
import {
  ALL_ALLOWED,
  aContext,
  aName,
  anInstance,
  aPath,
  aProfile,
  knownInstance,
  minutesAgo,
  SSM_CORE,
} from './builders.ts';

const judge = (instance: InstanceDetail, context: Partial<InstanceContext> = {}) =>
  judgeInstance(instance, aContext(context));
const online = knownInstance({ pingStatus: 'Online' });

/** The path of an instance whose names are these. */
function pathOf(
  path: NamePath['path'],
  names: NamePath[],
  overrides: Partial<InstancePath> = {},
): InstancePath {
  const reasons = [...new Set(names.flatMap((name) => name.reasons))];
  return aPath({ path, names, reasons, ...overrides });
}
const none = (name: NamePath['name'], reasons: ReasonCode[] = [], ...seen: string[]) =>
  aName(name, { path: 'NONE', resolvesTo: 'public', reasons, facts: seen.map((sentence) => fact(sentence)) });

describe('Given an instance without a path, When it is judged', () => {
  it('Then the names that lack one are named, and where the route of the first ends', () => {
    const path = pathOf('NONE', [
      aName('ssm', { facts: [fact('Of ssm.')] }),
      none('ssmmessages', [], 'First.', 'No default route.'),
      none('ec2messages', [], 'Elsewhere.'),
    ]);
    expect(judge(anInstance(), { path })).toMatchObject({
      verdict: 'NO_PATH',
      reason: 'NO_PATH_TO_SSM',
      sentence: 'No path leads to ssmmessages, ec2messages. No default route.',
    });
  });

  it('Then nothing is said of a route of which nothing was seen', () => {
    expect(judge(anInstance(), { path: pathOf('NONE', [none('ssm')]) }).sentence).toBe(
      'No path leads to ssm.',
    );
  });

  it('Then the reason is of the name that has no path, not of one that is blocked', () => {
    const path = pathOf('NONE', [
      aName('ssm', { reasons: ['ENDPOINT_SG_BLOCKS_443'] }),
      none('ssmmessages', ['DNS_CUSTOM']),
    ]);
    expect(judge(anInstance(), { path }).reason).toBe('DNS_CUSTOM');
  });
});

describe('Given an instance whose path is blocked, When it is judged', () => {
  const rule = cause('ENDPOINT_SG_BLOCKS_443', 'No rule of sg-e admits it.');

  it('Then the blocked names are named, and what blocks the first of them is said once', () => {
    const path = pathOf('ENDPOINTS', [
      aName('ssm'),
      aName('ssmmessages', {
        reasons: ['ENDPOINT_SG_BLOCKS_443'],
        facts: [fact('By DNS.'), rule, fact('Else.')],
      }),
      aName('ec2messages', {
        reasons: ['ENDPOINT_SG_BLOCKS_443'],
        facts: [cause('ENDPOINT_SG_BLOCKS_443', 'No rule of sg-f admits it.')],
      }),
    ]);
    expect(judge(anInstance(), { path })).toMatchObject({
      verdict: 'PATH_BLOCKED',
      reason: 'ENDPOINT_SG_BLOCKS_443',
      sentence: 'Its path to ssmmessages, ec2messages is blocked. No rule of sg-e admits it.',
    });
  });

  it('Then a reason that is of no single name is of Systems Manager', () => {
    const path = aPath({ reasons: ['CENTRAL_UNREACHABLE'], names: [aName('ssm')] });
    expect(judge(anInstance(), { path }).sentence).toBe('Its path to Systems Manager is blocked.');
  });

  it('Then an endpoint that is being made is no block, and another block beside it is', () => {
    const pending = aName('ssm', { reasons: ['ENDPOINT_PENDING'] });
    expect(judge(anInstance(), { path: pathOf('ENDPOINTS', [pending]) }).verdict).toBe('AWAITING_AGENT');
    const blocked = aName('ssmmessages', { reasons: ['NACL_BLOCKS_443'] });
    expect(judge(anInstance(), { path: pathOf('ENDPOINTS', [pending, blocked]) })).toMatchObject({
      verdict: 'PATH_BLOCKED',
      reason: 'NACL_BLOCKS_443',
    });
  });
});

describe("Given an instance in another account's VPC, whose endpoints are not seen, When it is judged", () => {
  it.each<[ReasonCode]>([['IPV6_ONLY'], ['DNS_CUSTOM'], ['VPC_DNS_DISABLED']])(
    'Then %s without a path is no block: the owner may have endpoints',
    (reason) => {
      const path = pathOf('NONE', [none('ssm', [reason]), none('ssmmessages', [reason])], { shared: true });
      expect(judge(anInstance(), { path })).toMatchObject({
        verdict: 'PATH_UNKNOWN',
        reason: 'VPC_OWNER_MANAGED',
      });
    },
  );

  it('Then its own filters block it there as well', () => {
    const blocked = aName('ssm', { path: 'INTERNET', reasons: ['INSTANCE_SG_BLOCKS_443'] });
    const path = pathOf('NONE', [blocked, none('ssmmessages', ['IPV6_ONLY'])], { shared: true });
    expect(judge(anInstance(), { path })).toMatchObject({
      verdict: 'PATH_BLOCKED',
      reason: 'INSTANCE_SG_BLOCKS_443',
    });
  });
});

describe('Given an instance that is Online, When it is judged', () => {
  it.each<[string, NamePath[], Partial<InstancePath>, string | null, string]>([
    ['with all names', [aName('ssm'), aName('ssmmessages')], {}, null, 'Online.'],
    [
      'without a path to ssmmessages',
      [aName('ssm', { path: 'PROVEN' }), none('ssmmessages', [], 'No default route.')],
      {},
      'SESSIONS_BLOCKED',
      'Online, but it has no path to ssmmessages. No default route.',
    ],
    [
      'with a block of ssmmessages',
      [
        aName('ssm', { path: 'PROVEN' }),
        aName('ssmmessages', {
          reasons: ['ENDPOINT_POLICY_DENIES'],
          facts: [fact('By DNS.'), cause('ENDPOINT_POLICY_DENIES', 'The policy denies it.'), fact('Else.')],
        }),
      ],
      {},
      'SESSIONS_BLOCKED',
      'Online, but its path to ssmmessages is blocked. The policy denies it.',
    ],
    [
      'with a block of which nothing else is known',
      [aName('ssmmessages', { reasons: ['NACL_BLOCKS_443'] })],
      {},
      'SESSIONS_BLOCKED',
      'Online, but its path to ssmmessages is blocked.',
    ],
    [
      'with an endpoint for ssmmessages that is being made',
      [aName('ssmmessages', { reasons: ['ENDPOINT_PENDING'] })],
      {},
      null,
      'Online.',
    ],
    ['without a path to ec2messages', [aName('ssmmessages'), none('ec2messages')], {}, null, 'Online.'],
    ['where only ssm is blocked', [aName('ssm', { reasons: ['NACL_BLOCKS_443'] })], {}, null, 'Online.'],
    ["in another account's VPC", [none('ssmmessages')], { shared: true }, null, 'Online.'],
  ])('Then %s', (_what, names, overrides, reason, sentence) => {
    expect(judge(online, { path: pathOf('ENDPOINTS', names, overrides) })).toMatchObject({
      verdict: 'MANAGED',
      reason,
      counts: 'MANAGED',
      sentence,
    });
  });

  it('Then without a network that was read it is managed all the same', () => {
    expect(judge(online, { path: null })).toMatchObject({ verdict: 'MANAGED', reason: null });
  });
});

describe('Given a hybrid node with the address of an instance, When that is judged', () => {
  const { node } = knownInstance({ nodeId: 'mi-1', pingStatus: 'Online' });
  const MENTION = 'The hybrid node mi-1 is Online with its address';

  it.each<[string, InstanceDetail, boolean]>([
    ['a silent one most likely is it', anInstance(), true],
    ['one whose connection is lost may be it', knownInstance(), true],
    ['one that is Online by itself is not', online, false],
    ["one that a service operates is the service's", anInstance({ serviceManaged: true }), false],
  ])('Then %s', (_what, instance, named) => {
    expect(judge(instance, { hybridNode: node }).sentence.includes(MENTION)).toBe(named);
  });

  it('Then nothing is said of all conditions', () => {
    expect(judge(anInstance(), { hybridNode: node }).sentence).toMatch(
      /^Its agent never reported as this instance\. The hybrid node/,
    );
  });
});

describe('Given an agent that is silent, When it is judged, Then what is not known is named', () => {
  const failed = {
    kind: 'failed',
    failure: { kind: 'DENIED', action: 'iam:GetInstanceProfile', code: 'X', message: '' },
  } as const;
  const ALL_MET = 'All conditions are met, but its agent never reported.';
  const unknown = (what: string) =>
    `Nothing was found that keeps its agent away, but it never reported; not known: ${what}.`;

  it.each<[string, Partial<InstanceContext>, Partial<InstanceDetail>, string]>([
    ['nothing', {}, {}, ALL_MET],
    ['its profile', { profile: failed }, {}, unknown('what its instance profile grants')],
    ['its status checks', {}, { statusChecks: 'PENDING' }, unknown("whether EC2's status checks pass")],
    [
      'the policy of its endpoint',
      { path: aPath({ isPolicyUndecided: true }) },
      {},
      unknown('whether the policy of its endpoint, which has conditions, lets it through'),
    ],
    [
      'central endpoints',
      { path: aPath({ path: 'CENTRAL', unseenCentral: ['ssm', 'ssmmessages'] }) },
      {},
      unknown('whether the central endpoints of ssm, ssmmessages admit it'),
    ],
    ['what DHMC may give', { dhmcQuestions: ['a', 'b'] }, {}, unknown('a, b')],
    [
      'what policies leave of DHMC',
      { dhmcPermissions: null },
      {},
      unknown('whether service control policies and boundaries let its role call Systems Manager'),
    ],
    [
      'nothing of DHMC, where a profile gives credentials',
      { profile: aProfile(...SSM_CORE), dhmcPermissions: null, dhmcQuestions: ['a'] },
      {},
      ALL_MET,
    ],
    [
      'nothing of DHMC, where it is not known whether a profile gives them',
      { profile: failed, dhmcPermissions: null, dhmcQuestions: ['a'] },
      {},
      unknown('what its instance profile grants'),
    ],
  ])('%s', (_what, context, detail, sentence) => {
    expect(judge(anInstance(detail), context)).toMatchObject({ verdict: 'AGENT_SILENT', sentence });
  });
});

describe('Given permissions that a policy takes away, When an instance is judged', () => {
  const denied = (deniedBy: ActionDecision['deniedBy'], explicit: boolean) => ({
    kind: 'value' as const,
    value: [
      ...(ALL_ALLOWED.kind === 'value' ? ALL_ALLOWED.value.slice(1) : []),
      { action: 'ssm:UpdateInstanceInformation', allowed: false, deniedBy, explicit },
    ],
  });

  it.each<[ActionDecision['deniedBy'], boolean, string]>([
    ['SCP', true, 'a service control policy'],
    ['BOUNDARY', false, 'its permissions boundary'],
    ['IDENTITY', true, 'a policy of the role itself'],
    ['IDENTITY', false, 'a policy of the role itself'],
  ])('Then DHMC is denied by %s, explicitly %s', (deniedBy, explicit, words) => {
    expect(judge(anInstance(), { dhmcPermissions: denied(deniedBy, explicit) })).toMatchObject({
      verdict: 'API_DENIED',
      sentence: `The DHMC role is denied ssm:UpdateInstanceInformation by ${words}.`,
    });
  });

  it('Then one with a profile for Systems Manager does not ask DHMC', () => {
    const context = { profile: aProfile(...SSM_CORE), dhmcPermissions: denied('SCP', true) };
    expect(judge(anInstance(), context).verdict).toBe('AGENT_SILENT');
  });

  it('Then a profile that lacks a channel says of which role', () => {
    expect(judge(anInstance(), { profile: aProfile('ssm:UpdateInstanceInformation') }).sentence).toBe(
      'Its role arn:aws:iam::111122223333:role/app lacks ssmmessages:CreateControlChannel and ssmmessages:CreateDataChannel.',
    );
  });
});

describe('Given changes that agents have not noticed, When an instance is judged', () => {
  const change = (what: 'SETTING' | 'ROLE' | 'PATH', minutes: number) => ({
    region: null,
    what,
    at: minutesAgo(minutes),
  });

  it.each([
    ['SETTING', 'The setting was changed'],
    ['ROLE', 'The DHMC role was changed'],
    ['PATH', 'Endpoints were changed'],
  ] as const)('Then the latest is named, however they are listed: %s', (what, words) => {
    const earlier = [change('SETTING', 30), change('ROLE', 20), change('PATH', 40)].filter(
      (one) => one.what !== what,
    );
    for (const changes of [
      [change(what, 5), ...earlier],
      [...earlier, change(what, 5)],
    ]) {
      expect(judge(anInstance(), { changes })).toMatchObject({
        verdict: 'AWAITING_AGENT',
        counts: 'AWAITED',
        sentence: `${words} at ${minutesAgo(5)}.`,
      });
    }
  });

  it('Then an instance that was launched at no known time is not waited for', () => {
    expect(judge(anInstance({ launchedAt: null })).verdict).toBe('AGENT_SILENT');
  });
});

describe('Given a connection that was lost, When the instance is judged', () => {
  it.each([
    [minutesAgo(300), minutesAgo(300)],
    [null, 'no known time'],
  ])('Then it says when its agent last reported: %s', (lastPingAt, words) => {
    expect(judge(knownInstance({ lastPingAt })).sentence).toBe(`Its agent last reported at ${words}.`);
  });
});

describe('Given a version of the agent, When asked whether it is older than 3.2.582.0', () => {
  it.each([
    ['3.2.581.9', true],
    ['3.2.582.0', false],
    ['3.2.582', false],
    ['3.2.582.0.1', false],
    ['3.10.0.0', false],
    ['2.9.999.0', true],
    ['10.0.0.0', false],
    ['03.1', true],
    ['3', true],
    ['4', false],
    [null, false],
    ['', false],
    ['unknown', false],
    ['v3.1.0.0', false],
    ['3.1.0.0-beta', false],
  ])('%s: %s', (version, expected) => expect(isOlderAgent(version, '3.2.582.0')).toBe(expected));
});
