/** AWS Account Management: Regions and alternate contacts of an account. Source: Account Management API reference. */
import {
  AwsError,
  type Call,
  type Operation,
  type Operations,
  type Permission,
  type Piece,
} from '../contract.ts';
import { paginate } from '../pages.ts';
import { notInSnapshot } from './not-in-snapshot.ts';
import { findDelegations, organizationOf } from './organizations/organization.ts';

const SERVICE_PRINCIPAL = 'account.amazonaws.com';

export const operations: Operations = {
  ListRegions: {
    ...reading('ListRegions'),
    honours: ['AccountId', 'MaxResults', 'NextToken', 'RegionOptStatusContains'],
    handle(input, call) {
      const accountId = accountOf(input, call);
      const wanted: string[] = input.RegionOptStatusContains ?? [];
      const regions = call.state.regions
        .map((name) => ({ RegionName: name, RegionOptStatus: statusOf(accountId, name, call) }))
        .filter(({ RegionOptStatus }) => wanted.length === 0 || wanted.includes(RegionOptStatus));
      const { items, token } = paginate(regions, input.NextToken, input.MaxResults, call, {
        aws: 50,
        most: 50,
      });
      return { Regions: items, NextToken: token };
    },
  },
  GetAlternateContact: {
    ...reading('GetAlternateContact'),
    honours: ['AccountId', 'AlternateContactType'],
    handle(input, call) {
      const accountId = accountOf(input, call);
      const contacts: Piece[] | undefined = call.state.account(accountId)?.AlternateContacts;
      if (contacts === undefined) throw notInSnapshot(`alternate contacts of ${accountId}`);
      const found = contacts.find(
        ({ AlternateContactType }) => AlternateContactType === input.AlternateContactType,
      );
      // The words as the AWS CLI shows them (not verified in the reference).
      if (!found) {
        throw new AwsError(
          'ResourceNotFoundException',
          'No contact of the inputted alternate contact type found.',
          404,
        );
      }
      return { AlternateContact: found };
    },
  },
  GetRegionOptStatus: {
    ...reading('GetRegionOptStatus'),
    honours: ['AccountId', 'RegionName'],
    handle(input, call) {
      const accountId = accountOf(input, call);
      const name: string = input.RegionName;
      if (!call.state.regions.includes(name)) {
        throw new AwsError('ValidationException', `The Region ${name} does not exist.`, 400);
      }
      return { RegionName: name, RegionOptStatus: statusOf(accountId, name, call) };
    },
  },
};

/** Resource types of the service authorization reference: `account` alone, and in an organization. */
function reading(name: string): Pick<Operation, 'mutates' | 'permissions'> {
  return {
    mutates: false,
    permissions: (input, call) => {
      const { partition, snapshot } = call.state;
      const { MasterAccountId, Id } = snapshot.organization.Organization;
      const resource =
        input.AccountId === undefined
          ? `arn:${partition}:account::${call.accountId}:account`
          : `arn:${partition}:account::${MasterAccountId}:account/${Id.toLowerCase()}/${input.AccountId}`;
      // "account:TargetRegion": of GetRegionOptStatus alone (service authorization reference)
      const context: Permission['context'] =
        name === 'GetRegionOptStatus'
          ? { 'account:TargetRegion': String(input.RegionName) }
          : name === 'GetAlternateContact'
            ? { 'account:AlternateContactTypes': [String(input.AlternateContactType)] }
            : {};
      return [{ action: `account:${name}`, resource, context }];
    },
  };
}

/**
 * "To use this parameter, the caller must be an identity in the organization's management account or a
 * delegated administrator account"; "The management account can't specify its own AccountId". Trusted
 * access isn't in the snapshot format: delegation of account.amazonaws.com stands for it.
 */
function accountOf(input: Piece, call: Call): string {
  const wanted: string | undefined = input.AccountId;
  if (wanted === undefined) return call.accountId;
  const { MasterAccountId, FeatureSet } = organizationOf(call).Organization;
  const managing = call.accountId === MasterAccountId;
  const delegated = findDelegations(call).some(
    ({ accountId, service }) => accountId === call.accountId && service === SERVICE_PRINCIPAL,
  );
  const allowed = (managing || delegated) && (FeatureSet ?? 'ALL') === 'ALL';
  if (!allowed || wanted === MasterAccountId || !call.state.member(wanted)) {
    throw new AwsError(
      'AccessDeniedException',
      `User: ${call.principal.arn} is not authorized to perform: account:${call.operation} (You specified an account that your account can't manage.)`,
      403,
    );
  }
  return wanted;
}

function statusOf(accountId: string, region: string, { state }: Call): string {
  return state.region(accountId, region).RegionOptStatus;
}
