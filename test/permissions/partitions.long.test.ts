/** The whole job in GovCloud and in China, under the roles of the templates as they would be deployed there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { inPartition, OTHER_PARTITIONS, type OtherPartition } from '../../twin/make/partition.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { type Synthesized, synthesize } from '../infra/synthesize.ts';
import type { DeployedOrganization } from './deployed-organization.ts';
import { everything, openFor, SWITCHES } from './suite.ts';
import { createUsage } from './usage.ts';
import { ISOLATED, makeVariedOrganization } from './varied-organization.ts';

const SECONDS_UNTIL_ONLINE = 65 * 60;
let synthesized: Synthesized;
beforeAll(async () => {
  synthesized = await synthesize({ config: SWITCHES });
}, 120_000);
afterAll(() => synthesized?.remove());

/** Partitions of all ARNs in a text. */
const partitionsIn = (text: string) =>
  [...new Set([...text.matchAll(/\barn:(aws[a-z-]*):/g)].map(([, partition]) => partition))].sort();

describe.each(Object.keys(OTHER_PARTITIONS) as OtherPartition[])(
  'Given an organization in %s',
  (partition) => {
    const [region] = OTHER_PARTITIONS[partition].regions;
    const usage = createUsage();
    let organization: DeployedOrganization;
    let before: Snapshot;
    const results: Record<string, RunResult> = {};
    const mutating: Record<string, number> = {};

    beforeAll(async () => {
      const { snapshot } = makeVariedOrganization();
      organization = await openFor(inPartition(snapshot, partition), synthesized, usage, region);
      const { twin } = organization;
      before = twin.takeSnapshot();
      const run = async (name: string, rollbackOf?: string) => {
        const earlier = twin.calls().mutating;
        results[name] = await organization.run({
          lane: 'enforce',
          input: rollbackOf
            ? { mode: 'rollback', trigger: 'on-demand', rollbackOf }
            : { mode: 'enforce', trigger: 'on-demand' },
          configuration: everything(),
        });
        mutating[name] = twin.calls().mutating - earlier;
      };
      await run('enforce');
      twin.state.clock.advance(SECONDS_UNTIL_ONLINE);
      await run('second');
      await run('third');
    }, 120_000);
    afterAll(() => organization?.close());

    it('When it is enforced, Then all that can be is compliant, with endpoints under its own names', () => {
      // One holds a foreign role that is unfit and cannot be rolled back; others wait for their agents at first.
      const { coverage } = results.second as RunResult;
      expect(coverage).toMatchObject({ accounts: 8, targets: 16, compliant: 15, nonCompliant: 1, error: 0 });
      expect((results.enforce as RunResult).coverage.error).toBe(0);
      const endpoints: Piece[] = organization.twin.state.region(ISOLATED, region).Ec2.VpcEndpoints;
      expect(endpoints.map(({ ServiceName }) => ServiceName).sort()).toEqual(
        ['ec2messages', 'kms', 'logs', 's3', 'ssm', 'ssmmessages'].map(
          (name) => `com.amazonaws.${region}.${name}`,
        ),
      );
      const isolated = (results.second as RunResult).targets.find(
        (target) => target.accountId === ISOLATED && target.region === region,
      );
      expect(isolated?.instances).toMatchObject({ running: 2, managed: 2 });
    });

    it('When its nodes are there, Then agent updates are associated, and a further run changes nothing', () => {
      expect(mutating.enforce).toBeGreaterThan(20);
      const made = (results.second as RunResult).targets.flatMap(({ changes }) =>
        changes.map(({ kind, outcome }) => `${kind} ${outcome}`),
      );
      expect([mutating.second, [...new Set(made)]]).toEqual([made.length, ['CreateAgentUpdate APPLIED']]);
      expect(mutating.third).toBe(0);
    });

    it('When ARNs are looked at, in the organization and in what the runs wrote, Then they are of this partition', async () => {
      const { twin, state } = organization;
      const { organization: head, accounts } = twin.takeSnapshot();
      expect(partitionsIn(JSON.stringify([head, ...accounts.values()]))).toEqual([partition]);
      const keys = await state.artifacts.list('runs/');
      // The configuration is as it was written: its ARNs are put into the partition where they are used.
      const written = keys.filter((key) => !key.endsWith('configuration.json'));
      expect(written.length).toBeGreaterThan(20);
      for (const key of written) {
        const found = partitionsIn((await state.artifacts.getText(key)) ?? '');
        expect([key, found.filter((one) => one !== partition)]).toEqual([key, []]);
      }
    });

    it('When it is done, Then no role lacked a right, and GovCloud was not asked for an API that it lacks', () => {
      expect(usage.refusals().filter(({ because }) => !/-scp$/.test(because))).toEqual([]);
      const asked = organization.twin.calls().calls.filter(({ service }) => service === 'account');
      expect(asked.length > 0).toBe(partition !== 'aws-us-gov');
    });

    it('When all is rolled back, Then nothing is left different', async () => {
      await organization.run({
        lane: 'enforce',
        input: { mode: 'rollback', trigger: 'on-demand', rollbackOf: 'all' },
        configuration: everything(),
      });
      expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
    }, 60_000);
  },
);

/**
 * Where `arn:aws:` may be in the sources: as an example in a message or a pattern that takes every partition,
 * as the name of the local engine, and where made organizations begin before they are put into a partition.
 */
const LITERALS: Record<string, string> = {
  'cli/runs/run-there.ts': 'an example in a message',
  'cli/engine/lower-definition.ts': 'the local engine’s own name for a task',
  'functions/inputs/aws-names.ts': 'examples in messages',
  'twin/iam/policies.ts': 'AWS’s policy texts are put into the partition',
  'twin/iam/managed-policies.json': 'AWS’s policy texts',
  'twin/make/frame.ts': 'made in aws, moved by make/partition.ts',
  'twin/make/iam.ts': 'the same',
  'twin/make/instance.ts': 'the same',
  'twin/make/network.ts': 'the same',
  'twin/make/partition.ts': 'moves them',
  'twin/make/region.ts': 'the same',
};

describe('Given the sources and the templates', () => {
  const code = ['functions', 'cli', 'infra', 'twin', 'statemachine'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|mjs|json)$/.test(file))
      .map((file) => join(folder, file)),
  );
  const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

  it('When a source holds a literal arn:aws:, Then it is on the list, and the list is current', () => {
    const holding = code.filter((file) => withoutComments(readFileSync(file, 'utf8')).includes('arn:aws:'));
    expect(holding.sort()).toEqual(Object.keys(LITERALS).sort());
  });

  it('When the templates are synthesised, Then they hold none, but for the configuration as it was written', () => {
    const { service, memberRoles } = synthesized;
    for (const { text } of [service, memberRoles]) {
      const { Resources }: { Resources: Record<string, Piece> } = JSON.parse(text);
      const own = Object.values(Resources).filter(({ Type }) => Type !== 'Custom::DhmcConfiguration');
      expect(JSON.stringify(own).match(/.{60}arn:aws:.{60}/g)).toBeNull();
    }
  });
});
