import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';
import { flag, nullable, text } from './shape.ts';

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
  isMade: ({ action }, { network }) => {
    const attributes = network?.dnsAttributes[action.vpcId];
    if (attributes?.kind !== 'value') return null;
    const { support, hostnames } = attributes.value;
    return (action.support ?? support) === support && (action.hostnames ?? hostnames) === hostnames;
  },
  dnsVpcId: ({ vpcId }) => vpcId,
  rollback: null,
};
