/**
 * Resource shares, as far as a hub's Profile needs them: made, listed by their owner, deleted. Source: botocore's model ram
 * 2018-01-04; permissions: service authorization reference. A share with the organization takes effect at once here
 * (how long that takes is not documented); a deleted one is gone at once, where AWS shows it for a while.
 */
import { AwsError, type Call, type Operations, type Piece } from '../contract.ts';
import { paginate } from '../pages.ts';

export const operations: Operations = {
  CreateResourceShare: {
    honours: ['name', 'resourceArns', 'principals', 'tags', 'allowExternalPrincipals', 'clientToken'],
    mutates: true,
    permissions: ({ tags = [], resourceArns = [], principals = [], allowExternalPrincipals = true }) => [
      {
        action: 'ram:CreateResourceShare',
        resource: '*',
        context: {
          'ram:RequestedAllowsExternalPrincipals': String(allowExternalPrincipals),
          'ram:RequestedResourceType': [...new Set((resourceArns as string[]).map(typeOf))],
          'ram:Principal': principals,
          'ram:ResourceArn': resourceArns,
          'aws:TagKeys': (tags as Piece[]).map(({ key }) => String(key)),
          ...Object.fromEntries(
            (tags as Piece[]).map(({ key, value }) => [`aws:RequestTag/${key}`, String(value)]),
          ),
        },
      },
    ],
    handle: create,
  },
  GetResourceShares: {
    honours: ['resourceOwner', 'name', 'resourceShareArns', 'resourceShareStatus', 'maxResults', 'nextToken'],
    mutates: false,
    permissions: () => [{ action: 'ram:GetResourceShares', resource: '*' }],
    handle: (input, call) => {
      const found =
        input.resourceOwner === 'SELF' ? shares(call).filter((share) => matches(share, input)) : [];
      const { items, token } = paginate(found, input.nextToken, input.maxResults, call, {
        aws: 500,
        least: 1,
        most: 500,
      });
      return { resourceShares: items.map(shown), nextToken: token };
    },
  },
  GetResourceShareAssociations: {
    honours: ['associationType', 'resourceShareArns', 'maxResults', 'nextToken'],
    mutates: false,
    permissions: () => [{ action: 'ram:GetResourceShareAssociations', resource: '*' }],
    handle: (input, call) => {
      const found = shares(call)
        .filter((share) => matches(share, input))
        .flatMap((share) => membersOf(share, input.associationType));
      const { items, token } = paginate(found, input.nextToken, input.maxResults, call, {
        aws: 500,
        least: 1,
        most: 500,
      });
      return { resourceShareAssociations: items, nextToken: token };
    },
  },
  DeleteResourceShare: {
    honours: ['resourceShareArn', 'clientToken'],
    mutates: true,
    permissions: ({ resourceShareArn }, call) => {
      const share = shares(call).find((each) => each.resourceShareArn === resourceShareArn);
      const tags = (share?.tags ?? []) as Piece[];
      return [
        {
          action: 'ram:DeleteResourceShare',
          resource: String(resourceShareArn),
          context: {
            ...(share ? { 'ram:ResourceShareName': String(share.name) } : {}),
            ...Object.fromEntries(
              tags.flatMap(({ key, value }) => [
                [`aws:ResourceTag/${key}`, String(value)],
                [`ram:ResourceTag/${key}`, String(value)],
              ]),
            ),
          },
        },
      ];
    },
    handle: ({ resourceShareArn }, call) => {
      const all = shares(call);
      const at = all.findIndex((each) => each.resourceShareArn === resourceShareArn);
      if (at < 0) {
        throw new AwsError(
          'UnknownResourceException',
          `ResourceShare ${resourceShareArn} could not be found.`,
          400,
        );
      }
      all.splice(at, 1);
      return { returnValue: true };
    },
  },
};

function shares(call: Call): Piece[] {
  const ram: Piece = call.state.region(call.accountId, call.region).Ram;
  ram.ResourceShares ??= [];
  return ram.ResourceShares;
}

function create(input: Piece, call: Call): Piece {
  const { name, resourceArns = [], principals = [], tags = [], allowExternalPrincipals = true } = input;
  const foreign = (resourceArns as string[]).find((arn) => arn.split(':')[4] !== call.accountId);
  if (foreign !== undefined) {
    // wording unverified
    throw new AwsError(
      'OperationNotPermittedException',
      `You can only share resources that you own: ${foreign}.`,
      400,
    );
  }
  const all = shares(call);
  const now = call.state.clock.now().toISOString();
  const id = `${String(all.length + 1).padStart(8, '0')}-0000-4000-8000-${call.accountId}`;
  const share = {
    resourceShareArn: `arn:${call.state.partition}:ram:${call.region}:${call.accountId}:resource-share/${id}`,
    name,
    owningAccountId: call.accountId,
    allowExternalPrincipals,
    status: 'ACTIVE',
    tags,
    creationTime: now,
    lastUpdatedTime: now,
    featureSet: 'STANDARD',
    resourceArns,
    principals,
  };
  all.push(share);
  return { resourceShare: shown(share) };
}

function matches(share: Piece, { name, resourceShareArns, resourceShareStatus }: Piece): boolean {
  return (
    (name === undefined || share.name === name) &&
    (resourceShareArns === undefined || resourceShareArns.includes(share.resourceShareArn)) &&
    (resourceShareStatus === undefined || share.status === resourceShareStatus)
  );
}

function membersOf(share: Piece, associationType: string): Piece[] {
  const { resourceShareArn, name, resourceArns = [], principals = [] } = share;
  return ((associationType === 'RESOURCE' ? resourceArns : principals) as string[]).map(
    (associatedEntity) => ({
      resourceShareArn,
      resourceShareName: name,
      associatedEntity,
      associationType,
      status: 'ASSOCIATED',
      ...timesOf(share),
      external: false,
    }),
  );
}

function shown({ resourceArns: _arns, principals: _principals, ...share }: Piece): Piece {
  return {
    ...share,
    ...timesOf(share),
  };
}

function timesOf(share: Piece): Piece {
  const names = ['creationTime', 'lastUpdatedTime'].filter((name) => share[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, new Date(share[name])]));
}

/** `route53profiles:Profile`: service and type, as RAM names them (RAM guide, "Shareable AWS resources"). */
function typeOf(arn: string): string {
  const [, , service, , , path = ''] = arn.split(':');
  const type = path.split('/')[0] ?? '';
  return `${service}:${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}
