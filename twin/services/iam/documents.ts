/** Policy documents in requests and answers of IAM. */
import { AwsError, type Piece } from '../../contract.ts';
import { parseDocument } from '../../iam/policies.ts';

const STATEMENT_ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/**
 * Parses a trust or permissions policy of a request. Throws MalformedPolicyDocument where the grammar is
 * broken (IAM user guide, reference_policies_grammar). The messages are those seen in public reports, as far
 * as there are any. That a trust policy's principals exist isn't checked.
 */
export function readPolicyDocument(text: unknown, kind: 'trust' | 'permissions'): Piece {
  const document = parseDocument(String(text ?? ''));
  if (!document) throw malformed('This policy contains invalid Json');
  const version = document.Version ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17')
    throw malformed('Syntax error at position (1,1).');
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  if (document.Statement === undefined || statements.length === 0)
    throw malformed('Syntax errors in policy.');
  for (const statement of statements) checkStatement(statement, kind);
  return document;
}

function checkStatement(statement: unknown, kind: 'trust' | 'permissions'): void {
  if (typeof statement !== 'object' || statement === null) throw malformed('Syntax errors in policy.');
  const has = (name: string) => Object.hasOwn(statement, name);
  const { Effect } = statement as Piece;
  const known = Object.keys(statement).every((name) => STATEMENT_ELEMENTS.has(name));
  if (!known || (Effect !== 'Allow' && Effect !== 'Deny')) throw malformed('Syntax errors in policy.');
  if (has('Action') === has('NotAction')) throw malformed('Policy statement must contain actions.');
  if (kind === 'permissions') {
    if (has('Principal') || has('NotPrincipal')) {
      throw malformed('Policy document should not specify a principal.');
    }
    if (has('Resource') === has('NotResource')) throw malformed('Policy statement must contain resources.');
    return;
  }
  if (has('Resource') || has('NotResource')) throw malformed('Has prohibited field Resource');
  if (has('Principal') === has('NotPrincipal')) throw malformed('Missing required field Principal');
  const { Action = [] } = statement as Piece;
  const actions: unknown[] = Array.isArray(Action) ? Action : [Action];
  if (!actions.every((action) => /^(sts:|\*$)/i.test(String(action)))) {
    throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
  }
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
