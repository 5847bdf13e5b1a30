/** DescribeActivations. Source: SSM API reference. */
import type { Operation, Piece } from '../../contract.ts';
import { paginate } from '../../pages.ts';

/** Member of an activation that a filter key compares. */
const MEMBERS: Readonly<Record<string, string>> = {
  ActivationIds: 'ActivationId',
  DefaultInstanceName: 'DefaultInstanceName',
  IamRole: 'IamRole',
};

/** The action has no resource type. Without MaxResults a page is taken to hold 50 (unverified). */
export const DescribeActivations: Operation = {
  honours: ['Filters', 'MaxResults', 'NextToken'],
  mutates: false,
  permissions: () => [{ action: 'ssm:DescribeActivations', resource: '*' }],
  handle: (input, call) => {
    const filters: Piece[] = input.Filters ?? [];
    const activations: Piece[] = call.state.region(call.accountId, call.region).Ssm.Activations ?? [];
    const shown = activations
      .filter((activation) =>
        filters.every(({ FilterKey, FilterValues }) =>
          FilterValues?.includes(activation[MEMBERS[FilterKey] ?? FilterKey]),
        ),
      )
      .map((activation) => asOf(activation, call.now));
    const page = paginate(shown, input.NextToken, input.MaxResults, call, { aws: 50, least: 1, most: 50 });
    return { ActivationList: page.items, ...(page.token !== undefined && { NextToken: page.token }) };
  },
};

/** Expired: "the date when this activation can no longer be used to register managed nodes" has passed. */
function asOf(activation: Piece, now: Date): Piece {
  const { ExpirationDate, CreatedDate } = activation;
  return {
    ...activation,
    ...(CreatedDate !== undefined && { CreatedDate: new Date(CreatedDate) }),
    ...(ExpirationDate !== undefined && {
      ExpirationDate: new Date(ExpirationDate),
      Expired: activation.Expired === true || new Date(ExpirationDate) <= now,
    }),
  };
}
