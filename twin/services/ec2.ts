/** EC2, read only: every list of the snapshot format (twin.md). */
import type { Operations } from '../contract.ts';
import { INSTANCE_OPERATIONS } from './ec2/instances.ts';
import { NETWORK } from './ec2/network.ts';
import { REGION_OPERATIONS } from './ec2/regions.ts';
import { DERIVED } from './ec2/security-group-rules.ts';

export const operations: Operations = {
  ...REGION_OPERATIONS,
  ...NETWORK,
  ...INSTANCE_OPERATIONS,
  ...DERIVED,
};
