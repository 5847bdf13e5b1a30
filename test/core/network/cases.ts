/** Every network case. The twin runs them too: an instance has to come Online exactly where there is a path. */
import { BLOCK_PUBLIC_ACCESS_CASES } from './block-public-access-cases.ts';
import type { NetworkCase } from './case.ts';
import { DNS_CASES } from './dns-cases.ts';
import { EGRESS_CASES } from './egress-cases.ts';
import { EVIDENCE_CASES } from './evidence-cases.ts';
import { IPV6_CASES } from './ipv6-cases.ts';
import { OWNERSHIP_CASES } from './ownership-cases.ts';
import { PLAN_CASES } from './plan-cases.ts';
import { REACH_CASES } from './reach-cases.ts';
import { RESOLUTION_CASES } from './resolution-cases.ts';

export const CASES: NetworkCase[] = [
  ...EGRESS_CASES,
  ...BLOCK_PUBLIC_ACCESS_CASES,
  ...REACH_CASES,
  ...RESOLUTION_CASES,
  ...DNS_CASES,
  ...IPV6_CASES,
  ...EVIDENCE_CASES,
  ...PLAN_CASES,
  ...OWNERSHIP_CASES,
];
