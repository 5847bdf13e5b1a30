import { LINKS } from '../../functions/core/instances/chain.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import { explainVpc } from '../../functions/core/network/explain.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';
import { type ConnectionFlags, connectToEnvironment, givenHomeRegion } from '../connection.ts';
import { EXIT } from '../exit.ts';
import type { GlobalFlags, OutputFormat } from '../flags.ts';
import { readConfiguration } from '../read-configuration.ts';
import { completeAll, completeLines, folderPlace, snapshotPlace } from '../runs/command-place.ts';
import { type Explanation, explainResource, type Place } from '../runs/explanation.ts';
import { openSnapshot, withTwin } from '../runs/rehearsal.ts';
import { renderInstance } from '../terminal/instance-explanation.ts';
import { terminalOf } from '../terminal/style.ts';
import { renderVpc } from '../terminal/vpc-explanation.ts';
import { hasStateFolder, withStateFolder } from '../with-state-folder.ts';

interface ExplainFlags extends GlobalFlags, Pick<ConnectionFlags, 'profile'> {
  account: string;
  region: string;
  /** `vpc-...` or `i-...`. */
  resource: string;
  from?: string;
  local?: boolean;
  config?: string;
  state: string;
  output: OutputFormat;
}

/** One VPC or instance through the very code of a run: observed and judged. Writes nothing. */
export async function explain(flags: ExplainFlags): Promise<number> {
  const configuration = await readConfiguration(flags.config);
  const { from } = flags;
  // What the journal knows as ours counts where there is one; none is made for a look.
  const stateFolder = (await hasStateFolder(flags.state)) ? flags.state : null;
  if (from !== undefined) {
    const snapshot = await openSnapshot(from, configuration);
    return withTwin({ snapshot, from, stateFolder: null }, (rehearsal) =>
      printExplanation(flags, configuration, rehearsal),
    );
  }
  const connection = await connectToEnvironment();
  return withStateFolder(stateFolder, connection, (state) =>
    printExplanation(flags, configuration, { connection, state, clock: wallClock }),
  );
}

async function printExplanation(
  flags: ExplainFlags,
  configuration: Configuration,
  place: Place,
): Promise<number> {
  const question = { ...flags, isSnapshot: flags.from !== undefined };
  const explained = render(flags, await explainResource(question, configuration, place));
  const around =
    flags.from === undefined
      ? folderPlace({ ...flags, region: givenHomeRegion() })
      : snapshotPlace(flags.from, {});
  process.stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify(explained.json, (key, value) => (key === 'commands' ? completeAll(value, around) : value), 2)}\n`
      : completeLines(explained.text, around),
  );
  return EXIT.finished;
}

/** The same content for a person and for a program. */
interface Explained {
  text: string;
  json: unknown;
}

function render(
  { account: accountId, region, resource: vpcId }: ExplainFlags,
  explanation: Explanation,
): Explained {
  const terminal = terminalOf(process.stdout);
  if (explanation.kind === 'instance') {
    const { instance } = explanation;
    const chain = instance.chain.map((link) => ({ ...link, title: LINKS[link.link] }));
    return {
      text: renderInstance(terminal, instance, { accountId, region }),
      json: { accountId, region, ...instance, chain },
    };
  }
  const { verdict, price } = explanation;
  const { ownerId, path, reasons, notes, proposal, changes } = verdict;
  const sentences = explainVpc(verdict, price);
  return {
    text: renderVpc(terminal, verdict, { accountId, region, price }),
    json: { accountId, region, vpcId, ownerId, path, reasons, notes, proposal, changes, sentences },
  };
}
