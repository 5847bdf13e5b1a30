/**
 * A VPC shared from another account, seen by a participant. "Participants cannot view, modify, or delete"
 * the owner's endpoints and NAT gateways (VPC user guide, vpc-sharing), so what the participant can not
 * prove by itself is recorded for the owner, who decides.
 */
import type { AccountId } from '../model/primitives.ts';
import type { Finding } from '../model/result.ts';
import type { NoteCode, ReasonCode } from '../reasons.ts';
import type { SharedVpcNeed, VpcFacts } from './facts.ts';
import type { ClientPath } from './instance-path.ts';
import type { Network } from './network.ts';

interface ParticipantVerdict {
  reasons: ReasonCode[];
  notes: NoteCode[];
  findings: Finding[];
  need: SharedVpcNeed | null;
}

const ENOUGH: readonly string[] = ['PROVEN', 'CENTRAL', 'INTERNET'];

export function participantVerdict(
  network: Network,
  vpc: VpcFacts,
  paths: ClientPath[],
  inScope: (accountId: AccountId) => boolean,
): ParticipantVerdict {
  const without = paths.filter(({ path }) => !ENOUGH.includes(path));
  // Own filters are the participant's own affair; the owner's endpoints would not open them.
  const reasons = new Set<ReasonCode>(
    paths.filter(({ path }) => ENOUGH.includes(path)).flatMap((p) => p.reasons),
  );
  const findings: Finding[] = [...reasons].map((code) => ({
    code,
    subject: vpc.vpcId,
    sentence: `${paths.find((path) => path.reasons.includes(code))?.client.id} is blocked by what its own account or subnet decides.`,
  }));
  const notes = [...new Set(paths.flatMap((path) => path.notes))].sort();
  if (without.length === 0) return { reasons: [...reasons].sort(), notes, findings, need: null };

  const code: ReasonCode = inScope(vpc.ownerId) ? 'VPC_OWNER_MANAGED' : 'VPC_OWNER_OUT_OF_SCOPE';
  const told =
    code === 'VPC_OWNER_MANAGED'
      ? `Account ${vpc.ownerId} owns the VPC and decides on its endpoints; the need is recorded for it.`
      : `Account ${vpc.ownerId} owns the VPC and is not covered by this rollout; ask it for endpoints.`;
  findings.push({ code, subject: vpc.vpcId, sentence: told });
  const names = without.flatMap(({ names }) => names.filter(({ path }) => !ENOUGH.includes(path)));
  return {
    reasons: [...reasons, code].sort(),
    notes,
    findings,
    need: {
      vpcId: vpc.vpcId,
      participantId: network.observation.accountId,
      subnetIds: [...new Set(without.map(({ client }) => client.subnetId))].sort(),
      services: [...new Set(names.map(({ name }) => name))].sort(),
      unknownAgents: without.some(({ client }) => client.agentUnknown),
    },
  };
}
