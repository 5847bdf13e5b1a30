/** `npm run twin:make`: writes a varied organization in the snapshot format. Exit 2: wrong usage, 1: not written. */
import { parseArgs } from 'node:util';
import { SnapshotError } from '../snapshot/error.ts';
import { writeSnapshot } from '../snapshot/write.ts';
import { inPartition, type OtherPartition } from './partition.ts';
import { REGIONS } from './region-names.ts';
import { type MakeOptions, makeOrganization } from './varied.ts';

const USAGE = `Usage: npm run twin:make -- --out DIR [--accounts N] [--regions R] [--seed S] [--partition P]

  --out DIR      a new or empty folder, or one that holds a snapshot
  --accounts N   2 to 50000, management and operator account included (default 60)
  --regions R    1 to ${REGIONS.length} (default 4)
  --partition P  aws, aws-us-gov or aws-cn (default aws; the others have 2 Regions)
  --seed S       0 to 4294967295; the same seed makes the same bytes (default 1)
`;

class UsageError extends Error {}

interface Arguments {
  out: string;
  options: MakeOptions;
  partition: OtherPartition | 'aws';
}

function readArguments(argv: string[]): Arguments | 'help' {
  const { values } = parse(argv);
  if (values.help) return 'help';
  if (!values.out) throw new UsageError('--out is missing; name the folder to write to');
  return {
    out: values.out,
    partition: partitionFrom(values.partition),
    options: {
      accounts: wholeNumber('--accounts', values.accounts),
      regions: wholeNumber('--regions', values.regions),
      seed: wholeNumber('--seed', values.seed),
    },
  };
}

function partitionFrom(name: string): OtherPartition | 'aws' {
  if (name === 'aws' || name === 'aws-us-gov' || name === 'aws-cn') return name;
  throw new UsageError(`--partition ${name}: one of aws, aws-us-gov, aws-cn`);
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        out: { type: 'string' },
        accounts: { type: 'string', default: '60' },
        regions: { type: 'string', default: '4' },
        partition: { type: 'string', default: 'aws' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new UsageError(`${name} must be a whole number, not '${text}'`);
  return Number(text);
}

/** Exit code. */
async function main(argv: string[]): Promise<number> {
  try {
    const read = readArguments(argv);
    if (read === 'help') {
      process.stdout.write(USAGE);
      return 0;
    }
    const { out, options, partition } = read;
    const made = makeOrganization(options);
    await writeSnapshot(partition === 'aws' ? made : inPartition(made, partition), out);
    process.stdout.write(`${options.accounts} accounts in ${options.regions} Regions: ${out}\n`);
    return 0;
  } catch (error) {
    if (error instanceof SnapshotError) return fail(error.message, 1);
    if (error instanceof UsageError) return fail(`${error.message}; see --help`, 2);
    if (error instanceof RangeError) return fail(`--${error.message}; see --help`, 2);
    throw error;
  }
}

function fail(message: string, code: number): number {
  process.stderr.write(`twin:make: ${message}\n`);
  return code;
}

process.exitCode = await main(process.argv.slice(2));
