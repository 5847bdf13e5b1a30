/** Resource control policies of the organization that say something of how roles are assumed. */
import {
  DescribePolicyCommand,
  paginateListPolicies,
  paginateListRoots,
  paginateListTargetsForPolicy,
} from '@aws-sdk/client-organizations';
import type { Read } from '../core/model/reads.ts';
import { isAboutRoles, type ResourceControlPolicy } from '../core/resource-control.ts';
import type { SessionClients } from './client-pool.ts';
import './organization-client.ts';
import { read } from './reads.ts';

const TYPE = 'RESOURCE_CONTROL_POLICY';

/**
 * One call where the root has not switched the type on; then one for the list, and two for each policy of a customer.
 *
 * @returns absent where it is not switched on, or where the roots cannot be read, so that nothing is known of any;
 *   failed where they are on and cannot be read
 */
export async function readResourceControls(clients: SessionClients): Promise<Read<ResourceControlPolicy[]>> {
  const client = clients.organizations();
  const enabled = await read('organizations:ListRoots', async () => {
    for await (const { Roots = [] } of paginateListRoots({ client }, {})) {
      const types = Roots.flatMap(({ PolicyTypes = [] }) => PolicyTypes);
      if (types.some(({ Type, Status }) => Type === TYPE && Status === 'ENABLED')) return true;
    }
    return false;
  });
  if (enabled.kind !== 'value' || !enabled.value) return { kind: 'absent' };
  return read('organizations:ListPolicies', async () => {
    const policies: ResourceControlPolicy[] = [];
    for await (const { Policies = [] } of paginateListPolicies({ client }, { Filter: TYPE })) {
      for (const { Id: policyId = '', Name: name = policyId, AwsManaged } of Policies) {
        // RCPFullAWSAccess allows everything.
        if (AwsManaged) continue;
        const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId: policyId }));
        const document: unknown = JSON.parse(Policy?.Content ?? '{}');
        if (!isAboutRoles(document)) continue;
        const targets: string[] = [];
        for await (const page of paginateListTargetsForPolicy({ client }, { PolicyId: policyId })) {
          for (const { TargetId } of page.Targets ?? []) if (TargetId) targets.push(TargetId);
        }
        policies.push({ policyId, name, targets, document });
      }
    }
    return policies;
  });
}
