/** A key that would leave its folder, or that S3 and a folder would not hold alike. */
export class InvalidArtifactKeyError extends Error {
  constructor(key: string) {
    super(
      `artifact key ${JSON.stringify(key)} is not allowed: use parts of letters, digits, '.', '_', '-', ':', '=' and '@' that do not begin with '.', joined by '/'`,
    );
    this.name = 'InvalidArtifactKeyError';
  }
}

const PART = /^[A-Za-z0-9_\-:=@][A-Za-z0-9_\-:=@.]*$/;

/** The parts of a key; refuses `..`, absolute and empty ones before anything is touched. */
export function splitArtifactKey(key: string): string[] {
  const parts = key.split('/');
  if (!parts.every((part) => PART.test(part))) throw new InvalidArtifactKeyError(key);
  return parts;
}
