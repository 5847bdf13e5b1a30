import { flag, nullable, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';
import { hasDnsAttributes } from './dns-attributes.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    RestoreVpcDns: {
      action: { vpcId: string /** null: unchanged. */; support: boolean | null; hostnames: boolean | null };
      expected: { /** null: not compared. */ support: boolean | null; hostnames: boolean | null };
      inverse: never;
    };
  }
}

export const restoreVpcDns: ChangeDefinition<'RestoreVpcDns'> = {
  ...NETWORK_CHANGE,
  isPlanned: false,
  words: 'restore a DNS attribute of a VPC',
  action: { vpcId: text, support: nullable(flag), hostnames: nullable(flag) },
  expected: { support: nullable(flag), hostnames: nullable(flag) },
  detail: ({ action: { vpcId, support, hostnames } }) => ({ vpcId, support, hostnames }),
  isMade: ({ action }, { network }) => hasDnsAttributes(action, network),
  dnsVpcId: ({ vpcId }) => vpcId,
  rollback: null,
};
