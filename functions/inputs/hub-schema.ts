/** A hub of the configuration: the central endpoints of a Region, and how other VPCs resolve their names. */
import * as z from 'zod/mini';
import * as aws from './aws-names.ts';
import { numberWithin, oneOf, strictObject } from './schema-problem.ts';

export const hubSchema = strictObject(
  {
    account: aws.accountId.check(z.describe('Account of the hub VPC; the rollout covers it.')),
    vpc: aws.vpcId.check(z.describe('VPC that holds the interface endpoints.')),
    profile: z
      ._default(z.nullable(aws.profileId), null)
      .check(
        z.describe(
          'Route 53 Profile that holds these endpoints and is shared with the accounts of the other VPCs; null: endpoints, Profile and share are made.',
        ),
      ),
    names: z
      ._default(oneOf(['profile', 'zones']), 'profile')
      .check(
        z.describe(
          'How other VPCs resolve the names of a hub that is made. profile: a Route 53 Profile; zones: a private hosted zone for each name, at a fraction of the price, but with a gap while VPCs with own endpoints move.',
        ),
      ),
    gigabytesPerInstance: z
      ._default(numberWithin(0, Number.MAX_SAFE_INTEGER, 'gigabytes'), 1)
      .check(
        z.describe(
          'What an instance is taken to send to Systems Manager in a month, for the price of the hub.',
        ),
      ),
  },
  {
    way: 'is called "names": profile or zones',
    subnets:
      'is not a setting: a hub that is made gets one subnet with room in each zone that its VPCs use; leave the key out',
  },
).check(
  z.refine(({ profile, names }) => profile === null || names === 'profile', {
    path: ['names'],
    error: '"zones" uses no Profile; leave "profile" out',
  }),
);
