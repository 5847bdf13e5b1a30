/** EC2: every list of the snapshot format (docs/spec/twin.md, "accounts/ACCOUNT.json"), and the changes that a rollout makes or a test needs. */
import type { Operations } from '../contract.ts';
import { ENDPOINT_OPERATIONS } from './ec2/endpoints.ts';
import { INSTANCE_STATES } from './ec2/instance-state.ts';
import { INSTANCE_OPERATIONS } from './ec2/instances.ts';
import { NETWORK } from './ec2/network.ts';
import { REGION_OPERATIONS } from './ec2/regions.ts';
import { ROUTES } from './ec2/routes.ts';
import { SECURITY_GROUP_PERMISSIONS } from './ec2/security-group-permissions.ts';
import { DERIVED } from './ec2/security-group-rules.ts';
import { SECURITY_GROUPS } from './ec2/security-groups.ts';
import { TAG_OPERATIONS } from './ec2/tags.ts';
import { TRANSIT_GATEWAYS } from './ec2/transit-gateways.ts';
import { VPC_ATTRIBUTES } from './ec2/vpc-attributes.ts';

export const operations: Operations = {
  ...REGION_OPERATIONS,
  ...NETWORK,
  ...INSTANCE_OPERATIONS,
  ...DERIVED,
  ...ENDPOINT_OPERATIONS,
  ...SECURITY_GROUPS,
  ...SECURITY_GROUP_PERMISSIONS,
  ...TAG_OPERATIONS,
  ...TRANSIT_GATEWAYS,
  ...VPC_ATTRIBUTES,
  ...ROUTES,
  ...INSTANCE_STATES,
};
