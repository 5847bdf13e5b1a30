/** Writes of accounts. Source: Organizations API reference, CloseAccount and MoveAccount; quotas: orgs_reference_limits. */
import { AwsError, type Call, type Operations, type Permission, type Piece } from '../../contract.ts';
import { ACCOUNT_NOT_FOUND, organizationOf, typeOf } from './organization.ts';
import { onResource } from './permissions.ts';
import { constraintViolation } from './refusals.ts';
import { changeBelow, writable } from './writable.ts';

/** "Within a rolling 30 day period you can close the higher of either 250 or 20% of the member accounts ..., up to a maximum of 1,000." */
const CLOSURE_PERIOD_MS = 30 * 86_400_000;

export const ACCOUNT_WRITES: Operations = {
  CloseAccount: writable(false, ['AccountId'], ask('CloseAccount', ['AccountId']), (input, call) => {
    const { Organization, Accounts } = organizationOf(call);
    const account = call.state.member(input.AccountId);
    if (!account) throw ACCOUNT_NOT_FOUND();
    if (input.AccountId === Organization.MasterAccountId) {
      throw constraintViolation(
        'CANNOT_CLOSE_MANAGEMENT_ACCOUNT',
        'You cannot close the management account.',
      );
    }
    if (Organization.FeatureSet !== undefined && Organization.FeatureSet !== 'ALL') {
      throw constraintViolation(
        'ORGANIZATION_NOT_IN_ALL_FEATURES_MODE',
        'You can close an account only when all features are enabled.',
      );
    }
    const state: string = account.State ?? account.Status;
    if (state === 'CLOSED') {
      throw new AwsError(
        'AccountAlreadyClosedException',
        'You attempted to close an account that is already closed.',
      );
    }
    // which error an account gets that is on its way there, or suspended by AWS, is unverified
    if (state !== 'ACTIVE') {
      throw new AwsError(
        'ConflictException',
        'The request failed because it conflicts with the current state of the specified resource.',
      );
    }
    const most = Math.min(1000, Math.max(250, Math.floor(0.2 * (Accounts.length - 1))));
    if (call.state.closures.since(call.now.getTime() - CLOSURE_PERIOD_MS) >= most) {
      throw constraintViolation(
        'CLOSE_ACCOUNT_QUOTA_EXCEEDED',
        'You have exceeded close account quota for the past 30 days.',
      );
    }
    changeBelow([input.AccountId], call, () => call.state.closures.begin(account, call.now.getTime()));
    return {};
  }),
  MoveAccount: writable(
    false,
    ['AccountId', 'SourceParentId', 'DestinationParentId'],
    ask('MoveAccount', ['AccountId', 'SourceParentId', 'DestinationParentId']),
    ({ AccountId, SourceParentId, DestinationParentId }, call) => {
      const account = call.state.member(AccountId);
      if (!account) throw ACCOUNT_NOT_FOUND();
      if (!isParent(SourceParentId, call) || account.ParentId !== SourceParentId) {
        throw new AwsError(
          'SourceParentNotFoundException',
          "We can't find a source root or OU with the ParentId that you specified.",
        );
      }
      if (!isParent(DestinationParentId, call)) {
        throw new AwsError(
          'DestinationParentNotFoundException',
          "We can't find the destination container (a root or OU) with the ParentId that you specified.",
        );
      }
      if (SourceParentId === DestinationParentId) {
        throw new AwsError(
          'DuplicateAccountException',
          'That account is already present in the specified destination.',
        );
      }
      changeBelow([AccountId], call, () => {
        account.ParentId = DestinationParentId;
        delete account.Paths;
      });
      return {};
    },
  ),
};

function isParent(id: string, call: Call): boolean {
  const type = typeOf(id, call);
  return type === 'ROOT' || type === 'ORGANIZATIONAL_UNIT';
}

function ask(name: string, members: string[]): (input: Piece, call: Call) => Permission[] {
  return (input, call) =>
    members.map((member) => ({ action: `organizations:${name}`, ...onResource(member)(input, call) }));
}
