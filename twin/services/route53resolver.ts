/**
 * Route 53 Resolver, read only. Source: botocore's model route53resolver 2018-04-01, which documents the filters.
 *
 * An extension of the snapshot format: the addresses of a Resolver endpoint are in its entry of
 * ResolverEndpoints as `IpAddresses`, in the shape of ListResolverEndpointIpAddresses.
 */
import { AwsError, type Call, type Operation, type Operations, type Piece } from '../contract.ts';
import { paginate } from '../pages.ts';

const PAGES = { aws: 100, least: 1, most: 100 };

export const operations: Operations = {
  ListResolverEndpoints: listing('ListResolverEndpoints', 'ResolverEndpoints', {
    CreatorRequestId: 'CreatorRequestId',
    Direction: 'Direction',
    HostVPCId: 'HostVPCId',
    IpAddressCount: 'IpAddressCount',
    Name: 'Name',
    SecurityGroupIds: 'SecurityGroupIds',
    Status: 'Status',
  }),
  ListResolverEndpointIpAddresses: {
    honours: ['ResolverEndpointId', 'MaxResults', 'NextToken'],
    mutates: false,
    permissions: (input, call) => [
      {
        action: 'route53resolver:ListResolverEndpointIpAddresses',
        resource: `arn:${call.state.partition}:route53resolver:${call.region}:${call.accountId}:resolver-endpoint/${input.ResolverEndpointId}`,
      },
    ],
    handle: (input, call) => {
      const endpoint = resources('ResolverEndpoints', call).find(
        (each) => each.Id === input.ResolverEndpointId,
      );
      if (!endpoint) {
        // wording unverified
        throw new AwsError(
          'ResourceNotFoundException',
          `Resolver endpoint with ID "${input.ResolverEndpointId}" does not exist.`,
        );
      }
      return page('IpAddresses', endpoint.IpAddresses ?? [], input, call);
    },
  },
  ListResolverRules: listing('ListResolverRules', 'ResolverRules', {
    CreatorRequestId: 'CreatorRequestId',
    DomainName: 'DomainName',
    Name: 'Name',
    ResolverEndpointId: 'ResolverEndpointId',
    Status: 'Status',
    Type: 'RuleType',
  }),
  ListResolverRuleAssociations: listing('ListResolverRuleAssociations', 'ResolverRuleAssociations', {
    Name: 'Name',
    ResolverRuleId: 'ResolverRuleId',
    Status: 'Status',
    VPCId: 'VPCId',
  }),
};

function resources(name: string, call: Call): Piece[] {
  return call.state.region(call.accountId, call.region).Route53Resolver[name] ?? [];
}

/** `filters`: name of the filter -> member. "You can specify the name in either form": DOMAIN_NAME as well. */
function listing(action: string, name: string, filters: Record<string, string>): Operation {
  return {
    honours: ['Filters', 'MaxResults', 'NextToken'],
    mutates: false,
    permissions: () => [{ action: `route53resolver:${action}`, resource: '*' }],
    handle: (input, call) => {
      const tests = ((input.Filters ?? []) as Piece[]).map(({ Name, Values }) => {
        const known = Object.keys(filters).find((key) => plain(key) === plain(String(Name)));
        const key = known === undefined ? undefined : filters[known];
        if (key === undefined) {
          throw new AwsError(
            'InvalidParameterException',
            `The filter name ${Name} is not valid for ${action}.`,
          );
        }
        checkValues(action, key, Values ?? []);
        return (piece: Piece) => [piece[key]].flat().some((value) => (Values ?? []).includes(String(value)));
      });
      const found = resources(name, call).filter((piece) => tests.every((test) => test(piece)));
      return page(name, found, input, call);
    },
  };
}

/** "specify one of the following": code as for a wrong name, wording unverified. */
const DOCUMENTED: Record<string, Record<string, readonly string[]>> = {
  ListResolverEndpoints: {
    Direction: ['INBOUND', 'OUTBOUND', 'INBOUND_DELEGATION'],
    Status: ['CREATING', 'OPERATIONAL', 'UPDATING', 'AUTO_RECOVERING', 'ACTION_NEEDED', 'DELETING'],
  },
  ListResolverRules: {
    Status: ['COMPLETE', 'DELETING', 'UPDATING', 'FAILED'],
    RuleType: ['FORWARD', 'SYSTEM', 'RECURSIVE', 'DELEGATE'],
  },
  ListResolverRuleAssociations: {
    Status: ['CREATING', 'COMPLETE', 'DELETING', 'FAILED', 'OVERRIDDEN'],
  },
};

function checkValues(action: string, member: string, values: readonly string[]): void {
  const allowed = DOCUMENTED[action]?.[member];
  const wrong = allowed && values.find((value) => !allowed.includes(value));
  if (wrong === undefined) return;
  throw new AwsError('InvalidParameterException', `The filter value ${wrong} is not valid for ${action}.`);
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

function page(name: string, items: Piece[], input: Piece, call: Call): Piece {
  const { items: shown, token } = paginate(items, input.NextToken, input.MaxResults, call, PAGES);
  return { [name]: shown, MaxResults: input.MaxResults ?? PAGES.aws, NextToken: token };
}
