/** The probes against some AWS, compared with the twin that the command asks. */

import type { AwsConnection } from '../../functions/aws/client-pool.ts';
import { runProbes } from '../../functions/aws/conformance/run-probes.ts';
import { type Answer, verdictOf } from '../../functions/core/conformance.ts';
import { makeOneRegionOrganization } from '../../twin/make/one-region.ts';
import { startTwin, type Twin } from '../../twin/start.ts';

export const connectionTo = (twin: Twin): AwsConnection => {
  const { accessKeyId, secretAccessKey, sessionToken, region } = twin.operator;
  return {
    homeRegion: region,
    endpoint: twin.url,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  };
};

export interface Compared {
  verdicts: Record<string, ReturnType<typeof verdictOf>>;
  answers: Record<string, Answer>;
  left: string[];
}

export async function compare(
  connection: AwsConnection,
  region: string,
  wait: (seconds: number) => Promise<void>,
): Promise<Compared> {
  const twin = await startTwin({ snapshot: makeOneRegionOrganization(region) });
  try {
    const aws = await runProbes({ connection, region, write: true, wait });
    const expected = await runProbes({
      connection: connectionTo(twin),
      region,
      write: true,
      wait: async (seconds) => twin.state.clock.advance(seconds),
    });
    const known = new Map(expected.answers.map(({ probe, answer }) => [probe.id, answer]));
    return {
      verdicts: Object.fromEntries(
        aws.answers.map(({ probe, answer }) => [
          probe.id,
          verdictOf(answer, known.get(probe.id) ?? { kind: 'not-asked', why: 'no such probe' }),
        ]),
      ),
      answers: Object.fromEntries(aws.answers.map(({ probe, answer }) => [probe.id, answer])),
      left: aws.left,
    };
  } finally {
    await twin.close();
  }
}
