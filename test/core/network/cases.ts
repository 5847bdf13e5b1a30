/** Every network case. The twin runs them too: an instance has to come Online exactly where there is a path. */
import type { NetworkCase } from './case.ts';
import { EGRESS_CASES } from './egress-cases.ts';
import { NAME_CASES } from './name-cases.ts';
import { PLAN_CASES } from './plan-cases.ts';

export const CASES: NetworkCase[] = [...EGRESS_CASES, ...NAME_CASES, ...PLAN_CASES];
