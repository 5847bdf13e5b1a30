/**
 * Artifacts of finished runs as the command reads them. They are files that may be cut off, edited or of another version,
 * so each is checked before anything is made of it: a report of half a result would be a wrong report.
 */
import * as z from 'zod';
import { configurationSchema } from '../../functions/inputs/configuration-schema.ts';
import { describeProblems, firstOf } from '../../functions/inputs/schema-problem.ts';
import {
  accountArtifactSchema,
  runResultSchema,
  summaryArtifactSchema,
} from '../../functions/report/run-result-schema.ts';
import type { Artifacts } from '../../functions/store/contract.ts';
import { UsageError } from '../exit.ts';

const SCHEMAS: readonly [key: RegExp, schema: z.core.$ZodType][] = [
  [/^runs\/[^/]+\/summary\.json$/, summaryArtifactSchema],
  [/^runs\/[^/]+\/accounts\/[^/]+\.json$/, accountArtifactSchema],
  [/^runs\/[^/]+\/result\.json$/, runResultSchema],
  [/^runs\/[^/]+\/configuration\.json$/, configurationSchema],
];

/** @param name Folder or bucket, as messages show it. */
export function checkedArtifacts(artifacts: Artifacts, name: string): Artifacts {
  return {
    ...artifacts,
    async getText(key) {
      const text = await artifacts.getText(key);
      const [, schema] = SCHEMAS.find(([pattern]) => pattern.test(key)) ?? [];
      if (text !== null && schema !== undefined) check(`${name}/${key}`, text, schema);
      return text;
    },
  };
}

function check(path: string, text: string, schema: z.core.$ZodType): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(
      `${path}: is not JSON, as if it was cut off; restore it, or name another run with --run`,
    );
  }
  const parsed = z.safeParse(schema, value);
  if (!parsed.success) {
    throw new UsageError(
      `${path}: ${firstOf(describeProblems(parsed.error))}; it was changed since, or is of another version: restore it, or name another run with --run`,
    );
  }
}
