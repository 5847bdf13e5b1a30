/** A VPC whose DNS attributes are off: whether it is better with them on, and the changes that turn them on. */
import type { Change } from '../model/change.ts';
import { changeMaker } from './change-maker.ts';
import type { PlanContext } from './endpoint-plan.ts';
import type { VpcDnsAttributes, VpcFacts } from './facts.ts';
import { type ClientPath, judgeClients } from './instance-path.ts';
import type { Network } from './network.ts';
import { withDnsOn } from './ownership.ts';
import { rankOf } from './verdict.ts';

export const DNS_ON: VpcDnsAttributes = { support: true, hostnames: true };

/**
 * Whether the VPC, judged with both DNS attributes on, is better for it: some instance gets a path or loses a block (that of
 * the attributes among them, so that planned endpoints would be found), and none is worse off (private zones and names wake up).
 */
export function isBetterWithDns(network: Network, vpc: VpcFacts, paths: ClientPath[]): boolean {
  const on = judgeClients(
    withDnsOn(network, vpc.vpcId),
    vpc,
    paths.map(({ client }) => client),
  );
  const gains = paths.map((path, at) => scoreOf(on[at] ?? path) - scoreOf(path));
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
}

/** A path that is blocked is no better than none. */
function scoreOf({ path, reasons }: ClientPath): number {
  return reasons.length > 0 ? -1 : rankOf(path);
}

/** Turns on what is off, host names after support, which they need: each is a call and so a separate change. */
export function planVpcDns(
  network: Network,
  vpc: VpcFacts,
  attributes: VpcDnsAttributes,
  context: PlanContext,
): Change[] {
  const make = changeMaker(network, vpc, context);
  const { vpcId } = vpc;
  const dns = (support: boolean, hostnames: boolean) =>
    make(`${vpcId} ${support ? 'support' : 'hostnames'}`, {
      resource: vpcId,
      action: { kind: 'EnableVpcDns', vpcId, support: support || null, hostnames: hostnames || null },
      expected: { support: support ? false : null, hostnames: hostnames ? false : null },
      inverse: {
        kind: 'RestoreVpcDns',
        vpcId,
        support: support ? false : null,
        hostnames: hostnames ? false : null,
      },
    });
  return [
    ...(attributes.support ? [] : [dns(true, false)]),
    ...(attributes.hostnames ? [] : [dns(false, true)]),
  ];
}
