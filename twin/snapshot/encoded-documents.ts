/**
 * Policy documents as IAM's API returns them: "URL-encoded compliant with RFC 3986" (API reference,
 * GetAccountAuthorizationDetails). The AWS CLI and boto3 decode them, other clients do not.
 */
import type { Piece } from '../contract.ts';
import { parseDocument } from '../iam/policies.ts';

const DOCUMENTS = new Set(['AssumeRolePolicyDocument', 'PolicyDocument', 'Document']);

/** Puts objects in place of documents that are text, in place; a text that is no document is left for the schema to refuse. */
export function decodeDocuments(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value as Piece)) {
    if (typeof inner !== 'string') decodeDocuments(inner);
    else if (DOCUMENTS.has(key)) (value as Piece)[key] = parseDocument(inner) ?? inner;
  }
}
