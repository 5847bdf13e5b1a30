import { readFile } from 'node:fs/promises';
import { compareTemplates, type Template } from '../../functions/core/template-differences.ts';
import { EXIT, UsageError } from '../exit.ts';

interface DeploymentCheckFlags {
  deployed: string;
  next: string;
  output: 'text' | 'json';
}

/** Says what a deployment would take away, from the template that is deployed and the one that was made. */
export async function deploymentCheck({ deployed, next, output }: DeploymentCheckFlags): Promise<number> {
  const differences = compareTemplates(
    await readTemplate(deployed, 'aws cloudformation get-template --stack-name DhmcRolloutService writes it'),
    await readTemplate(next, 'npx cdk synth writes it'),
  );
  const { removed, added, behavior } = differences;
  const isSafe = removed.length === 0 && behavior.length === 0;
  if (output === 'json') {
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, isSafe, ...differences }, null, 2)}\n`);
  } else {
    const lines = [
      removed.length === 0 ? 'Nothing would be removed.' : `${removed.length} resources would be removed:`,
      ...removed.map((name) => `  ${name}`),
      ...(behavior.length === 0 ? ['Schedule and account events stay as they are.'] : behavior),
      ...(added.length === 0 ? [] : [`${added.length} resources would be added.`]),
      ...(isSafe ? [] : ['Is every setting of the deployment in dhmc.deployment.yaml?']),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  return isSafe ? EXIT.finished : EXIT.attention;
}

/** A template, or the answer of GetTemplate around it. */
async function readTemplate(file: string, hint: string): Promise<Template> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`${file}: cannot be read; ${hint}`);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new UsageError(`${file}: is not JSON; ${hint}`);
  }
  const body = (content as { TemplateBody?: unknown } | null)?.TemplateBody ?? content;
  const { Resources } = (body ?? {}) as Partial<Template>;
  if (typeof Resources !== 'object' || Resources === null || Array.isArray(Resources)) {
    throw new UsageError(`${file}: is no CloudFormation template (no Resources); ${hint}`);
  }
  return { Resources };
}
