/** A waiver of the configuration: the reason that is waived, where, by whom and until when. */
import * as z from 'zod/mini';
import * as aws from './aws-names.ts';
import { day } from './calendar.ts';
import { suggestNearest } from './nearest-key.ts';
import { show, someText, strictObject } from './schema-problem.ts';
import { WAIVABLE_CODES } from './waivable-codes.ts';

export const waiverSchema = strictObject({
  code: someText
    .check(
      z.refine((code) => WAIVABLE_CODES.includes(code), {
        error: ({ input }) =>
          `${show(input)} is no reason that can be waived${typeof input === 'string' ? suggestNearest(input, WAIVABLE_CODES) : ''}`,
      }),
    )
    .check(z.describe('The reason code that is waived.')),
  account: z.optional(aws.accountId.check(z.describe('Only in this account.'))),
  organizationalUnit: z.optional(
    aws.organizationalUnitId.check(z.describe('Only below this organizational unit.')),
  ),
  region: z.optional(aws.regionName.check(z.describe('Only in this Region.'))),
  vpc: z.optional(aws.vpcId.check(z.describe('Only for this VPC.'))),
  instance: z.optional(aws.instanceId.check(z.describe('Only for this instance.'))),
  tag: z.optional(someText.check(z.describe('Only for instances with this tag: KEY or KEY=VALUE.'))),
  ami: z.optional(aws.imageId.check(z.describe('Only for instances of this image.'))),
  owner: someText.check(z.describe('Who answers for the waiver.')),
  why: someText.check(z.describe('The reason, as the report shows it.')),
  until: day.check(z.describe('Last day (UTC) on which the waiver counts.')),
});
