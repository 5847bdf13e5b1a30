/** A snapshot that can't be read, or written. The message is one line: file, JSON path, reason, what to do. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  /** Path of the file inside the snapshot's folder, or the folder itself. */
  readonly file: string;
  /** JSON path such as `$.Accounts[3].Id`; empty when the file as a whole is meant. */
  readonly path: string;

  constructor(file: string, path: string, reason: string, cause?: unknown) {
    const line = [file, path, reason].filter((part) => part !== '').join(': ');
    super(line.replace(/\s*[\r\n]+\s*/g, ' '), cause === undefined ? undefined : { cause });
    this.file = file;
    this.path = path;
  }
}

/** `$.Regions["ap-northeast-1"].Ec2.Vpcs[0]`: dots for names, brackets for anything else. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = String(key);
    return /^[A-Za-z_]\w*$/.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
  }, '$');
}

/** What a JSON value is, as an error says it: `a number`, `null`, `"eleven"`. */
export function describeType(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

/** The value itself where it is short enough to be quoted, else its type. */
export function describeValue(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return describeType(value);
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}..."`;
}

/** `ENOENT` and the like of an error of the file system. */
export function systemErrorCode(error: unknown): string | undefined {
  const code: unknown = Object(error).code;
  return typeof code === 'string' ? code : undefined;
}
