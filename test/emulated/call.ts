/** Calls of services that have no client of the SDK here, to moto: in any account and Region, unsigned. */

/** An account and a Region of an emulated AWS. */
export interface Place {
  /** Of moto. */
  url: string;
  accountId: string;
  region: string;
}

export interface Call {
  method: 'GET' | 'POST' | 'PUT';
  path?: string;
  headers?: Record<string, string>;
  body?: string | URLSearchParams;
}

export function send({ url, accountId, region }: Place, service: string, call: Call): Promise<Response> {
  const { method, path = '/', headers = {}, body = null } = call;
  return fetch(`${url}${path}`, {
    method,
    body,
    headers: {
      ...headers,
      'x-moto-account-id': accountId,
      authorization: `AWS4-HMAC-SHA256 Credential=EMULATED/20261120/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`,
    },
  });
}

/** The answer's text; throws where it is no success. */
export async function ask(place: Place, service: string, call: Call): Promise<string> {
  const answer = await send(place, service, call);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service} ${call.path ?? ''}: ${answer.status} ${text.slice(0, 400)}`);
  return text;
}

/** An operation of one of AWS's JSON protocols, e.g. `AmazonSQS.ReceiveMessage`. */
export async function askJson<T>(
  place: Place,
  service: string,
  target: string,
  input: object,
  version = '1.0',
): Promise<T> {
  const text = await ask(place, service, {
    method: 'POST',
    headers: { 'x-amz-target': target, 'content-type': `application/x-amz-json-${version}` },
    body: JSON.stringify(input),
  });
  return JSON.parse(text || '{}') as T;
}
