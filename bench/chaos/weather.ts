/** Faults of AWS around the runs of one seed, drawn beforehand; when they strike hangs on how far the run is. */
import type { Fault, FaultFile } from '../../twin/faults-file.ts';
import type { Random } from '../../twin/make/random.ts';
import type { Twin } from '../../twin/start.ts';

const WRITES = [
  'UpdateServiceSetting',
  'ResetServiceSetting',
  'CreateRole',
  'AttachRolePolicy',
  'DetachRolePolicy',
  'DeleteRole',
  'UpdateAssumeRolePolicy',
  'CreateVpcEndpoint',
  'ModifyVpcEndpoint',
  'DeleteVpcEndpoints',
  'CreateSecurityGroup',
  'DeleteSecurityGroup',
  'AuthorizeSecurityGroupIngress',
  'RevokeSecurityGroupIngress',
  'ModifyVpcAttribute',
] as const;

const EFFECTS: readonly [Fault['effect'], ...Fault['effect'][]] = [
  { drop: 'before' },
  { drop: 'after' },
  { delayMs: 40 },
  { error: { code: 'AccessDenied', message: 'User is not authorized to perform this', status: 403 } },
  { error: { code: 'InternalError', message: 'An internal error has occurred', status: 500 } },
  { error: { code: 'ServiceUnavailable', message: 'The service is unavailable', status: 503 } },
  { error: { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 } },
  { error: { code: 'ExpiredTokenException', message: 'The security token is expired', status: 400 } },
];

/** Operations that the service called so far, and what it may write. */
export function operationsOf(twin: Twin): [string, ...string[]] {
  const called = twin.calls().calls.map(({ operation }) => operation);
  return ['AssumeRole', ...new Set([...called.filter((name) => name !== 'AssumeRole'), ...WRITES])];
}

/** Few strikes each: the SDK waits between its retries on the wall's clock. */
export function drawFaults(random: Random, seed: number, operations: [string, ...string[]]): FaultFile {
  const faults = Array.from(
    { length: 1 + random.below(8) },
    (): Fault => ({
      match: { operation: random.pick(operations), nth: 1 + random.below(4), probability: 0.5 },
      effect: random.pick(EFFECTS),
      times: 1 + random.below(2),
    }),
  );
  return { seed, faults };
}

/** How often each kind of fault struck. */
export function struckFaults(twin: Twin): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { effect, struck } of twin.faults().faults) {
    if (struck === 0) continue;
    const kind =
      'error' in effect
        ? effect.error.code
        : 'drop' in effect
          ? `connection dropped ${effect.drop}`
          : 'delay';
    counts[kind] = (counts[kind] ?? 0) + struck;
  }
  return counts;
}
