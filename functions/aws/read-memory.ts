/**
 * Answers of other accounts, kept for as long as a batch of a run lasts: hundreds of participants ask the owner of a
 * shared VPC, and hundreds of spokes their hub, the very same. Answers alone are kept, never credentials.
 */
import type { AccountId } from '../core/model/primitives.ts';
import type { SessionClients } from './client-pool.ts';

/** Of one account: the answer that is known for this key, or a new one. */
type Remember = <T>(key: string, ask: () => Promise<T>) => Promise<T>;

export interface ReadMemory {
  of(accountId: AccountId): Remember;
}

/** Some ten answers an account and Region; the oldest go first. */
const MOST_ANSWERS = 300;

export function createReadMemory(): ReadMemory {
  const answers = new Map<string, Promise<unknown>>();
  return {
    of:
      (accountId) =>
      <T>(key: string, ask: () => Promise<T>) => {
        const place = `${accountId} ${key}`;
        const known = answers.get(place);
        if (known) return known as Promise<T>;
        const answer = ask();
        answers.set(place, answer);
        const [oldest = place] = answers.keys();
        if (answers.size > MOST_ANSWERS) answers.delete(oldest);
        // A failure may pass.
        answer.catch(() => answers.delete(place));
        return answer;
      },
  };
}

interface Sending {
  send(...parameters: never[]): unknown;
}

/** The same session, with reads of EC2 and of name resolution answered from memory where they are known. */
export function withMemory(clients: SessionClients, remember: Remember): SessionClients {
  return {
    ...clients,
    ec2: (region, purpose) => {
      const client = clients.ec2(region, purpose);
      return purpose === 'write' ? client : remembering(client, `ec2 ${region}`, remember);
    },
    route53: () => remembering(clients.route53(), 'route53', remember),
    signedFetch: (call) =>
      call.mutates
        ? clients.signedFetch(call)
        : remember(JSON.stringify(call), () => clients.signedFetch(call)),
  };
}

/** A view of a client (as `viewOf`, shared-clients.ts). */
function remembering<Client extends Sending>(client: Client, name: string, remember: Remember): Client {
  const view: Client = Object.create(client);
  const send = (command: { input: unknown }) =>
    remember(`${name} ${kindOf(command)} ${JSON.stringify(command.input)}`, async () =>
      (client.send as (one: unknown) => unknown).call(client, command),
    );
  view.send = send as Client['send'];
  return view;
}

const kinds = new Map<unknown, number>();

/** By its class: names of classes are shortened in the bundle and no longer differ for certain. */
function kindOf({ constructor: kind }: object): number {
  const known = kinds.get(kind) ?? kinds.size;
  kinds.set(kind, known);
  return known;
}
