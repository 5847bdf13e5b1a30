/**
 * Requests that a web page made a browser send. The twin listens on loopback, which any page in a browser on
 * this machine reaches; the control interface needs no credentials.
 */
import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** Why the request is refused; undefined: it may pass. `isControl`: a request of `/_twin/*`. */
export function refusalOf(headers: IncomingHttpHeaders, isControl: boolean): string | undefined {
  const { host, origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    return `The twin does not answer web pages: the header Origin is ${origin.slice(0, 100)}.`;
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none' && site !== 'same-origin') {
    return `The twin does not answer web pages: the header Sec-Fetch-Site is ${String(site).slice(0, 100)}.`;
  }
  // a page whose name was made to resolve to 127.0.0.1 is its own origin; its name is in Host
  if ((isControl || origin !== undefined) && !LOOPBACK.test(host ?? '')) {
    return `The twin answers on localhost, 127.0.0.1 and [::1] alone: the header Host is ${(host ?? 'missing').slice(0, 100)}.`;
  }
  return undefined;
}
