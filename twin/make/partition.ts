/**
 * A made organization in another partition: the same accounts and networks, with its ARNs, Regions, zones and
 * names. Regions and DNS suffixes: botocore's endpoints.json. Both other partitions have two Regions, neither
 * of them opt-in.
 *
 * In China the endpoint services of Systems Manager have no `cn.` in front, unlike those of EC2, STS and others
 * (aws-cdk-lib, InterfaceVpcEndpointAwsService), so only the Region in their names differs.
 */
import type { AccountFile, OrganizationFile, Snapshot } from '../contract.ts';
import { zoneIds } from '../services/ec2/regions.ts';
import { completeAccount } from '../snapshot/defaults.ts';

export const OTHER_PARTITIONS = {
  'aws-us-gov': { regions: ['us-gov-west-1', 'us-gov-east-1'], suffix: 'amazonaws.com' },
  'aws-cn': { regions: ['cn-northwest-1', 'cn-north-1'], suffix: 'amazonaws.com.cn' },
} as const;

export type OtherPartition = keyof typeof OTHER_PARTITIONS;

/** @throws {RangeError} where the organization has more Regions than the partition. */
export function inPartition(snapshot: Snapshot, partition: OtherPartition): Snapshot {
  const { regions, suffix } = OTHER_PARTITIONS[partition];
  const used = [...new Set([...snapshot.accounts.values()].flatMap(({ Regions }) => Object.keys(Regions)))];
  if (used.length > regions.length) {
    throw new RangeError(
      `regions must be ${regions.length} at most in ${partition}: it has ${regions.join(' and ')}, not ${used.length}`,
    );
  }
  const moved = used.map((from, index): [string, string] => [from, regions[index] ?? from]);
  const rewrite = <T>(piece: T): T => {
    let text = JSON.stringify(piece).replaceAll('arn:aws:', `arn:${partition}:`);
    for (const [from, to] of moved) {
      const ids = zoneIds(to);
      for (const [index, id] of zoneIds(from).entries()) text = text.replaceAll(`"${id}"`, `"${ids[index]}"`);
      text = text.replaceAll(`.${from}.amazonaws.com"`, `.${to}.${suffix}"`).replaceAll(from, to);
    }
    return JSON.parse(text) as T;
  };
  const organization: OrganizationFile = rewrite(snapshot.organization);
  const accounts = new Map<string, AccountFile>(
    [...snapshot.accounts].map(([id, account]) => [id, completeAccount(rewrite(account))]),
  );
  return { organization, accounts };
}
