import { exactly, flag, nullable, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';
import { hasDnsAttributes } from './dns-attributes.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    EnableVpcDns: {
      action: {
        vpcId: string;
        support: true | null;
        hostnames: true | null;
      };
      expected: { /** null: not compared. */ support: boolean | null; hostnames: boolean | null };
      inverse: 'RestoreVpcDns';
    };
  }
}

export const enableVpcDns: ChangeDefinition<'EnableVpcDns'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'turn on a DNS attribute of a VPC',
  action: { vpcId: text, support: nullable(exactly(true)), hostnames: nullable(exactly(true)) },
  expected: { support: nullable(flag), hostnames: nullable(flag) },
  detail: ({ action: { vpcId, support, hostnames } }) => ({ vpcId, support, hostnames }),
  isMade: ({ action }, { network }) => hasDnsAttributes(action, network),
  dnsVpcId: ({ vpcId }) => vpcId,
  rollback: { area: 'PATH', undo: (entry, region) => region.restoreDns(entry) },
};
