/**
 * What the roles of instance profiles may do for Systems Manager: GetInstanceProfile once a profile,
 * SimulatePrincipalPolicy once a role. IAM is global, so once for all Regions of an account.
 */
import {
  GetInstanceProfileCommand,
  type InstanceProfile,
  NoSuchEntityException,
  type Role,
} from '@aws-sdk/client-iam';
import { PROFILE_ACTIONS, type ProfileGrants } from '../core/instances/facts.ts';
import type { ActionDecision } from '../core/model/permissions.ts';
import type { Read } from '../core/model/reads.ts';
import { trustsEc2 } from '../core/trust-policy.ts';
import { runTogether } from '../platform/run-together.ts';
import type { SessionClients } from './client-pool.ts';
import { parsePolicy } from './iam-reader.ts';
import { read } from './reads.ts';
import { principalContext, simulateRole } from './simulate.ts';

/** An instance profile, and one running instance that has it. */
export interface ProfileUse {
  profileArn: string;
  instanceId: string;
  region: string;
}

/** Calls at once: IAM's rates are unpublished and shared with everything else in the account. */
const AT_ONCE = 4;

/**
 * The grants of each profile, by its ARN. The instance of the first use stands for all that have the role: a
 * policy that distinguishes instances by more than its condition keys here would need a call for each.
 */
export async function readProfiles(
  clients: SessionClients,
  uses: ProfileUse[],
  organizationId: string | null,
): Promise<Record<string, Read<ProfileGrants>>> {
  const first = new Map<string, ProfileUse>();
  for (const use of uses) if (!first.has(use.profileArn)) first.set(use.profileArn, use);
  const simulated = new Map<string, Promise<Read<ActionDecision[]>>>();
  const simulate = (roleArn: string, use: ProfileUse) => {
    const known = simulated.get(roleArn) ?? readDecisions(clients, roleArn, use, organizationId);
    simulated.set(roleArn, known);
    return known;
  };
  const grants = await runTogether(
    AT_ONCE,
    [...first.values()].map((use) => async () => {
      const answer = await readProfile(clients, use.profileArn);
      if (answer.kind !== 'value') return [use.profileArn, answer] as const;
      return [use.profileArn, await grantsOf(answer.value, use, simulate)] as const;
    }),
  );
  return Object.fromEntries(grants);
}

function readProfile(clients: SessionClients, profileArn: string): Promise<Read<InstanceProfile>> {
  const InstanceProfileName = profileArn.split('/').at(-1) ?? '';
  return read('iam:GetInstanceProfile', async () => {
    const answer = await clients.iam('read').send(new GetInstanceProfileCommand({ InstanceProfileName }));
    const profile = answer.InstanceProfile;
    // Made anew under another path, it is not the one that the instance has.
    if (profile?.Arn !== profileArn) throw gone(profileArn);
    return profile;
  }, ['NoSuchEntity', 'NoSuchEntityException']);
}

function gone(profileArn: string): Error {
  return new NoSuchEntityException({ message: `no ${profileArn}`, $metadata: {} });
}

async function grantsOf(
  profile: InstanceProfile,
  use: ProfileUse,
  simulate: (roleArn: string, use: ProfileUse) => Promise<Read<ActionDecision[]>>,
): Promise<Read<ProfileGrants>> {
  const { profileArn } = use;
  const role: Role | undefined = profile.Roles?.[0];
  const roleArn = role?.Arn ?? null;
  const trusted = roleArn !== null && trustsEc2(parsePolicy(role?.AssumeRolePolicyDocument));
  if (!trusted) {
    return {
      kind: 'value',
      value: { profileArn, roleArn, trustsEc2: false, allowedActions: [], denied: [] },
    };
  }
  const answer = await simulate(roleArn, use);
  if (answer.kind === 'failed') return answer;
  const decisions = answer.kind === 'value' ? answer.value : [];
  const allowedActions = decisions.filter(({ allowed }) => allowed).map(({ action }) => action);
  const denied = decisions.filter(({ allowed }) => !allowed);
  return { kind: 'value', value: { profileArn, roleArn, trustsEc2: true, allowedActions, denied } };
}

/** Context keys of the agent's calls: Service Authorization Reference, Systems Manager and Message Gateway. */
function readDecisions(
  clients: SessionClients,
  roleArn: string,
  use: ProfileUse,
  organizationId: string | null,
): Promise<Read<ActionDecision[]>> {
  const [, partition, , , accountId] = use.profileArn.split(':');
  const instanceArn = `arn:${partition}:ec2:${use.region}:${accountId}:instance/${use.instanceId}`;
  return read('iam:SimulatePrincipalPolicy', () =>
    simulateRole(clients, {
      roleArn,
      actions: PROFILE_ACTIONS,
      resourceArn: instanceArn,
      context: {
        ...principalContext(roleArn, organizationId),
        'ec2:SourceInstanceARN': instanceArn,
        'ssm:SourceInstanceARN': instanceArn,
        'aws:RequestedRegion': use.region,
      },
    }),
  );
}
