/**
 * A VPC shared from another account: what this account, as a participant, can say of it. A participant
 * sees neither the owner's endpoints nor its NAT gateways (VPC sharing), so that no path is seen proves
 * nothing: the owner decides, and the need is recorded under its key. What the owner sees of the same VPC in the
 * same run is taken over: where it shows a path, nothing is left to report.
 */
import type { AccountId } from '../model/primitives.ts';
import type { Finding } from '../model/result.ts';
import type { NoteCode, ReasonCode } from '../reasons.ts';
import { clientsOf } from './clients.ts';
import type { SharedVpcNeed, VpcFacts } from './facts.ts';
import { notPrivateFinding, pathFindings } from './findings.ts';
import { type ClientPath, judgeClients } from './instance-path.ts';
import { isPublic } from './name-path.ts';
import { joinNetwork, type Network } from './network.ts';
import type { NetworkSettings } from './network-settings.ts';
import type { EndpointPrice } from './prices.ts';

/** Of the configuration and the rollout. */
interface Rollout {
  settings: Pick<NetworkSettings, 'path'>;
  inScope: (accountId: AccountId) => boolean;
}

interface ParticipantVerdict {
  reasons: ReasonCode[];
  notes: NoteCode[];
  findings: Finding[];
  need: SharedVpcNeed | null;
}

const ENOUGH: readonly string[] = ['PROVEN', 'CENTRAL', 'INTERNET'];

/** The same instances in the network as its owner sees it; null where the owner was not asked, or is out of scope. */
export function pathsAsOwner(
  network: Network,
  vpc: VpcFacts,
  own: ClientPath[],
  settings: Pick<NetworkSettings, 'ec2messages' | 'path'>,
): ClientPath[] | null {
  const view = network.observation.ownerViews[vpc.vpcId];
  if (view?.kind !== 'value' || own.length === 0) return null;
  if (settings.path !== 'private' && own.every(({ path }) => path === 'PROVEN')) return null;
  const seen = joinNetwork(view.value);
  const owned = seen.vpcs.get(vpc.vpcId);
  return owned ? judgeClients(seen, owned, clientsOf(seen, owned, settings)) : null;
}

export function participantVerdict(
  network: Network,
  vpc: VpcFacts,
  { own, asOwner }: { own: ClientPath[]; asOwner: ClientPath[] | null },
  { inScope, settings }: Rollout,
  price: EndpointPrice,
): ParticipantVerdict {
  const isPrivate = settings.path === 'private';
  const need = needOf(network, vpc, own);
  if (asOwner) return { ...ownersVerdict(vpc, asOwner, price, isPrivate), need };
  // Own filters are the participant's own affair; the owner's endpoints would not open them.
  const judged = own.filter(({ path }) => ENOUGH.includes(path));
  const findings = pathFindings(judged, price);
  if (need) findings.push(ownerFinding(vpc, inScope(vpc.ownerId)));
  else if (isPrivate && own.length > 0) findings.push(hiddenFinding(vpc, inScope(vpc.ownerId)));
  return { ...summed(own, findings), need };
}

/** What the owner's network shows. Where it shows no path, the owner is the one to make it. */
function ownersVerdict(
  vpc: VpcFacts,
  paths: ClientPath[],
  price: EndpointPrice,
  isPrivate: boolean,
): Omit<ParticipantVerdict, 'need'> {
  const findings = pathFindings(paths, price);
  const exposed = isPrivate ? paths.filter(({ names }) => names.some(isPublic)) : [];
  if (exposed.length > 0) findings.push(notPrivateFinding(vpc, exposed));
  if (paths.some(({ path }) => path === 'NONE')) findings.push(ownerFinding(vpc, true));
  const verdict = summed(paths, findings);
  const isUnknown = paths.some(({ path }) => path === 'UNKNOWN');
  return isUnknown
    ? { ...verdict, notes: [...new Set<NoteCode>([...verdict.notes, 'EGRESS_UNKNOWN'])].sort() }
    : verdict;
}

function summed(paths: ClientPath[], findings: Finding[]): Omit<ParticipantVerdict, 'need'> {
  return {
    reasons: [...new Set(findings.map(({ code }) => code as ReasonCode))].sort(),
    notes: [...new Set(paths.flatMap((path) => path.notes))].sort(),
    findings,
  };
}

function ownerFinding(vpc: VpcFacts, isInScope: boolean): Finding {
  const sentence = isInScope
    ? `Account ${vpc.ownerId} owns the VPC and decides on its endpoints; the need is recorded for it.`
    : `Account ${vpc.ownerId} owns the VPC and is not covered by this rollout; ask it for endpoints.`;
  return { code: isInScope ? 'VPC_OWNER_MANAGED' : 'VPC_OWNER_OUT_OF_SCOPE', subject: vpc.vpcId, sentence };
}

/** A participant does not see the owner's endpoints, which would make its path private. */
function hiddenFinding(vpc: VpcFacts, isInScope: boolean): Finding {
  const sentence = `The path is to be private; account ${vpc.ownerId} owns the VPC, and whether its endpoints make it so was not seen.`;
  return { code: isInScope ? 'VPC_OWNER_MANAGED' : 'VPC_OWNER_OUT_OF_SCOPE', subject: vpc.vpcId, sentence };
}

function needOf(network: Network, vpc: VpcFacts, own: ClientPath[]): SharedVpcNeed | null {
  const without = own.filter(({ path }) => !ENOUGH.includes(path));
  if (without.length === 0) return null;
  const names = without.flatMap(({ names }) => names.filter(({ path }) => !ENOUGH.includes(path)));
  return {
    vpcId: vpc.vpcId,
    participantId: network.observation.accountId,
    subnetIds: [...new Set(without.map(({ client }) => client.subnetId))].sort(),
    services: [...new Set(names.map(({ name }) => name))].sort(),
    unknownAgents: without.some(({ client }) => client.agentUnknown),
  };
}
