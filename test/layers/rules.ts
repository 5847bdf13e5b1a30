/**
 * The layers of the house: `npm run layers`. Each row lists the houses that a house may import from; every other
 * pair is a separate rule that fails. What each house is for: docs/spec/design.md, "Houses".
 */
import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser';

interface House {
  path: string;
  /** The houses that it may import from; without it, all but `mayNot`. */
  may?: string[];
  mayNot?: string[];
}

export const HOUSES: Record<string, House> = {
  core: { path: 'functions/core', may: [] },
  inputs: { path: 'functions/inputs', may: ['core'] },
  platform: { path: 'functions/platform', may: ['core'] },
  aws: { path: 'functions/aws', may: ['core', 'platform'] },
  store: { path: 'functions/store', may: ['core', 'platform'] },
  reconcile: { path: 'functions/reconcile', may: ['core', 'platform', 'aws', 'store'] },
  report: { path: 'functions/report', may: ['core', 'platform', 'store'] },
  handlers: {
    path: 'functions/handlers',
    may: ['core', 'inputs', 'platform', 'aws', 'store', 'reconcile', 'report'],
  },
  statemachine: { path: 'statemachine', may: [] },
  infra: { path: 'infra', may: ['core', 'inputs', 'store', 'report'] },
  twin: { path: 'twin', may: ['inputs'] },
  cli: {
    path: 'cli',
    may: [
      'core',
      'inputs',
      'platform',
      'aws',
      'store',
      'reconcile',
      'report',
      'handlers',
      'statemachine',
      'infra',
      'twin',
    ],
  },
  docs: { path: 'docs', may: ['core', 'inputs', 'report', 'statemachine', 'infra'] },
  test: { path: 'test', mayNot: ['bench'] },
  bench: { path: 'bench', mayNot: ['docs'] },
};

const inside = (house: string) => `^${HOUSES[house]?.path}/`;
const mayImport = ({ may, mayNot = [] }: House, other: string) =>
  may?.includes(other) ?? !mayNot.includes(other);

/** One rule for each pair of houses that has no arrow. */
const pairs: IForbiddenRuleType[] = Object.entries(HOUSES).flatMap(([from, house]) =>
  Object.keys(HOUSES)
    .filter((to) => to !== from && !mayImport(house, to))
    .map((to) => ({
      name: `${from}-not-to-${to}`,
      severity: 'error' as const,
      comment: `${house.path} does not import from ${HOUSES[to]?.path}.`,
      from: { path: inside(from) },
      to: { path: inside(to) },
    })),
);

const SDK = '(^|/)node_modules/(@aws-sdk|@smithy)/';

export const RULES: IForbiddenRuleType[] = [
  ...pairs,
  {
    name: 'core-is-pure',
    severity: 'error',
    comment:
      'functions/core imports nothing outside functions/core, not even Node (ADR 0001); ipaddr.js is pure too.',
    from: { path: inside('core') },
    to: { pathNot: [inside('core'), '(^|/)node_modules/ipaddr.js/'] },
  },
  {
    name: 'sdk-in-aws-and-store-alone',
    severity: 'error',
    comment:
      'In functions, only aws and store import the AWS SDK; in the command, only what stands in for the deployed table.',
    from: {
      path: '^(functions|infra|docs|cli)/',
      pathNot: '^(functions/(aws|store)|cli/engine)/|^cli/state-folder.ts$',
    },
    to: { path: SDK },
  },
  {
    name: 'no-cdk-in-the-command',
    severity: 'error',
    comment: 'The command is installed without the CDK: what it shares with the stacks must not load it.',
    from: { path: inside('cli') },
    to: { path: '(^|/)node_modules/(aws-cdk-lib|constructs)/', reachable: true },
  },
  {
    name: 'no-development-dependencies-in-the-product',
    severity: 'error',
    comment: 'What users install has no development dependencies.',
    from: { path: '^(functions|cli|twin)/', pathNot: '^functions/report/html/write-assets' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'the-twin-knows-no-decisions',
    severity: 'error',
    comment: 'The twin is the witness of the decisions: it shares none of their code.',
    from: { path: inside('twin') },
    to: { path: inside('core'), reachable: true },
  },
  {
    name: 'commands-stand-alone',
    severity: 'error',
    comment: 'A command imports no other command; what two of them need has its own room in cli.',
    from: { path: '^cli/commands/' },
    to: { path: '^cli/commands/' },
  },
  {
    name: 'no-circle',
    severity: 'error',
    comment: 'No import circle at run time.',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'no-circle-of-types',
    severity: 'error',
    comment: 'No import circle in functions and the command, not even by types.',
    from: { path: '^(cli|functions)/' },
    to: { circular: true },
  },
  {
    name: 'resolves',
    severity: 'error',
    comment: 'Every import leads to a file or an installed package.',
    from: {},
    to: { couldNotResolve: true },
  },
];

export const OPTIONS: ICruiseOptions = {
  // TypeScript 7 has no API that dependency-cruiser could use; swc parses the same files.
  parser: 'swc',
  tsPreCompilationDeps: true,
  doNotFollow: { path: 'node_modules' },
  enhancedResolveOptions: { conditionNames: ['import', 'node', 'default'], exportsFields: ['exports'] },
};
