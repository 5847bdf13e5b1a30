/** What sessions of a Region are to be logged with, and whether a role may. */
import { paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import { GetDocumentCommand } from '@aws-sdk/client-ssm';
import {
  parseSessionPreferences,
  SESSION_PREFERENCES_DOCUMENT,
  type SessionPreferences,
  type WantedGrant,
} from '../core/instances/session-logging.ts';
import type { Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import type { SessionClients } from './client-pool.ts';
import { read } from './reads.ts';

/**
 * Absent where the Region has no preferences: InvalidDocument means "The specified SSM document doesn't exist"
 * (GetDocument). A document that is none of sessions asks for nothing either.
 */
export async function readSessionPreferences(
  clients: SessionClients,
  region: Region,
): Promise<Read<SessionPreferences>> {
  const content = await read('ssm:GetDocument', async () => {
    const command = new GetDocumentCommand({ Name: SESSION_PREFERENCES_DOCUMENT, DocumentFormat: 'JSON' });
    return (await clients.ssm(region, 'read').send(command)).Content ?? '';
  }, ['InvalidDocument']);
  if (content.kind !== 'value') return content;
  const preferences = parseSessionPreferences(content.value);
  return preferences ? { kind: 'value', value: preferences } : { kind: 'absent' };
}

/** One simulation of all actions on all resources, of which the pairs that are wanted count. */
export function readGrants(
  clients: SessionClients,
  roleArn: string,
  wanted: WantedGrant[],
): Promise<Read<WantedGrant[]>> {
  return read('iam:SimulatePrincipalPolicy', async () => {
    if (wanted.length === 0) return [];
    const allowed = new Set<string>();
    const pages = paginateSimulatePrincipalPolicy(
      { client: clients.iam('read') },
      {
        PolicySourceArn: roleArn,
        ActionNames: [...new Set(wanted.map(({ action }) => action))],
        ResourceArns: [...new Set(wanted.map(({ resource }) => resource))],
      },
    );
    for await (const { EvaluationResults = [] } of pages) {
      for (const { EvalActionName, EvalResourceName, EvalDecision } of EvaluationResults) {
        if (EvalDecision === 'allowed') allowed.add(`${EvalActionName} ${EvalResourceName}`);
      }
    }
    return wanted.filter(({ action, resource }) => allowed.has(`${action} ${resource}`));
  });
}
