/** A snapshot holds the facts of hubs only where it was taken with a configuration that has them. */
import type { Configuration } from '../../functions/core/model/configuration.ts';
import { mayUseHubs } from '../../functions/core/network/network-settings.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { UsageError } from '../exit.ts';

const ATTACHMENTS = 'ec2:DescribeTransitGatewayVpcAttachments';

/** Throws UsageError, so that what was not asked for is not taken for an answer. Snapshots made by hand say what there is. */
export function refuseMissingHubs(
  { accounts }: Snapshot,
  configuration: Configuration,
  folder: string,
): void {
  if (!mayUseHubs(configuration)) return;
  for (const [region, { account }] of Object.entries(configuration.hubs)) {
    const file = accounts.get(account);
    const unread: Piece[] | undefined = file?.Unread;
    if (unread === undefined || file?.Regions[region] === undefined) continue;
    const wasDenied = unread.some(
      (one) => one.region === region && (one.api === ATTACHMENTS || one.api === '*'),
    );
    if (wasDenied || file.Regions[region].Ec2.TransitGatewayVpcAttachments !== undefined) continue;
    throw new UsageError(
      `${folder}: was taken without hubs.${region} (account ${account}); take it again with this configuration (dhmc snapshot --config)`,
    );
  }
}
