/**
 * What the roles of instance profiles may do for Systems Manager: GetInstanceProfile once a profile,
 * SimulatePrincipalPolicy once a role. IAM is global, so once for all Regions of an account.
 */
import {
  GetInstanceProfileCommand,
  type InstanceProfile,
  NoSuchEntityException,
  paginateSimulatePrincipalPolicy,
  type Role,
} from '@aws-sdk/client-iam';
import { PROFILE_ACTIONS, type ProfileGrants } from '../core/instances/facts.ts';
import type { Read } from '../core/model/reads.ts';
import { trustsEc2 } from '../core/trust-policy.ts';
import { runTogether } from '../platform/run-together.ts';
import type { SessionClients } from './client-pool.ts';
import { parsePolicy } from './iam-reader.ts';
import { read } from './reads.ts';

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
 * policy that tells instances apart by more than its condition keys here would need a call for each.
 */
export async function readProfiles(
  clients: SessionClients,
  uses: ProfileUse[],
): Promise<Record<string, Read<ProfileGrants>>> {
  const first = new Map<string, ProfileUse>();
  for (const use of uses) if (!first.has(use.profileArn)) first.set(use.profileArn, use);
  const simulated = new Map<string, Promise<Read<string[]>>>();
  const simulate = (roleArn: string, use: ProfileUse) => {
    const known = simulated.get(roleArn) ?? readAllowed(clients, roleArn, use);
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
  simulate: (roleArn: string, use: ProfileUse) => Promise<Read<string[]>>,
): Promise<Read<ProfileGrants>> {
  const { profileArn } = use;
  const role: Role | undefined = profile.Roles?.[0];
  const roleArn = role?.Arn ?? null;
  // Without EC2's trust the metadata service has no credentials of the role to give.
  if (roleArn === null || !trustsEc2(parsePolicy(role?.AssumeRolePolicyDocument))) {
    return { kind: 'value', value: { profileArn, roleArn, allowedActions: [] } };
  }
  const allowed = await simulate(roleArn, use);
  if (allowed.kind === 'failed') return allowed;
  const allowedActions = allowed.kind === 'value' ? allowed.value : [];
  return { kind: 'value', value: { profileArn, roleArn, allowedActions } };
}

/** Context keys of the agent's calls: Service Authorization Reference, Systems Manager and Message Gateway. */
function readAllowed(clients: SessionClients, roleArn: string, use: ProfileUse): Promise<Read<string[]>> {
  const [, partition, , , accountId] = use.profileArn.split(':');
  const instanceArn = `arn:${partition}:ec2:${use.region}:${accountId}:instance/${use.instanceId}`;
  const text = (ContextKeyName: string, value: string) => ({
    ContextKeyName,
    ContextKeyValues: [value],
    ContextKeyType: 'string' as const,
  });
  return read('iam:SimulatePrincipalPolicy', async () => {
    const allowed: string[] = [];
    const pages = paginateSimulatePrincipalPolicy(
      { client: clients.iam('read') },
      {
        PolicySourceArn: roleArn,
        ActionNames: [...PROFILE_ACTIONS],
        ResourceArns: [instanceArn],
        ContextEntries: [
          text('ec2:SourceInstanceARN', instanceArn),
          text('ssm:SourceInstanceARN', instanceArn),
          text('aws:RequestedRegion', use.region),
        ],
      },
    );
    for await (const page of pages) {
      for (const { EvalDecision, EvalActionName } of page.EvaluationResults ?? []) {
        if (EvalDecision === 'allowed' && EvalActionName) allowed.push(EvalActionName);
      }
    }
    return allowed;
  });
}
