/**
 * The chain from an instance to the API of Systems Manager, link by link in the order in which an agent meets
 * them, each judged for itself: a red link does not hide the next. Nothing is decided here; the verdict is
 * `judgeInstance`'s, the path `judgeVpc`'s.
 */
import type { SettingObservation } from '../model/observation.ts';
import type { ActionDecision } from '../model/permissions.ts';
import type { Read } from '../model/reads.ts';
import type { RoleAssessment } from '../model/result.ts';
import { type ClientPath, isUnseenCentral } from '../network/instance-path.ts';
import type { NamePath } from '../network/name-path.ts';
import type { FactSubject } from '../network/verdict.ts';
import type { ReasonCode } from '../reasons.ts';
import { denialsSentence, isPingKnown, roleDenials } from '../role-permissions.ts';
import { FIRST_AGENT_WITH_DHMC, isOlderAgent } from './agent-version.ts';
import { lackingOf, registrationDenials } from './credentials.ts';
import type { InstanceDetail, ProfileGrants } from './facts.ts';
import type { InstanceVerdict } from './judge-instance.ts';

export type LinkState = 'GREEN' | 'RED' | 'UNKNOWN';

export const LINKS = {
  INSTANCE: 'Instance runs',
  AGENT: 'Agent is installed and new enough',
  METADATA: 'Metadata service answers',
  CREDENTIALS: 'Credentials: profile or DHMC',
  NAME: 'Names resolve',
  WAY: 'A route leads there',
  GROUPS: 'Security groups let 443 through',
  ACLS: 'Network ACLs let it and its answers through',
  PERMISSION: 'API calls are allowed',
  REGISTRATION: 'Agent reports to Systems Manager',
} as const;

export type LinkName = keyof typeof LINKS;

export interface ChainLink {
  link: LinkName;
  state: LinkState;
  /** Sentences: what was seen. */
  evidence: string[];
}

export interface ChainFacts {
  instance: InstanceDetail;
  verdict: InstanceVerdict;
  /** null where the path was not judged: nothing runs, or a tag says to leave it alone. */
  path: ClientPath | null;
  /** The VPC is another account's, whose endpoints and NAT gateways cannot be seen. */
  shared: boolean;
  /** null where it has no profile. */
  profile: Read<ProfileGrants> | null;
  setting: Read<SettingObservation>;
  role: RoleAssessment;
  /** Whether role and setting of the target let DHMC give credentials. */
  dhmcInPlace: boolean;
  /** What is not known of DHMC's credentials. */
  dhmcQuestions: readonly string[];
  /** Of the role that the setting names; null where it was not asked. */
  dhmcPermissions: Read<ActionDecision[]> | null;
}

export function chainOf(facts: ChainFacts): ChainLink[] {
  const { path } = facts;
  return [
    { link: 'INSTANCE', ...instanceLink(facts) },
    { link: 'AGENT', ...agentLink(facts) },
    { link: 'METADATA', ...metadataLink(facts) },
    { link: 'CREDENTIALS', ...credentialsLink(facts) },
    { link: 'NAME', ...overNames(path, nameLink) },
    { link: 'WAY', ...wayLink(facts) },
    { link: 'GROUPS', ...overNames(path, (name) => filterLink(name, 'GROUPS', BLOCKED_BY_GROUPS, facts)) },
    { link: 'ACLS', ...overNames(path, (name) => filterLink(name, 'ACLS', ['NACL_BLOCKS_443'], facts)) },
    { link: 'PERMISSION', ...permissionLink(facts) },
    { link: 'REGISTRATION', ...registrationLink(facts) },
  ];
}

type Judged = Omit<ChainLink, 'link'>;

const green = (...evidence: string[]): Judged => ({ state: 'GREEN', evidence });
const red = (...evidence: string[]): Judged => ({ state: 'RED', evidence });
const unknown = (...evidence: string[]): Judged => ({ state: 'UNKNOWN', evidence });

const RANK: Record<LinkState, number> = { GREEN: 0, UNKNOWN: 1, RED: 2 };

/** The worst state; the evidence of all, each sentence once. */
function together(judged: Judged[]): Judged {
  const state = judged.reduce<LinkState>(
    (worst, next) => (RANK[next.state] > RANK[worst] ? next.state : worst),
    'GREEN',
  );
  return { state, evidence: [...new Set(judged.flatMap(({ evidence }) => evidence))] };
}

function instanceLink({ instance: { state, statusChecks, online, launchedAt } }: ChainFacts): Judged {
  if (state !== 'running') return red(`It is ${state === 'stopped' ? 'stopped' : 'not running'}.`);
  const since = launchedAt ? `Running since ${time(launchedAt)}` : 'Running';
  if (statusChecks === 'FAILED') return red(`${since}, but a status check of EC2 fails.`);
  if (statusChecks === 'PASSED') return green(`${since}; the status checks of EC2 pass.`);
  if (statusChecks === 'PENDING') {
    return unknown(
      `${since}; not all status checks of EC2 have a result (initializing or insufficient data).`,
    );
  }
  return online ? green(`${since}.`) : unknown(`${since}; its status checks were not read.`);
}

function agentLink({ instance, verdict }: ChainFacts): Judged {
  const { node, agentVersion } = instance;
  if (!node) {
    return unknown(
      'Systems Manager has never seen it, so nothing is known of its agent: absent, stopped or cut off.',
    );
  }
  const agent = `Agent ${agentVersion ?? 'of unknown version'}${node.platformName ? ` on ${[node.platformName, node.platformVersion].filter(Boolean).join(' ')}` : ''}`;
  if (isOlderAgent(agentVersion, FIRST_AGENT_WITH_DHMC)) {
    const older = `${agent}; DHMC takes ${FIRST_AGENT_WITH_DHMC} or later.`;
    return verdict.credentialSource === 'INSTANCE_PROFILE'
      ? green(`${older} Its profile does not need it.`)
      : red(older);
  }
  return agentVersion === null ? unknown(`${agent}.`) : green(`${agent}.`);
}

function metadataLink({ instance: { imdsEnabled, httpTokens } }: ChainFacts): Judged {
  if (!imdsEnabled) return red('Its HTTP endpoint is disabled, so the agent finds no credentials at all.');
  return green(
    `Its HTTP endpoint is enabled${httpTokens ? `, tokens are ${httpTokens}` : ''}; the agent speaks version 2.`,
  );
}

function credentialsLink({
  instance,
  profile,
  verdict,
  setting,
  role,
  dhmcInPlace,
  dhmcQuestions,
}: ChainFacts): Judged {
  switch (verdict.credentialSource) {
    case null:
      return unknown(
        profile?.kind === 'failed'
          ? `What its profile grants could not be read: ${profile.failure.action} failed with ${profile.failure.code}.`
          : 'What its profile grants could not be read.',
      );
    case 'INSTANCE_PROFILE':
      return green(
        `Its profile (role ${roleOf(profile)}) allows ssm:UpdateInstanceInformation, so DHMC is not asked.`,
      );
    case 'DHMC': {
      const why = `${whyProfileGivesNone(profile, instance.profileArn)}, so DHMC gives credentials.`;
      if (dhmcInPlace && dhmcQuestions.length > 0) {
        return unknown(why, settingSentence(setting), `Not known: ${dhmcQuestions.join(', ')}.`);
      }
      return dhmcInPlace
        ? green(why, settingSentence(setting))
        : red(why, settingSentence(setting), ...role.findings.map(({ sentence }) => sentence));
    }
  }
}

function whyProfileGivesNone(profile: ChainFacts['profile'], profileArn: string | null): string {
  if (profile === null || profileArn === null) return 'It has no instance profile';
  const named = `Its instance profile ${profileArn.split('/').at(-1)}`;
  if (profile.kind === 'absent') return `${named} does not exist any more`;
  if (profile.kind === 'value' && profile.value.roleArn === null) return `${named} holds no role`;
  if (profile.kind === 'value' && !profile.value.trustsEc2) {
    return `The role ${roleOf(profile)} of its profile does not trust ec2.amazonaws.com`;
  }
  const denials = registrationDenials(profile);
  return denials.length > 0
    ? denialsSentence(`Its profile (role ${roleOf(profile)})`, denials)
    : `Its profile (role ${roleOf(profile)}) does not allow ssm:UpdateInstanceInformation`;
}

function roleOf(profile: ChainFacts['profile']): string {
  return (profile?.kind === 'value' && profile.value.roleArn?.split('/').at(-1)) || 'none';
}

function settingSentence(setting: Read<SettingObservation>): string {
  if (setting.kind !== 'value') return 'The DHMC setting of the Region could not be read.';
  const { value } = setting.value;
  return value === '' || value === '$None'
    ? 'The DHMC setting of the Region is not set.'
    : `The DHMC setting of the Region names ${value}.`;
}

const NOT_JUDGED = 'Not judged: no path is looked at for it.';

function overNames(path: ClientPath | null, judge: (name: NamePath) => Judged): Judged {
  return path ? together(path.names.map(judge)) : unknown(NOT_JUDGED);
}

const NAME_REASONS: ReasonCode[] = ['VPC_DNS_DISABLED', 'DNS_CUSTOM', 'ENDPOINT_PRIVATE_DNS_OFF'];

function nameLink(name: NamePath): Judged {
  const seen = about(name, 'NAME');
  if (name.path === 'PROVEN') return green(...seen);
  if (has(name, NAME_REASONS)) return red(...seen);
  return isAnswerUnseen(name) ? unknown(...seen) : green(...seen);
}

/** A directory's answer is certain only where the public one is what Amazon's DNS gives, and is reached. */
function isAnswerUnseen({ resolvesTo, path }: NamePath): boolean {
  if (resolvesTo === 'directory') return path !== 'INTERNET';
  return resolvesTo === 'unknown' || resolvesTo === 'custom';
}

/** A participant sees neither the owner's endpoints nor its NAT gateways, so to it no way is merely none seen. */
function wayLink({ path, shared }: ChainFacts): Judged {
  const judged = overNames(path, (name) => {
    const seen = about(name, undefined);
    if (name.path === 'PROVEN') return green(...about(name, 'EVIDENCE'), ...seen);
    if (has(name, ['ENDPOINT_PENDING'])) return unknown(...seen);
    if (has(name, ['CENTRAL_UNREACHABLE', 'IPV6_ONLY'])) return red(...seen);
    if (name.path === 'NONE') return red(...seen);
    if (name.resolvesTo === 'endpoint' && seen.length === 0)
      return green('Through that endpoint, which is available.');
    const filtersDecide = about(name, 'GROUPS').length + about(name, 'ACLS').length > 0;
    return name.path === 'UNKNOWN' && !filtersDecide ? unknown(...seen) : green(...seen);
  });
  return shared && judged.state === 'RED'
    ? unknown(
        ...judged.evidence,
        'The VPC is shared: endpoints and NAT gateways of its owner cannot be seen from here.',
      )
    : judged;
}

const BLOCKED_BY_GROUPS: ReasonCode[] = ['INSTANCE_SG_BLOCKS_443', 'ENDPOINT_SG_BLOCKS_443'];

/** A filter is judged on the way that there is; where there is none, or it ends out of sight, so does this. */
function filterLink(
  name: NamePath,
  subject: 'GROUPS' | 'ACLS',
  reasons: ReasonCode[],
  { instance }: ChainFacts,
): Judged {
  const seen = about(name, subject);
  if (name.path === 'PROVEN') return green(...about(name, 'EVIDENCE'));
  if (has(name, reasons)) return red(...seen);
  if (seen.length > 0) return unknown(...seen);
  if (name.path === 'NONE' || name.resolvesTo === 'unknown')
    return unknown('Not checked: no path is known that it could allow.');
  if (has(name, ['ENDPOINT_PENDING'])) return unknown('Not asked yet: the endpoint is being made.');
  return green(
    subject === 'GROUPS'
      ? `${instance.groupIds.join(', ')} ${instance.groupIds.length === 1 ? 'lets' : 'let'} TCP 443 out${name.resolvesTo === 'endpoint' ? ', and those of the endpoint admit it' : ''}.`
      : `The network ACL of ${instance.subnetId}${name.resolvesTo === 'endpoint' ? ' and those of the endpoint let' : ' lets'} TCP 443 and its answers through.`,
  );
}

/** The policies of endpoints, then what the role behind the credentials may do. */
function permissionLink({
  path,
  profile,
  verdict,
  instance,
  dhmcInPlace,
  dhmcPermissions,
}: ChainFacts): Judged {
  const policies = (path?.names ?? []).map((name): Judged => {
    if (has(name, ['ENDPOINT_POLICY_DENIES'])) return red(...about(name, 'POLICY'));
    const undecided = name.path !== 'PROVEN' && name.notes.includes('ENDPOINT_POLICY_UNDECIDED');
    if (isUnseenCentral(name))
      return unknown(
        `The groups and the policy of the central endpoint behind ${name.name} cannot be seen from here.`,
      );
    return undecided
      ? unknown('The policy of the endpoint has conditions that cannot be judged from here.')
      : green();
  });
  const allowed = ((): Judged => {
    if (verdict.credentialSource === null) return unknown('What its profile grants could not be read.');
    if (verdict.credentialSource === 'DHMC') {
      return dhmcInPlace ? dhmcLink(dhmcPermissions) : unknown('Not asked: there are no credentials yet.');
    }
    const lacking = lackingOf(profile, instance.agentVersion);
    return lacking.length > 0
      ? red(`Role ${roleOf(profile)} registers the agent, but lacks ${lacking.join(' and ')}.`)
      : green(
          `Role ${roleOf(profile)} allows what the agent calls, by simulation of its policies, boundary and service control policies.`,
        );
  })();
  return together([...policies, allowed]);
}

/** Nothing is called allowed that was not simulated. */
function dhmcLink(permissions: ChainFacts['dhmcPermissions']): Judged {
  const denials = roleDenials(permissions, { policiesMissing: false });
  if (denials.length > 0) return red(`${denialsSentence('The role that the setting names', denials)}.`);
  return isPingKnown(permissions)
    ? green(
        'The role that the setting names allows what the agent calls, by simulation of its policies, boundary and service control policies.',
      )
    : unknown(
        'What policies let the role of the setting call is not known: its simulation failed, or an instance that is Online contradicts it.',
      );
}

function registrationLink({ instance: { node, online }, verdict }: ChainFacts): Judged {
  const last = node?.lastPingAt ? ` at ${time(node.lastPingAt)}` : '';
  if (online) return green(`Online${last && `; last ping${last}`}.`);
  if (verdict.verdict === 'AWAITING_AGENT') return unknown(verdict.sentence);
  return node
    ? red(`${node.pingStatus}: it last reported${last || ' at no known time'}.`)
    : red('It never reported.');
}

/** To the minute. */
function time(timestamp: string): string {
  return `${timestamp.slice(0, 16).replace('T', ' ')} UTC`;
}

function about(name: NamePath, subject: FactSubject | undefined): string[] {
  return name.facts.filter((seen) => seen.about === subject).map(({ sentence }) => sentence);
}

function has({ reasons }: NamePath, wanted: ReasonCode[]): boolean {
  return reasons.some((code) => wanted.includes(code));
}
