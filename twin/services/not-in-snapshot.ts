import { AwsError } from '../contract.ts';

/**
 * What the files do not say is not answered, where an empty answer would be taken for a fact: snapshots of older
 * versions and of readers without the permission lack it.
 */
export function notInSnapshot(what: string): AwsError {
  return new AwsError('NotImplemented', `The snapshot does not say: ${what}.`, 501);
}
