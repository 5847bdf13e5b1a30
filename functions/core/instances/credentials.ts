/**
 * Where an agent's credentials come from. Precedence of the agent: the instance profile, then DHMC, which is
 * used only where there is no profile or it is denied ssm:UpdateInstanceInformation (Systems Manager user
 * guide, ssm-agent-technical-details; amazon-ssm-agent).
 */
import type { ActionDecision } from '../model/permissions.ts';
import type { Read } from '../model/reads.ts';
import { needsEc2Messages } from '../network/needed-names.ts';
import type { CredentialSource, ProfileGrants } from './facts.ts';

const REGISTERS = 'ssm:UpdateInstanceInformation';
const CHANNELS = ['ssmmessages:CreateControlChannel', 'ssmmessages:CreateDataChannel'];
const OLD_MESSAGES = 'ec2messages:GetMessages';

/**
 * docs/spec/decisions.md, "Instance verdicts": no profile, a profile without `ssm:UpdateInstanceInformation`, one with it.
 *
 * @param profile null where the instance has none
 * @returns null where the profile could not be read
 */
export function credentialSourceOf(profile: Read<ProfileGrants> | null): CredentialSource | null {
  if (profile === null || profile.kind === 'absent') return 'DHMC';
  if (profile.kind === 'failed') return null;
  return profile.value.allowedActions.includes(REGISTERS) ? 'INSTANCE_PROFILE' : 'DHMC';
}

/** What the profile's role is denied although an agent needs it, each with the kind of policy; empty where it was not asked. */
export function profileDenials(
  profile: Read<ProfileGrants> | null,
  actions: readonly string[],
): ActionDecision[] {
  if (profile?.kind !== 'value') return [];
  return profile.value.denied.filter(({ action }) => actions.includes(action));
}

/** Whether a policy above the role, or an explicit deny, keeps its profile from registering the agent. */
export function registrationDenials(profile: Read<ProfileGrants> | null): ActionDecision[] {
  return profileDenials(profile, [REGISTERS]).filter(
    ({ deniedBy, explicit }) => deniedBy !== 'IDENTITY' || explicit,
  );
}

/**
 * What the profile lacks for sessions and commands though it registers the agent. Agents before 3.3.40.0 get
 * commands through `ec2messages` only.
 */
export function lackingOf(profile: Read<ProfileGrants> | null, agentVersion: string | null): string[] {
  if (profile?.kind !== 'value' || credentialSourceOf(profile) !== 'INSTANCE_PROFILE') return [];
  const wanted = needsEc2Messages(agentVersion) ? [...CHANNELS, OLD_MESSAGES] : CHANNELS;
  return wanted.filter((action) => !profile.value.allowedActions.includes(action));
}
