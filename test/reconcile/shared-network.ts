/** A VPC that its owner shares. */
import type { AccountFile, Piece, Snapshot } from '../../twin/contract.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { regionOf } from '../../twin/make/region.ts';
import { makeCompliant, makeSmallOrganization } from './small-organization.ts';

/** The participant sees the owner's subnets and tables, not its endpoints, and runs an instance there. */
export function participate(owner: AccountFile, participant: AccountFile, region: string): void {
  const shared = regionOf(owner, region).Ec2;
  const { Ec2 } = regionOf(participant, region);
  for (const list of ['Vpcs', 'Subnets', 'RouteTables', 'NetworkAcls', 'DhcpOptions']) {
    Ec2[list] = structuredClone(shared[list]);
  }
  const [{ SubnetId, VpcId }] = Ec2.Subnets as [Piece];
  const groups = [{ GroupId: 'sg-0a', GroupName: 'mine' }];
  const all = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
  Ec2.SecurityGroups = [{ ...groups[0], VpcId, IpPermissions: [], IpPermissionsEgress: all }];
  Ec2.Instances = [
    {
      InstanceId: 'i-0a',
      State: { Code: 16, Name: 'running' },
      VpcId,
      SubnetId,
      PrivateIpAddress: '10.9.0.77',
      SecurityGroups: groups,
      NetworkInterfaces: [
        {
          NetworkInterfaceId: 'eni-0a',
          SubnetId,
          VpcId,
          PrivateIpAddress: '10.9.0.77',
          Groups: groups,
          Attachment: { DeviceIndex: 0 },
        },
      ],
    },
  ];
}

/** An owner's VPC without a path or its own instance, and participants whose instances are in it. */
export function makeSharedOrganization(participants = 1): { snapshot: Snapshot; region: string } {
  let owner: AccountFile | undefined;
  let region = '';
  const snapshot = makeSmallOrganization({
    members: 1 + participants,
    regions: 1,
    shape: (account, regions) => {
      makeCompliant(account, regions);
      region = regions[0] ?? '';
      if (owner) return participate(owner, account, region);
      owner = account;
      addNetwork(account, region, { shape: 'isolated', name: 'shared', octet: 9, instances: [] });
    },
  });
  return { snapshot, region };
}
