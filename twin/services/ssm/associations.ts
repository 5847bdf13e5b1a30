/** ListAssociations, CreateAssociation, DeleteAssociation. Source: SSM API reference. */
import { randomUUID } from 'node:crypto';
import { AwsError, type Call, type Operation, type Piece } from '../../contract.ts';
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

/**
 * Source: SSM API reference (CreateAssociation, DeleteAssociation: AssociationAlreadyExists, AssociationDoesNotExist,
 * InvalidDocument); Service Authorization Reference (association, document, and instances named by id). A name may be given
 * twice. What the association does to nodes is not played.
 */
export const CreateAssociation: Operation = {
  honours: [
    'Name',
    'AssociationName',
    'Targets',
    'ScheduleExpression',
    'MaxConcurrency',
    'MaxErrors',
    'Tags',
  ],
  mutates: true,
  permissions: (input, call) => {
    const { partition } = call.state;
    const tags: Piece[] = input.Tags ?? [];
    const context = {
      ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
      ...(tags.length > 0 ? { 'aws:TagKeys': tags.map(({ Key }) => Key) } : {}),
    };
    const named = targetIds(input).filter((id) => id.startsWith('i-'));
    return [
      `ssm:${call.region}:${call.accountId}:association/*`,
      `ssm:${call.region}:${String(input.Name).startsWith('AWS-') ? '' : call.accountId}:document/${input.Name}`,
      ...named.map((id) => `ec2:${call.region}:${call.accountId}:instance/${id}`),
    ].map((rest) => ({ action: 'ssm:CreateAssociation', resource: `arn:${partition}:${rest}`, context }));
  },
  handle: (input, call) => {
    const ssm = call.state.region(call.accountId, call.region).Ssm;
    if (targetIds(input).length === 0 && !input.Targets?.length) {
      throw new AwsError('InvalidTarget', 'An association needs targets.', 400);
    }
    const { Tags = [], ...rest } = input;
    const association = { AssociationId: randomUUID(), AssociationVersion: '1', Overview: {}, ...rest };
    ssm.Associations = [...(ssm.Associations ?? []), { ...association, Tags }];
    return { AssociationDescription: association };
  },
};

export const DeleteAssociation: Operation = {
  honours: ['AssociationId'],
  mutates: true,
  permissions: (input, call) => [
    {
      action: 'ssm:DeleteAssociation',
      resource: `arn:${call.state.partition}:ssm:${call.region}:${call.accountId}:association/${input.AssociationId}`,
      context: Object.fromEntries(
        (findAssociation(input, call)?.Tags ?? []).map(({ Key, Value }: Piece) => [
          `aws:ResourceTag/${Key}`,
          Value,
        ]),
      ),
    },
  ],
  handle: (input, call) => {
    const found = findAssociation(input, call);
    if (!found)
      throw new AwsError('AssociationDoesNotExist', 'The specified association does not exist.', 400);
    const ssm = call.state.region(call.accountId, call.region).Ssm;
    ssm.Associations = ssm.Associations.filter((one: Piece) => one !== found);
    return {};
  },
};

function findAssociation({ AssociationId }: Piece, call: Call): Piece | undefined {
  const associations: Piece[] = call.state.region(call.accountId, call.region).Ssm.Associations ?? [];
  return associations.find((one) => one.AssociationId === AssociationId);
}

function targetIds({ Targets = [] }: Piece): string[] {
  return (Targets as Piece[]).flatMap(({ Key, Values }) => (Key === 'InstanceIds' ? Values : []));
}
