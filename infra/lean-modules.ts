/**
 * Modules of dependencies that run in no handler, although what is used imports them. In the bundle each exports the
 * same names: functions, and classes whose methods throw, so that a use that was overlooked fails by its name. What an
 * emptied module cannot stand for ends the build.
 */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

const SMITHY = '@smithy/core/dist-es/submodules';

export const UNUSED = [
  // Streams of events: S3 has them for SelectObjectContent alone.
  `${SMITHY}/event-streams/EventStreamSerde`,
  `${SMITHY}/event-streams/eventstream-codec/.*`,
  `${SMITHY}/event-streams/eventstream-serde-universal/.*`,
  `${SMITHY}/event-streams/eventstream-serde/utils`,
  // Hashes in JavaScript: Node has its own.
  `${SMITHY}/checksum/\\w+/\\w+Js`,
  '@aws-sdk/checksums/dist-es/submodules/sha/sha1/Sha1Js',
  // Streams of browsers; Node's way to buffer one takes its parts from the browsers'.
  `${SMITHY}/serde/util-stream/(checksum/(createChecksumStream|ChecksumStream)|getAwsChunkedEncodingStream)\\.browser`,
  `${SMITHY}/serde/util-stream/(headStream|sdk-stream-mixin|splitStream|stream-collector)\\.browser`,
  // Region from the metadata of an instance, with defaults mode "auto".
  `${SMITHY}/config/config-resolver/regionConfig/getInstanceMetadataRegion`,
  // Discovered endpoints: DynamoDB has none unless AWS_ENABLE_ENDPOINT_DISCOVERY is set.
  '@aws-sdk/endpoint-cache/dist-es/EndpointCache',
];

export const unusedModules = (pattern: string) => new RegExp(`node_modules/(${pattern})\\.js$`);

export const leanModules: Plugin = {
  name: 'lean-modules',
  setup({ onLoad }) {
    onLoad({ filter: unusedModules(UNUSED.join('|')) }, ({ path }) => ({
      contents: hollow(readFileSync(path, 'utf8')),
      loader: 'js',
    }));
  },
};

const EXPORT = /^export (?:class (?<class>\w+)|(?:const|(?:async )?function\*?) (?<function>\w+)(?<rest>.*))/;
const METHOD = /^ {4}(?<modifiers>(?:static )?)(?:async )?\*?(?!constructor\b)(?<method>\w+)\(.*\{$/;

/** The exports of a module without what is behind them. */
export function hollow(source: string): string {
  const lines = source.split('\n');
  const exported = lines.flatMap((line, at) => {
    if (!/^export\b/.test(line) || /^export \{\};$/.test(line)) return [];
    const { class: className, function: name, rest = '' } = EXPORT.exec(line)?.groups ?? {};
    if (className !== undefined) return [hollowClass(className, lines.slice(at + 1))];
    // A constant that is no function would be one in the bundle.
    if (name === undefined || /^ = (?!.*=>|async function|function)/.test(rest)) {
      throw new Error(`a module that exports this cannot be emptied: ${line}`);
    }
    return [`export function ${name}() { ${absent(name)} }`];
  });
  return [...exported, ABSENT].join('\n');
}

function hollowClass(name: string, after: string[]): string {
  const body = after.slice(0, after.indexOf('}'));
  const methods = body.flatMap((line) => {
    const { modifiers = '', method } = METHOD.exec(line)?.groups ?? {};
    return method === undefined ? [] : [` ${modifiers}${method}() { ${absent(`${name}.${method}`)} }`];
  });
  const none = ` constructor() { ${absent(name)} }`;
  return `export class ${name} {${methods.join('') || none} }`;
}

const ABSENT = 'function absent(name) { throw new Error(name + " is not in the bundle"); }';

function absent(name: string): string {
  return `absent("${name}");`;
}
