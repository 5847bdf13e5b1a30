/** A running Linux instance with nothing wrong that Systems Manager has never heard of; a case overrides its point. */
import type { InstanceDetail } from '../../../functions/core/instances/facts.ts';

export function instanceDetail(overrides: Partial<InstanceDetail> = {}): InstanceDetail {
  return {
    instanceId: 'i-0a1b2c3d4e5f60718',
    vpcId: 'vpc-0a1b2c3d',
    subnetId: 'subnet-0a1b2c3d',
    state: 'running',
    platform: 'linux',
    privateIp: '10.0.0.10',
    hasPublicIp: false,
    groupIds: ['sg-0a1b2c3d'],
    agentVersion: null,
    online: false,
    tags: {},
    launchedAt: '2026-01-01T00:00:00.000Z',
    architecture: 'x86_64',
    platformDetails: 'Linux/UNIX',
    imageId: 'ami-0a1b2c3d',
    profileArn: null,
    imdsEnabled: true,
    httpTokens: 'required',
    serviceManaged: false,
    statusCheckFailed: false,
    node: null,
    ...overrides,
  };
}
