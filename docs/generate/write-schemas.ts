/**
 * Publishes the schemas of what people hand in and of what they get. `node cli/with-node.mjs docs/generate/write-schemas.ts`
 * writes them to docs/schemas; a test holds them to be up to date.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { configurationSchema } from '../../functions/inputs/configuration-schema.ts';
import { planFileSchema } from '../../functions/inputs/plan-file.ts';
import { runInputSchema } from '../../functions/inputs/run-input.ts';
import { runResultSchema } from '../../functions/report/run-result-schema.ts';
import { deploymentSchema } from '../../infra/deployment-file.ts';

const FOLDER = new URL('../schemas/', import.meta.url);

/** JSON Schemas (draft 2020-12) by file name. What a file may leave out has its default there. */
export function publishedSchemas(): Record<string, object> {
  return {
    'configuration.schema.json': publish(
      configurationSchema,
      'configuration',
      'Configuration of dhmc-rollout',
    ),
    'deployment.schema.json': publish(
      deploymentSchema,
      'deployment',
      'Settings of a deployment of dhmc-rollout',
    ),
    'plan.schema.json': publish(planFileSchema, 'plan', 'Plan of dhmc-rollout (dhmc plan --out)'),
    'run-result.schema.json': publish(runResultSchema, 'run-result', 'Result of a run of dhmc-rollout'),
    'run-input.schema.json': publish(runInputSchema, 'run-input', 'Input of the dhmc-rollout state machine'),
  };
}

function publish(schema: z.core.$ZodType, name: string, title: string): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { $schema, $id: `urn:dhmc-rollout:schema:${name}:1`, title, ...rest };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, schema] of Object.entries(publishedSchemas())) {
    writeFileSync(new URL(file, FOLDER), `${JSON.stringify(schema, null, 2)}\n`);
  }
}
