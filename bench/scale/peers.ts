/** What others write for the same end, on a twin of the same organization: seconds of each, and how many times ours. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MEMBER } from '../../test/reconcile/small-organization.ts';
import { type ServedTwin, serveTwin, timeScript } from './processes.ts';

const PYTHON = fileURLToPath(new URL('../../.venv/bin/python3', import.meta.url));
const script = (name: string) => fileURLToPath(new URL(`../peers/${name}`, import.meta.url));

/** The loop over the CLI takes half a second a call: so many accounts are run, and the rest is multiplied. */
const ACCOUNTS_OF_LOOP = 1;

export interface PeerFigures {
  assessSeconds: number;
  enforceSeconds: number;
  /** Accounts that were run. Fewer than there are: the seconds are multiplied up. */
  accountsRun: number;
  /** Its seconds by ours. */
  assessRatio: number;
  enforceRatio: number;
}

export interface PeerOptions {
  snapshot: string;
  twinFlags: string[];
  accounts: number;
  regions: string[];
  ours: { assessSeconds: number; enforceSeconds: number };
}

export async function runPeers(options: PeerOptions): Promise<Record<string, PeerFigures>> {
  if (!existsSync(PYTHON)) {
    process.stderr.write('no peers: run .ci/python first, which gets boto3 and the AWS CLI\n');
    return {};
  }
  const twin = await serveTwin(options.snapshot, options.twinFlags);
  try {
    const { accounts, regions, ours } = options;
    const environment = environmentOf(twin);
    const boto3 = (mode: string) =>
      timeScript(PYTHON, [script('dhmc_boto3.py'), mode, '--regions', regions.join(',')], environment);
    const loop = (mode: string) =>
      timeScript('bash', [script('dhmc-cli.sh'), mode, regions.join(' '), ...loopAccounts()], environment);
    const figures = (assessSeconds: number, enforceSeconds: number, accountsRun: number): PeerFigures => ({
      assessSeconds,
      enforceSeconds,
      accountsRun,
      assessRatio: assessSeconds / ours.assessSeconds,
      enforceRatio: enforceSeconds / ours.enforceSeconds,
    });
    const times = accounts / ACCOUNTS_OF_LOOP;
    // The loop first: its accounts are fresh then, and boto3's enforce finds all others so.
    const cli = figures(times * (await loop('assess')), times * (await loop('enforce')), ACCOUNTS_OF_LOOP);
    return { boto3: figures(await boto3('assess'), await boto3('enforce'), accounts - 1), cli };
  } finally {
    twin.stop();
  }
}

function loopAccounts(): string[] {
  return Array.from({ length: ACCOUNTS_OF_LOOP }, (_, index) => String(Number(MEMBER) + index));
}

function environmentOf({ environment }: ServedTwin): NodeJS.ProcessEnv {
  const { PATH = '', HOME = '' } = process.env;
  const bin = fileURLToPath(new URL('../../.venv/bin', import.meta.url));
  return { ...environment, PATH: `${bin}:${PATH}`, HOME, AWS_EC2_METADATA_DISABLED: 'true' };
}
