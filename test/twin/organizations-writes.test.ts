/** Writes of policies and accounts, as the Organizations API reference and user guide have them. */
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  AttachPolicyCommand,
  CloseAccountCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DescribeAccountCommand,
  DetachPolicyCommand,
  MoveAccountCommand,
  OrganizationsClient,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { administratorOf } from './administrator.ts';
import { configuration, enter, refusal, startFirst } from './first-organization.ts';

const [MANAGEMENT, MEMBER, CLOSED] = ['100000000001', '100000000020', '100000000017'];
const FULL = 'p-FullAWSAccess';
const SCP = 'SERVICE_CONTROL_POLICY';
const RCP = 'RESOURCE_CONTROL_POLICY';
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const denial = (action: string) => document({ Effect: 'Deny', Action: action, Resource: '*' });
const NO_ROLES = denial('iam:ListRoles');
const NO_SESSIONS = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' };

let twin: Twin;
let client: OrganizationsClient;
beforeEach(async () => {
  twin = await startFirst({
    change: ({ organization }) => {
      organization.Roots[0]?.PolicyTypes.push({ Type: RCP, Status: 'ENABLED' });
      organization.Policies.push({
        PolicySummary: {
          Id: 'p-RCPFullAWSAccess',
          Arn: 'arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess',
          Name: 'RCPFullAWSAccess',
          Type: RCP,
          AwsManaged: true,
        },
        Content: document({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }),
        Targets: [{ TargetId: 'r-root', Type: 'ROOT' }],
      });
    },
  });
  client = new OrganizationsClient(configuration(twin, 'us-east-1', administratorOf(twin)));
});
afterEach(async () => {
  client.destroy();
  await twin.close();
});

type Type = typeof SCP | typeof RCP;
async function create(Name: string, Content = NO_ROLES, Type: Type = SCP): Promise<string> {
  const { Policy } = await client.send(new CreatePolicyCommand({ Name, Content, Type, Description: '' }));
  return Policy?.PolicySummary?.Id ?? '';
}
const attach = (PolicyId: string, TargetId: string) =>
  client.send(new AttachPolicyCommand({ PolicyId, TargetId }));
const detach = (PolicyId: string, TargetId: string) =>
  client.send(new DetachPolicyCommand({ PolicyId, TargetId }));
const update = (PolicyId: string, changed: { Name?: string; Content?: string }) =>
  client.send(new UpdatePolicyCommand({ PolicyId, ...changed }));
const remove = (PolicyId: string) => client.send(new DeletePolicyCommand({ PolicyId }));
const close = (AccountId: string) => client.send(new CloseAccountCommand({ AccountId }));
const move = (AccountId: string, SourceParentId: string, DestinationParentId: string) =>
  client.send(new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId }));

/** The name and, where it has one, the reason of a refusal; `ok` where there was none. */
async function reasonOf(sent: Promise<unknown>): Promise<string> {
  return sent.then(
    () => 'ok',
    (error: Error & { Reason?: string }) => [error.name, error.Reason].filter(Boolean).join(' '),
  );
}

describe('Given policies of the organization', () => {
  it('When one is attached, changed, detached and deleted, Then what members may do follows at once', async () => {
    const credentials = await enter(twin, MEMBER, { role: 'DhmcRolloutReader' });
    const iam = new IAMClient(configuration(twin, 'us-east-1', credentials));
    const listed = () => reasonOf(iam.send(new ListRolesCommand({})));
    const steps = [await listed()];
    const id = await create('no roles');
    steps.push(await listed());
    await attach(id, 'ou-lab');
    steps.push(await listed());
    await update(id, { Content: denial('iam:ListUsers') });
    steps.push(await listed());
    await update(id, { Content: NO_ROLES, Name: 'other' });
    steps.push(await listed());
    await detach(id, 'ou-lab');
    steps.push(await listed());
    await remove(id);
    expect(steps).toEqual(['ok', 'ok', 'AccessDenied', 'ok', 'AccessDenied', 'ok']);
    iam.destroy();
  });

  it('When a resource control policy is attached, Then roles below it can no longer be assumed', async () => {
    await attach(await create('no sessions', document(NO_SESSIONS), RCP), MEMBER);
    await expect(refusal(enter(twin, MEMBER))).resolves.toContain('in a resource control policy');
  });

  it('When each write is refused, Then with the error and the reason of AWS', async () => {
    const id = await create('one');
    const spare = await Promise.all(['b', 'c', 'd', 'e', 'f'].map((name) => create(name)));
    const rcp = await create('rcp', document(NO_SESSIONS), RCP);
    for (const each of spare.slice(1)) await attach(each, MEMBER);
    await attach(rcp, 'r-root');
    const refusals: [string, Promise<unknown>, string][] = [
      ['name taken', create('one'), 'DuplicatePolicyException'],
      ['renamed to one that is taken', update(id, { Name: 'b' }), 'DuplicatePolicyException'],
      ['renamed to its own', update(id, { Name: 'one' }), 'ok'],
      ['no JSON', create('x', '{'), 'MalformedPolicyDocumentException'],
      ['no version', create('x', '{"Statement":[]}'), 'MalformedPolicyDocumentException'],
      ['a principal in an SCP', create('x', document(NO_SESSIONS)), 'MalformedPolicyDocumentException'],
      [
        'an Allow in an RCP',
        create('x', document({ ...NO_SESSIONS, Effect: 'Allow' }), RCP),
        'MalformedPolicyDocumentException',
      ],
      [
        'one principal in an RCP',
        create('x', document({ ...NO_SESSIONS, Principal: { AWS: MEMBER } }), RCP),
        'MalformedPolicyDocumentException',
      ],
      [
        'NotAction in an RCP',
        create('x', document({ Effect: 'Deny', Principal: '*', NotAction: 's3:*', Resource: '*' }), RCP),
        'MalformedPolicyDocumentException',
      ],
      [
        'too long',
        create('x', denial(`iam:${'a'.repeat(5120)}`)),
        'ConstraintViolationException POLICY_CONTENT_LIMIT_EXCEEDED',
      ],
      ['of AWS', update(FULL, { Name: 'x' }), 'InvalidInputException IMMUTABLE_POLICY'],
      ['of AWS', remove(FULL), 'InvalidInputException IMMUTABLE_POLICY'],
      ['attached', remove(rcp), 'PolicyInUseException'],
      ['unknown', remove('p-00000000'), 'PolicyNotFoundException'],
      ['no such target', attach(id, 'ou-none'), 'TargetNotFoundException'],
      ['attached before', attach(rcp, 'r-root'), 'DuplicatePolicyAttachmentException'],
      [
        'a sixth',
        attach(id, MEMBER),
        'ConstraintViolationException MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      ],
      ['not attached', detach(id, MEMBER), 'PolicyNotAttachedException'],
      [
        'the last of a unit',
        detach(FULL, 'ou-lab'),
        'ConstraintViolationException MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      ],
      [
        'the RCP of AWS',
        detach('p-RCPFullAWSAccess', 'r-root'),
        'InvalidInputException NON_DETACHABLE_POLICY',
      ],
    ];
    const answers = await Promise.all(
      refusals.map(async ([what, sent]) => [what, await reasonOf(sent)] as const),
    );
    expect(answers).toEqual(refusals.map(([what, , expected]) => [what, expected]));
  });

  it('When the root has a type disabled, Then policies of it are created but not attached', async () => {
    const [root] = twin.state.snapshot.organization.Roots as Piece[];
    if (root) root.PolicyTypes = [{ Type: SCP, Status: 'ENABLED' }];
    const id = await create('rcp', document(NO_SESSIONS), RCP);
    expect(await reasonOf(attach(id, MEMBER))).toBe('PolicyTypeNotEnabledException');
  });

  it('When the operator is no management account, Then its resource policy decides on policies, and on nothing else', async () => {
    client.destroy();
    client = new OrganizationsClient(configuration(twin));
    expect(await reasonOf(create('one'))).toBe('AccessDeniedException');
    twin.state.snapshot.organization.ResourcePolicy = {
      Content: document({
        Effect: 'Allow',
        Principal: { AWS: '100000000002' },
        Action: 'organizations:*',
        Resource: '*',
      }),
    };
    expect(await reasonOf(create('one'))).toBe('ok');
    expect(await reasonOf(close(MEMBER))).toBe('AccessDeniedException');
  });
});

describe('Given accounts of the organization', () => {
  it('When one is moved, Then the policies of its new parents bind it, and those of the old do not', async () => {
    await attach(await create('no roles'), 'ou-lab');
    const credentials = await enter(twin, MEMBER, { role: 'DhmcRolloutReader' });
    const iam = new IAMClient(configuration(twin, 'us-east-1', credentials));
    const listed = () => reasonOf(iam.send(new ListRolesCommand({})));
    expect(await listed()).toBe('AccessDenied');
    await move(MEMBER, 'ou-lab', 'ou-prod');
    expect(await listed()).toBe('ok');
    const { Account } = await client.send(new DescribeAccountCommand({ AccountId: MEMBER }));
    expect(Account?.Paths).toEqual([`o-exampleorg1/r-root/ou-prod/${MEMBER}/`]);
    iam.destroy();
  });

  it('When one is closed, Then it is pending for some minutes, closed after them, and no session of it is given', async () => {
    const stateOf = async () => {
      const { Account } = await client.send(new DescribeAccountCommand({ AccountId: MEMBER }));
      return `${Account?.State} ${Account?.Status}`;
    };
    await close(MEMBER);
    const pending = [await stateOf(), await reasonOf(close(MEMBER))];
    twin.state.clock.advance(180);
    expect([...pending, await stateOf(), await reasonOf(close(MEMBER))]).toEqual([
      'PENDING_CLOSURE PENDING_CLOSURE',
      'ConflictException',
      'CLOSED SUSPENDED',
      'AccountAlreadyClosedException',
    ]);
    expect(await reasonOf(enter(twin, MEMBER))).toBe('AccessDenied');
    expect(twin.takeSnapshot().organization.Accounts.find(({ Id }) => Id === MEMBER)?.State).toBe('CLOSED');
  });

  it('When each write is refused, Then with the error and the reason of AWS', async () => {
    const refusals: [Promise<unknown>, string][] = [
      [close(MANAGEMENT), 'ConstraintViolationException CANNOT_CLOSE_MANAGEMENT_ACCOUNT'],
      [close('999999999999'), 'AccountNotFoundException'],
      [close(CLOSED), 'ConflictException'],
      [move('999999999999', 'ou-lab', 'ou-prod'), 'AccountNotFoundException'],
      [move(MEMBER, 'ou-prod', 'ou-lab'), 'SourceParentNotFoundException'],
      [move(MEMBER, 'ou-none', 'ou-prod'), 'SourceParentNotFoundException'],
      [move(MEMBER, 'ou-lab', 'ou-none'), 'DestinationParentNotFoundException'],
      [move(MEMBER, 'ou-lab', 'ou-lab'), 'DuplicateAccountException'],
    ];
    expect(await Promise.all(refusals.map(([sent]) => reasonOf(sent)))).toEqual(
      refusals.map(([, expected]) => expected),
    );
  });

  it('When 250 were closed within 30 days, Then the next has to wait', async () => {
    const { closures, clock } = twin.state;
    for (let count = 0; count < 250; count += 1) closures.begin({}, clock.now().getTime());
    expect(await reasonOf(close(MEMBER))).toBe('ConstraintViolationException CLOSE_ACCOUNT_QUOTA_EXCEEDED');
    clock.advance(31 * 86_400);
    expect(await reasonOf(close(MEMBER))).toBe('ok');
  });
});
