import { AwsError } from '../../contract.ts';

/** "The vpc ID 'vpc-1' does not exist". Codes: EC2 error codes; wording: public reports of these errors. */
export function notFound(code: string, noun: string): (ids: string[]) => AwsError {
  return ([id]) => new AwsError(code, `The ${noun} '${id}' does not exist`);
}
