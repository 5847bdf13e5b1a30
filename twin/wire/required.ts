import { AwsError, type Piece } from '../contract.ts';
import type { ServiceModel } from './models.ts';
import type { Shape } from './shapes.ts';

/**
 * Required top-level members must be there. EC2: MissingParameter (EC2 API error codes). The others word
 * it as their common validation does, the code being the service's.
 */
export function checkRequired(model: ServiceModel, shape: Shape, input: Piece): void {
  if (shape.kind !== 'structure') return;
  const missing = shape.members
    .filter(({ name, required }) => required && input[name] === undefined)
    .map(({ name }) => name);
  if (missing.length > 0) throw missingError(model, missing);
}

function missingError(model: ServiceModel, missing: string[]): AwsError {
  if (model.protocol === 'ec2Query') {
    return new AwsError('MissingParameter', `The request must contain the parameter ${missing[0]}`, 400);
  }
  const list = missing
    .map(
      (name) =>
        `Value null at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
    )
    .join('; ');
  const message = `${missing.length} validation error${missing.length > 1 ? 's' : ''} detected: ${list}`;
  return new AwsError(validationCode(model), message, 400);
}

/** The code of the service's common validation. */
export function validationCode({ service, protocol }: ServiceModel): string {
  if (service === 'organizations') return 'InvalidInputException';
  if (protocol === 'awsQuery') return 'ValidationError';
  return protocol === 'restXml' ? 'InvalidInput' : 'ValidationException';
}
