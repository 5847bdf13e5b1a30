/** Policy documents in requests and answers of IAM. */
import { AwsError, type Piece, type TwinState } from '../../contract.ts';
import { parseDocument } from '../../iam/policies.ts';
import { faultOfPrincipals } from '../../iam/trust-principals.ts';
import { type DocumentKind, faultOf } from '../../iam/validate-document.ts';

/**
 * Parses a policy of a request; `state` is given for a trust policy, whose principals must exist. Throws
 * MalformedPolicyDocument in IAM's words (iam/validate-document.ts).
 */
export function readPolicyDocument(text: unknown, kind: 'trust', state: TwinState): Piece;
export function readPolicyDocument(text: unknown, kind: 'permissions' | 'session'): Piece;
export function readPolicyDocument(text: unknown, kind: DocumentKind, state?: TwinState): Piece {
  const document = parseDocument(String(text ?? ''));
  if (!document) throw malformed('This policy contains invalid Json');
  const fault = faultOf(document, kind) ?? (state && faultOfPrincipals(document, state));
  if (fault !== undefined) throw malformed(fault);
  return document;
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message, 400);
}

/**
 * A document of the state as IAM answers it: "URL-encoded compliant with RFC 3986" (API reference, Role). The
 * text itself is the JSON of what the snapshot holds; AWS keeps the white space that it was given.
 */
export function encodeDocument(document: unknown): string {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  if (text.trimStart().startsWith('%')) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
