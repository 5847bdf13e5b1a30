import { CreateAssociationCommand, DeleteAssociationCommand } from '@aws-sdk/client-ssm';
import { UPDATE_DOCUMENT } from '../core/agent-updates.ts';
import type { Region } from '../core/model/primitives.ts';
import type { Failure } from '../core/model/reads.ts';
import { MANAGED_TAG, writeMark } from '../core/tags.ts';
import type { SessionClients } from './client-pool.ts';
import { attempt } from './reads.ts';

export interface UpdateAssociation {
  name: string;
  schedule: string;
  instanceIds: string[];
  tags: Record<string, string>;
}

/** A tenth of the nodes at once, and no more after a tenth failed (user guide, "rate controls"). */
const RATE = '10%';

export function createUpdateAssociation(
  clients: SessionClients,
  region: Region,
  { name, schedule, instanceIds, tags }: UpdateAssociation,
): Promise<Failure | null> {
  return attempt('ssm:CreateAssociation', () =>
    clients.ssm(region, 'write').send(
      new CreateAssociationCommand({
        Name: UPDATE_DOCUMENT,
        AssociationName: name,
        Targets: [{ Key: 'InstanceIds', Values: instanceIds }],
        ScheduleExpression: schedule,
        MaxConcurrency: RATE,
        MaxErrors: RATE,
        Tags: Object.entries(writeMark({ ...tags, [MANAGED_TAG]: 'true' }, clients.ownTags)).map(
          ([Key, Value]) => ({ Key, Value }),
        ),
      }),
    ),
  );
}

export function deleteAssociation(
  clients: SessionClients,
  region: Region,
  AssociationId: string,
): Promise<Failure | null> {
  return attempt('ssm:DeleteAssociation', () =>
    clients.ssm(region, 'write').send(new DeleteAssociationCommand({ AssociationId })),
  );
}
