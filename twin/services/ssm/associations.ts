/** ListAssociations. Source: SSM API reference. */
import { AwsError, type Operation, type Piece } from '../../contract.ts';
import { paginate } from '../../pages.ts';

/** Filter keys that compare a member of the association as it is. */
const COMPARED = ['InstanceId', 'Name', 'AssociationId', 'AssociationName'];

/** The action has no resource type. Without MaxResults a page is taken to hold 50 (unverified). */
export const ListAssociations: Operation = {
  honours: ['AssociationFilterList', 'MaxResults', 'NextToken'],
  mutates: false,
  permissions: () => [{ action: 'ssm:ListAssociations', resource: '*' }],
  handle: (input, call) => {
    const filters: Piece[] = input.AssociationFilterList ?? [];
    for (const { key } of filters) checkKey(key);
    const associations: Piece[] = call.state.region(call.accountId, call.region).Ssm.Associations ?? [];
    const page = paginate(
      associations.filter((association) => filters.every(({ key, value }) => association[key] === value)),
      input.NextToken,
      input.MaxResults,
      call,
      { aws: 50, least: 1, most: 50 },
    );
    return { Associations: page.items, ...(page.token !== undefined && { NextToken: page.token }) };
  },
};

function checkKey(key: string): void {
  if (COMPARED.includes(key)) return;
  throw new AwsError(
    'NotImplemented',
    `The twin's ListAssociations does not honour the filter key ${key}; it takes ${COMPARED.join(', ')}.`,
    501,
  );
}
