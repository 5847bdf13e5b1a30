/**
 * Route 53 Profiles, read only. Source: botocore's model route53profiles 2018-05-10. The actions have no resource types
 * (service authorization reference).
 */
import type { Call, Operations, Piece } from '../contract.ts';
import { paginate } from '../pages.ts';

const PAGES = { aws: 100, least: 1, most: 100 };

export const operations: Operations = {
  ListProfileAssociations: {
    honours: ['ProfileId', 'ResourceId', 'MaxResults', 'NextToken'],
    mutates: false,
    permissions: () => [{ action: 'route53profiles:ListProfileAssociations', resource: '*' }],
    handle: (input, call) => list('ProfileAssociations', input, call, ['ProfileId', 'ResourceId']),
  },
  ListProfileResourceAssociations: {
    honours: ['ProfileId', 'ResourceArn', 'ResourceType', 'MaxResults', 'NextToken'],
    mutates: false,
    permissions: () => [{ action: 'route53profiles:ListProfileResourceAssociations', resource: '*' }],
    handle: (input, call) =>
      list('ProfileResourceAssociations', input, call, ['ProfileId', 'ResourceArn', 'ResourceType']),
  },
};

function list(name: string, input: Piece, call: Call, filters: string[]): Piece {
  const all: Piece[] = call.state.region(call.accountId, call.region).Route53Profiles[name] ?? [];
  const found = all.filter((each) =>
    filters.every((filter) => input[filter] === undefined || each[filter] === input[filter]),
  );
  const { items, token } = paginate(found, input.NextToken, input.MaxResults, call, PAGES);
  return { [name]: items, NextToken: token };
}
