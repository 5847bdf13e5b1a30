import type { ChangeOf } from '../../core/model/change.ts';
import type { VpcDnsAttributes } from '../../core/network/facts.ts';
import { type ChangeDriver, type DriverContext, driverOf } from './driver.ts';
import { networkAccess } from './network.ts';

/** ModifyVpcAttribute takes one attribute a call, so a change concerns one of the two. */
export function vpcDnsDriver(
  change: ChangeOf<'EnableVpcDns' | 'RestoreVpcDns'>,
  context: DriverContext,
): ChangeDriver {
  const { vpcId, support, hostnames } = change.action;
  const { expected } = change;
  const { ec2, writer, waitAfter } = networkAccess(change, context);
  const isDone = (live: VpcDnsAttributes) =>
    (support ?? live.support) === live.support && (hostnames ?? live.hostnames) === live.hostnames;
  return driverOf<VpcDnsAttributes>({
    readLive: () => ec2.dnsAttributes(vpcId),
    absent: { support: false, hostnames: false },
    isExpected: (live) =>
      !isDone(live) &&
      (expected.support ?? live.support) === live.support &&
      (expected.hostnames ?? live.hostnames) === live.hostnames,
    isDone,
    write: async () => {
      if (support !== null) return writer.setVpcDns(vpcId, 'EnableDnsSupport', support);
      return hostnames === null ? null : writer.setVpcDns(vpcId, 'EnableDnsHostnames', hostnames);
    },
    waitAfter,
  });
}
