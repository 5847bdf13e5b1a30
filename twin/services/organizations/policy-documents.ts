/**
 * What a policy document must be for Organizations to take it. Sources: Organizations user guide,
 * orgs_manage_policies_scps_syntax and orgs_manage_policies_rcps_syntax; sizes: orgs_reference_limits; words of
 * MalformedPolicyDocumentException: API reference, those of the size: public reports.
 */
import { AwsError, type Piece } from '../../contract.ts';
import { faultOf } from '../../iam/validate-document.ts';
import type { EvaluatedPolicyType } from '../../policy-types.ts';
import { constraintViolation } from './refusals.ts';

/** "Service control policies: 5120 characters", "Resource control policies: 5120 characters". */
const LONGEST: Record<EvaluatedPolicyType, number> = {
  SERVICE_CONTROL_POLICY: 5120,
  RESOURCE_CONTROL_POLICY: 5120,
};

/** Throws MalformedPolicyDocumentException, or ConstraintViolationException for one that is too long. */
export function checkContent(content: string, type: EvaluatedPolicyType): void {
  if (content.length > LONGEST[type]) {
    throw constraintViolation('POLICY_CONTENT_LIMIT_EXCEEDED', 'You have exceeded the maximum policy size.');
  }
  const document = parseObject(content);
  const isSound =
    document !== undefined &&
    // "Every SCP must include a Version element with the value "2012-10-17"", and every RCP too
    document.Version === '2012-10-17' &&
    (type === 'SERVICE_CONTROL_POLICY'
      ? faultOf(document, 'permissions') === undefined
      : isResourceControl(document));
  if (isSound) return;
  throw new AwsError(
    'MalformedPolicyDocumentException',
    'The provided policy document does not meet the requirements of the specified policy type.',
  );
}

/** "The effect of Allow is only supported for the RCPFullAWSAccess policy"; the only principal is `*`; there is no NotAction. */
function isResourceControl(document: Piece): boolean {
  const statements: unknown[] = [document.Statement].flat();
  if (!statements.every(isObject)) return false;
  const own = statements.map(({ Principal, ...others }) => ({ principal: Principal, others }));
  return (
    own.every(
      ({ principal, others }) =>
        principal === '*' &&
        others.Effect === 'Deny' &&
        !('NotPrincipal' in others) &&
        !('NotAction' in others),
    ) && faultOf({ ...document, Statement: own.map(({ others }) => others) }, 'permissions') === undefined
  );
}

function parseObject(content: string): Piece | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Piece {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
