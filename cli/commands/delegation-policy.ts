import { delegationPolicy } from '../../infra/organization-reads.ts';
import { EXIT } from '../exit.ts';

interface DelegationPolicyFlags {
  account: string;
  partition: string;
}

/** Prints the statement for the resource policy of Organizations, as JSON. */
export async function printDelegationPolicy({ account, partition }: DelegationPolicyFlags): Promise<number> {
  process.stdout.write(`${JSON.stringify(delegationPolicy(partition, account), null, 2)}\n`);
  return EXIT.finished;
}
