/**
 * An administrator of the organization at work while a run is under way, by Organizations' API: policies that are created,
 * attached, changed, detached and deleted, accounts that are moved and closed.
 */
import {
  AttachPolicyCommand,
  CloseAccountCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DetachPolicyCommand,
  MoveAccountCommand,
  OrganizationsClient,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { administratorOf } from '../../test/twin/administrator.ts';
import { configuration } from '../../test/twin/first-organization.ts';
import type { Snapshot } from '../../twin/contract.ts';
import type { Random } from '../../twin/make/random.ts';
import type { Twin } from '../../twin/start.ts';

const [SCP, RCP] = ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const;
const DENIED = [
  'ssm:UpdateServiceSetting',
  'ssm:GetServiceSetting',
  'ssm:*',
  'iam:CreateRole',
  'iam:AttachRolePolicy',
  'iam:Get*',
  'ec2:CreateVpcEndpoint',
  'ec2:CreateSecurityGroup',
  'ec2:Describe*',
  'account:ListRegions',
  '*',
] as const;

export interface Administrator {
  /** Says what was done, or refused; `closed` is the account that was closed. */
  act(random: Random): Promise<{ what: string; closed?: string }>;
  /** Attaches a new policy that denies the action to all below the target. */
  deny(action: string, targetId: string): Promise<void>;
  /** Detaches and deletes each policy of the administrator's. */
  removePolicies(): Promise<void>;
}

interface Own {
  id: string;
  type: typeof SCP | typeof RCP;
  targets: string[];
}

/** With RCPs enabled, as AWS enables them: RCPFullAWSAccess is attached. */
export function enableResourceControlPolicies({ organization }: Snapshot): void {
  const [root] = organization.Roots;
  root?.PolicyTypes.push({ Type: RCP, Status: 'ENABLED' });
  organization.Policies.push({
    PolicySummary: {
      Id: 'p-RCPFullAWSAccess',
      Arn: 'arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess',
      Name: 'RCPFullAWSAccess',
      Type: RCP,
      AwsManaged: true,
    },
    Content: document({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }),
    Targets: [{ TargetId: root?.Id, Type: 'ROOT' }],
  });
}

export function administrator(twin: Twin): Administrator {
  /** With a new session each time: sessions expire. */
  async function ask<T>(call: (client: OrganizationsClient) => Promise<T>): Promise<T> {
    const access = configuration(twin, 'us-east-1', administratorOf(twin));
    const client = new OrganizationsClient({ ...access, maxAttempts: 3 });
    return call(client).finally(() => client.destroy());
  }
  /** Where it has to succeed: token buckets refill on the twin's clock. */
  async function patiently(work: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const isThrottled = error instanceof Error && error.name === 'TooManyRequestsException';
        if (!isThrottled || attempt === 10) throw error;
        twin.state.clock.advance(5);
      }
    }
  }
  const policies: Own[] = [];
  let made = 0;

  async function create(random: Random | null, type: Own['type'], content: string): Promise<Own> {
    made += 1;
    const { Policy } = await ask((client) =>
      client.send(
        new CreatePolicyCommand({ Name: `chaos-${made}`, Description: '', Type: type, Content: content }),
      ),
    );
    const own: Own = { id: Policy?.PolicySummary?.Id ?? '', type, targets: [] };
    policies.push(own);
    if (random) await attach(own, targetOf(random, twin));
    return own;
  }
  async function attach(own: Own, TargetId: string): Promise<void> {
    await ask((client) => client.send(new AttachPolicyCommand({ PolicyId: own.id, TargetId })));
    own.targets.push(TargetId);
  }
  async function detach(own: Own): Promise<void> {
    const TargetId = own.targets[0] ?? '';
    await ask((client) => client.send(new DetachPolicyCommand({ PolicyId: own.id, TargetId })));
    own.targets = own.targets.filter((each) => each !== TargetId);
  }
  async function remove(own: Own): Promise<void> {
    while (own.targets.length > 0) await detach(own);
    await ask((client) => client.send(new DeletePolicyCommand({ PolicyId: own.id })));
    policies.splice(policies.indexOf(own), 1);
  }

  async function actOnce(random: Random): Promise<{ what: string; closed?: string }> {
    const own = policies[random.below(policies.length)];
    switch (random.below(8)) {
      case 0:
      case 1: {
        const action = random.pick(DENIED);
        await create(random, SCP, denial(action));
        return { what: `attaches an SCP that denies ${action}` };
      }
      case 2:
        await create(random, RCP, NO_SESSIONS);
        return { what: 'attaches an RCP that denies sessions of members' };
      case 3: {
        if (!own) return { what: 'has no policy to change' };
        const Content = own.type === RCP ? NO_SERVICES : denial(random.pick(DENIED));
        await ask((client) => client.send(new UpdatePolicyCommand({ PolicyId: own.id, Content })));
        return { what: `changes a policy (${own.type})` };
      }
      case 4:
        if (!own) return { what: 'has no policy to attach' };
        await attach(own, targetOf(random, twin));
        return { what: `attaches a policy once more (${own.type})` };
      case 5:
        if (!own || own.targets.length === 0) return { what: 'has no policy to detach' };
        await detach(own);
        return { what: `detaches a policy (${own.type})` };
      case 6: {
        const { AccountId, SourceParentId, DestinationParentId } = moveOf(random, twin);
        await ask((client) =>
          client.send(new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId })),
        );
        return { what: `moves ${AccountId} to ${DestinationParentId}` };
      }
      default: {
        const { OperatorAccountId, Organization } = twin.state.snapshot.organization;
        const members = membersOf(twin).filter(
          (id) => id !== OperatorAccountId && id !== Organization.MasterAccountId,
        );
        const AccountId = members[random.below(members.length)] ?? '';
        await ask((client) => client.send(new CloseAccountCommand({ AccountId })));
        return { what: `closes ${AccountId}`, closed: AccountId };
      }
    }
  }

  return {
    act: (random) =>
      actOnce(random).catch((error: Error) => ({ what: `is refused by Organizations: ${error.name}` })),
    async deny(action, targetId) {
      let own: Own | undefined;
      await patiently(async () => {
        own ??= await create(null, SCP, denial(action));
        await attach(own, targetId);
      });
    },
    async removePolicies() {
      for (const own of [...policies]) await patiently(() => remove(own));
    },
  };
}

const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const denial = (action: string) => document({ Effect: 'Deny', Action: action, Resource: '*' });
const NO_SESSIONS = document({ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' });
const NO_SERVICES = document({
  Effect: 'Deny',
  Principal: '*',
  Action: 'sts:AssumeRole',
  Resource: '*',
  Condition: { Bool: { 'aws:PrincipalIsAWSService': 'true' } },
});

/** The root, a unit, or an account. */
function targetOf(random: Random, twin: Twin): string {
  const { Roots, OrganizationalUnits } = twin.state.snapshot.organization;
  const ids = [...Roots, ...OrganizationalUnits].map(({ Id }) => String(Id));
  const members = membersOf(twin);
  return random.chance(0.5)
    ? (members[random.below(members.length)] ?? '')
    : (ids[random.below(ids.length)] ?? '');
}

function moveOf(random: Random, twin: Twin) {
  const { Accounts, Roots, OrganizationalUnits } = twin.state.snapshot.organization;
  const account = Accounts[random.below(Accounts.length)];
  const parents = [...Roots, ...OrganizationalUnits].map(({ Id }) => String(Id));
  return {
    AccountId: String(account?.Id),
    SourceParentId: String(account?.ParentId),
    DestinationParentId: parents[random.below(parents.length)] ?? '',
  };
}

export function membersOf(twin: Twin): string[] {
  return twin.state.snapshot.organization.Accounts.map(({ Id }) => String(Id)).sort();
}
