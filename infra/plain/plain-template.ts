/** Makes a plain CloudFormation template of a synthesized one: no metadata of the CDK, no bootstrap, parameters instead. */

// biome-ignore lint/suspicious/noExplicitAny: any part of a template
type Part = any;

export interface PlainTemplate {
  AWSTemplateFormatVersion: '2010-09-09';
  Description: string;
  Parameters: Record<string, Record<string, unknown>>;
  Resources: Record<string, Part>;
  Outputs?: Record<string, Part>;
}

/** Resources and outputs as the CDK made them, without what only the CDK reads. */
export interface Synthesized {
  Description?: string;
  Resources: Record<string, Part>;
  Outputs?: Record<string, Part>;
}

/** checkov's reasons stay: whoever reviews the template needs them too. */
export function withoutCdkMetadata({ Description, Resources, Outputs }: Synthesized): Synthesized {
  const kept = Object.entries(Resources).filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata');
  return {
    ...(Description === undefined ? {} : { Description }),
    Resources: Object.fromEntries(
      kept.map(([id, { Metadata, ...resource }]) => [
        id,
        Metadata?.checkov ? { ...resource, Metadata: { checkov: Metadata.checkov } } : resource,
      ]),
    ),
    ...(Outputs === undefined ? {} : { Outputs }),
  };
}

/** What represents a text in a string, or for an intrinsic function such as a reference to a parameter. */
export type Replacement = { standIn: string; by: string | Part };

/** Every stand-in replaced, within strings and within `Fn::Join`, and each number by another. */
export function replaceStandIns(part: Part, replacements: readonly Replacement[]): Part {
  if (typeof part === 'string') return joined(piecesOf(part, replacements));
  if (Array.isArray(part)) return part.map((each) => replaceStandIns(each, replacements));
  if (typeof part !== 'object' || part === null) return part;
  const join = part['Fn::Join'];
  if (Array.isArray(join) && join[0] === '' && Array.isArray(join[1])) {
    const pieces = join[1].flatMap((each: Part) =>
      typeof each === 'string' ? piecesOf(each, replacements) : [replaceStandIns(each, replacements)],
    );
    return joined(pieces);
  }
  return Object.fromEntries(
    Object.entries(part).map(([key, each]) => [key, replaceStandIns(each, replacements)]),
  );
}

function piecesOf(text: string, replacements: readonly Replacement[]): Part[] {
  let pieces: Part[] = [text];
  for (const { standIn, by } of replacements) {
    pieces = pieces.flatMap((piece) => {
      if (typeof piece !== 'string' || !piece.includes(standIn)) return [piece];
      return piece.split(standIn).flatMap((each, index) => (index === 0 ? [each] : [by, each]));
    });
  }
  return pieces;
}

/** Neighboring texts become one, as the CDK writes them. */
function joined(pieces: readonly Part[]): Part {
  const merged: Part[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') merged[merged.length - 1] = last + piece;
    else if (piece !== '') merged.push(piece);
  }
  if (merged.length === 0) return '';
  return merged.length === 1 ? merged[0] : { 'Fn::Join': ['', merged] };
}
