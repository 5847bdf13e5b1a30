/**
 * Modules of dependencies that run in no handler, although what is used imports them. In the bundle each exports the
 * same names: classes without members, and functions that throw, so that a use that was overlooked fails by its name.
 */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

const SMITHY = '@smithy/core/dist-es/submodules';

const UNUSED = [
  // Streams of events: S3 has them for SelectObjectContent alone.
  `${SMITHY}/event-streams/EventStreamSerde`,
  `${SMITHY}/event-streams/eventstream-codec/.*`,
  `${SMITHY}/event-streams/eventstream-serde-universal/.*`,
  `${SMITHY}/event-streams/eventstream-serde/utils`,
  // Hashes in JavaScript: Node has its own.
  `${SMITHY}/checksum/\\w+/\\w+Js`,
  '@aws-sdk/checksums/dist-es/submodules/sha/sha1/Sha1Js',
  // Streams of browsers.
  `${SMITHY}/serde/util-stream/.*\\.browser`,
  // Region from the metadata of an instance, with defaults mode "auto".
  `${SMITHY}/config/config-resolver/regionConfig/getInstanceMetadataRegion`,
  // Discovered endpoints: DynamoDB has none unless AWS_ENABLE_ENDPOINT_DISCOVERY is set.
  '@aws-sdk/endpoint-cache/dist-es/EndpointCache',
];

const FILTER = new RegExp(`node_modules/(${UNUSED.join('|')})\\.js$`);

export const leanModules: Plugin = {
  name: 'lean-modules',
  setup({ onLoad }) {
    onLoad({ filter: FILTER }, ({ path }) => ({
      contents: hollow(readFileSync(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/** The exports of a module without what is behind them. Other exports than classes and functions are kept out of `UNUSED`. */
export function hollow(source: string): string {
  const classes = [...source.matchAll(/^export class (\w+)/gm)].map(([, name]) => `export class ${name} {}`);
  const functions = [...source.matchAll(/^export (?:const|(?:async )?function\*?) (\w+)/gm)].map(
    ([, name]) => `export function ${name}() { throw new Error("${name} is not in the bundle"); }`,
  );
  return [...classes, ...functions].join('\n');
}
