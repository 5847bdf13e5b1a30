/** Errors of Organizations' writes that carry a reason. */
import { AwsError } from '../../contract.ts';

/** "Performing this operation violates a minimum or maximum value limit." */
export function constraintViolation(reason: string, message: string): AwsError {
  return new AwsError('ConstraintViolationException', message, 400, { Reason: reason });
}

/** "You provided invalid values for one or more of the request parameters." */
export function invalidInput(reason: string, message: string): AwsError {
  return new AwsError('InvalidInputException', message, 400, { Reason: reason });
}
