/**
 * Small organizations from the field: a snapshot, a configuration and what a right expert says of them. Ids are
 * mapped to short names by `vpcs` and `instances`; a value that begins with `not ` is what must not be said.
 */
import { readFileSync } from 'node:fs';
import type { RunResult, TargetResult } from '../../functions/core/model/result.ts';

interface TargetExpectation {
  status?: string;
  reasons?: string[];
  notes?: string[];
  no_changes?: true;
  /** Kinds of changes that have to be among those planned. */
  kinds?: string[];
  /** Short names of the services for which endpoints are planned, exactly. */
  endpoints?: string[];
  /** By VPC. */
  path?: Record<string, string>;
  /** By instance. */
  verdict?: Record<string, string>;
  source?: Record<string, string>;
  blocked?: Record<string, string>;
}

export interface CaseExpectations {
  accounts?: Record<string, string>;
  vpcs?: Record<string, Record<string, string>>;
  instances?: Record<string, Record<string, string>>;
  expect: Record<string, Record<string, TargetExpectation>>;
}

export function readExpectations(folder: string): CaseExpectations {
  return JSON.parse(readFileSync(`${folder}/expect.json`, 'utf8')) as CaseExpectations;
}

/** What differs, one line each: account, Region, what was wanted and what was said instead. */
export function differencesOf(
  result: RunResult,
  { accounts = {}, expect, vpcs = {}, instances = {} }: CaseExpectations,
): string[] {
  return Object.entries(expect).flatMap(([accountId, regions]) =>
    Object.entries(regions).flatMap(([region, wanted]) => {
      const target = result.targets.find((one) => one.accountId === accountId && one.region === region);
      const who = `${accounts[accountId] ?? accountId} ${region}`;
      if (!target) return [`${who}: no target`];
      const names = { vpcs: vpcs[accountId] ?? {}, instances: instances[accountId] ?? {} };
      return differencesOfTarget(target, wanted, names).map((difference) => `${who}: ${difference}`);
    }),
  );
}

interface Names {
  vpcs: Record<string, string>;
  instances: Record<string, string>;
}

function differencesOfTarget(target: TargetResult, wanted: TargetExpectation, names: Names): string[] {
  const kinds = target.changes.map(({ kind }) => kind as string);
  const services = target.changes
    .filter(({ kind }) => kind === 'CreateInterfaceEndpoint')
    .map(
      ({ detail }) =>
        String((detail as { serviceName?: string } | null)?.serviceName)
          .split('.')
          .at(-1) ?? '',
    );
  const lacking = (what: string, want: string[] = [], got: readonly string[]) =>
    want.every((one) => got.includes(one)) ? [] : [`${what}: want ${want.join(' ')}, got ${got.join(' ')}`];
  const same =
    wanted.endpoints === undefined || [...new Set(services)].sort().join() === wanted.endpoints.sort().join();
  return [
    ...(wanted.status && wanted.status !== target.status
      ? [`status: want ${wanted.status}, got ${target.status}`]
      : []),
    ...lacking('reasons', wanted.reasons, target.reasons),
    ...lacking('notes', wanted.notes, target.notes),
    ...(wanted.no_changes && kinds.length > 0 ? [`changes: want none, got ${kinds.join(' ')}`] : []),
    ...lacking('kinds', wanted.kinds, kinds),
    ...(same ? [] : [`endpoints: want ${wanted.endpoints?.join(' ')}, got ${services.join(' ')}`]),
    ...differing(
      'path',
      wanted.path,
      (name) => target.vpcs.find((vpc) => named(vpc.vpcId, names.vpcs) === name)?.path,
    ),
    ...differing('verdict', wanted.verdict, (name) => verdictOf(target, names, name)?.verdict),
    ...differing('source', wanted.source, (name) => verdictOf(target, names, name)?.credentialSource),
    ...Object.entries(wanted.blocked ?? {}).flatMap(([name, want]) => {
      const got = String(verdictOf(target, names, name)?.reason);
      return got.includes(want) ? [] : [`blocked of ${name}: want ${want}, got ${got}`];
    }),
  ];
}

function named(id: string, names: Record<string, string>): string {
  return names[id] ?? id;
}

function verdictOf({ instances }: TargetResult, names: Names, name: string) {
  return instances.verdicts.find(({ instanceId }) => named(instanceId, names.instances) === name);
}

function differing(
  what: string,
  wanted: Record<string, string> = {},
  gotOf: (name: string) => string | null | undefined,
): string[] {
  return Object.entries(wanted).flatMap(([name, want]) => {
    const got = gotOf(name);
    const holds =
      got !== null &&
      got !== undefined &&
      (want.startsWith('not ') ? got !== want.slice('not '.length) : got === want);
    return holds ? [] : [`${what} of ${name}: want ${want}, got ${got}`];
  });
}
