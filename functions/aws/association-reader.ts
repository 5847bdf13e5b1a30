import { paginateListAssociations } from '@aws-sdk/client-ssm';
import type { AssociationFacts } from '../core/associations.ts';
import type { Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import type { SessionClients } from './client-pool.ts';
import { read } from './reads.ts';

/** Most that a page of ListAssociations holds. */
const PAGE = 50;

/** Every State Manager association of an account's Region. */
export function readAssociations(clients: SessionClients, region: Region): Promise<Read<AssociationFacts[]>> {
  return read('ssm:ListAssociations', async () => {
    const associations: AssociationFacts[] = [];
    const client = clients.ssm(region, 'read');
    for await (const page of paginateListAssociations({ client }, { MaxResults: PAGE })) {
      for (const { AssociationId, AssociationName, Name, ScheduleExpression, Targets } of page.Associations ??
        []) {
        associations.push({
          associationId: AssociationId ?? '',
          associationName: AssociationName ?? null,
          documentName: Name ?? '',
          schedule: ScheduleExpression ?? null,
          targets: (Targets ?? []).map(({ Key, Values }) => ({ key: Key ?? '', values: Values ?? [] })),
        });
      }
    }
    return associations;
  });
}
