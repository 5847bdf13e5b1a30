/**
 * GetDocument of the account's own documents (`Ssm.Documents: [{Name, Content}]`). Source: SSM API reference;
 * service authorization reference (ssm:GetDocument on `document/<name>`).
 */
import { AwsError, type Call, type Operation, type Piece } from '../../contract.ts';

/** Documents of AWS and versions other than the default one are not served; neither is another format. */
export const GetDocument: Operation = {
  honours: ['Name', 'DocumentFormat'],
  mutates: false,
  permissions: ({ Name }, call) => {
    const document = documentsOf(call).find((each) => each.Name === nameOf(Name));
    return [
      {
        action: 'ssm:GetDocument',
        resource: `arn:${call.state.partition}:ssm:${call.region}:${call.accountId}:document/${nameOf(Name)}`,
        context: document ? keysOf(document) : {},
      },
    ];
  },
  handle: ({ Name, DocumentFormat = 'JSON' }, call) => {
    const document = findDocument(nameOf(Name), call);
    const format = document.DocumentFormat ?? 'JSON';
    if (format !== DocumentFormat) {
      throw new AwsError('NotImplemented', `The twin does not turn ${format} into ${DocumentFormat}.`, 501);
    }
    return {
      Name: document.Name,
      DocumentVersion: document.DocumentVersion ?? '1',
      Status: 'Active',
      Content: contentOf(document),
      DocumentType: document.DocumentType ?? typeOf(document),
      DocumentFormat: format,
      // the date is the twin's own start where the snapshot has none: AWS always answers with one
      CreatedDate: document.CreatedDate ?? call.state.captured.organization.CapturedAt,
    };
  },
};

/** A name, or the ARN of a document. */
function nameOf(name: unknown): string {
  return String(name ?? '').replace(/^arn:[^:]+:ssm:[^:]*:\d*:document\//, '');
}

function findDocument(name: string, call: Call): Piece {
  const document = documentsOf(call).find((each) => each.Name === name);
  if (document) return document;
  // The message as the AWS CLI shows it for a document that does not exist (public reports).
  throw new AwsError('InvalidDocument', `Document with name ${name} does not exist.`, 400);
}

function documentsOf(call: Call): Piece[] {
  return call.state.region(call.accountId, call.region).Ssm.Documents ?? [];
}

/** Keys of ssm:GetDocument, and of the resource type's tags. */
function keysOf(document: Piece): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = {
    'ssm:DocumentType': document.DocumentType ?? typeOf(document),
  };
  if (document.Category !== undefined) context['ssm:DocumentCategories'] = document.Category;
  for (const { Key, Value } of (document.Tags ?? []) as Piece[]) {
    context[`aws:ResourceTag/${Key}`] = Value;
    context[`ssm:ResourceTag/${Key}`] = Value;
  }
  return context;
}

function contentOf({ Content }: Piece): string {
  return typeof Content === 'string' ? Content : JSON.stringify(Content ?? {});
}

/** "Valid values: InteractiveCommands | Port | Standard_Stream" is what a session document has and a command has not. */
function typeOf(document: Piece): string {
  return contentOf(document).includes('"sessionType"') ? 'Session' : 'Command';
}
