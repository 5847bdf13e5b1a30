/** `dhmc explain` of a VPC: how its instances reach Systems Manager, link by link, and the ways to a path with their prices. */
import { describeClient } from '../../functions/core/network/clients.ts';
import { factsOf } from '../../functions/core/network/explain.ts';
import type { ClientPath } from '../../functions/core/network/instance-path.ts';
import { alternatives, type EndpointPrice, PRICES_AS_OF } from '../../functions/core/network/prices.ts';
import type { VpcVerdict } from '../../functions/core/network/vpc-verdict.ts';
import { REASONS } from '../../functions/core/reasons.ts';
import { renderBlock } from './rows.ts';
import { countOf, type Terminal, WIDEST_PROSE } from './style.ts';
import { renderTable, wrapText } from './table.ts';

type Format = Parameters<Terminal['paint']>[0];

/** Distinguished by shape and word too, so that color is never needed. */
const SIGNS: Record<'GREEN' | 'RED' | 'UNKNOWN', { sign: string; format: Format }> = {
  GREEN: { sign: '✓', format: 'green' },
  RED: { sign: '✗', format: ['red', 'bold'] },
  UNKNOWN: { sign: '?', format: 'yellow' },
};

const PATHS: Record<VpcVerdict['path'], string> = {
  PROVEN: 'proven: instances are Online',
  ENDPOINTS: 'interface endpoints of the VPC',
  CENTRAL: 'central endpoints of another VPC',
  INTERNET: 'a route to the internet',
  UNKNOWN: 'unknown',
  NONE: 'none',
};

const NAMED_CLIENTS = 3;

export function renderVpc(
  terminal: Terminal,
  verdict: VpcVerdict,
  { accountId, region, price }: { accountId: string; region: string; price: EndpointPrice },
): string {
  const sections = [
    heading(terminal, verdict, `${accountId} ${region}`),
    links(terminal, verdict.clients),
    reasons(terminal, verdict),
    ways(terminal, verdict, price),
    planned(terminal, verdict),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function heading(
  terminal: Terminal,
  { vpcId, path, ownerId, reasons: codes }: VpcVerdict,
  where: string,
): string {
  const blocked = codes.length > 0;
  const look: Format = path === 'NONE' || blocked ? ['yellow', 'bold'] : ['green', 'bold'];
  const shared = where.startsWith(ownerId) ? '' : `, shared by ${ownerId}`;
  const state =
    path === 'NONE'
      ? `The path of ${vpcId} to Systems Manager does not exist.`
      : `Path to Systems Manager: ${PATHS[path]}${blocked ? ', but see the reasons below' : ''}.`;
  return [
    `${terminal.paint('bold', vpcId)}  ${terminal.paint('dim', `${where}${shared}`)}`,
    terminal.paint(look, state),
  ].join('\n');
}

/** Instances that are alike once, with what was seen of each name and route. */
function links(terminal: Terminal, clients: readonly ClientPath[]): string {
  const groups = Map.groupBy(clients, (client) =>
    JSON.stringify([client.path, client.reasons, factsOf(client)]),
  );
  return [...groups.values()]
    .map((alike) => {
      const [first] = alike as [ClientPath];
      const names = alike.map(({ client }) => describeClient(client));
      const shown = names.slice(0, NAMED_CLIENTS).join(', ');
      const rest = names.length > NAMED_CLIENTS ? ` and ${names.length - NAMED_CLIENTS} more` : '';
      const { sign, format } = SIGNS[stateOf(first)];
      const head = `${terminal.paint(format, sign)} ${shown}${rest}: ${PATHS[first.path]}`;
      const evidence = factsOf(first).flatMap((fact) => wrapText(fact, proseWidth(terminal) - 4));
      return [head, ...evidence.map((line) => terminal.paint('dim', `    ${line}`))].join('\n');
    })
    .join('\n');
}

function stateOf({ path, reasons: codes }: ClientPath): keyof typeof SIGNS {
  if (path === 'NONE' || codes.length > 0) return 'RED';
  return path === 'UNKNOWN' ? 'UNKNOWN' : 'GREEN';
}

function reasons(terminal: Terminal, { findings }: VpcVerdict): string {
  if (findings.length === 0) return '';
  const blocks = findings.map(({ code, sentence }) =>
    renderBlock(
      terminal,
      `  ${code}`,
      `${sentence} ${REASONS[code as keyof typeof REASONS]?.remedy ?? ''}`.trim(),
    ),
  );
  return [terminal.paint('bold', 'Reasons'), ...blocks].join('\n');
}

const WORDS: Record<string, string> = {
  NAT_GATEWAY: 'NAT gateway',
  CENTRAL_ENDPOINTS: 'central endpoints',
  RESOLVER_FORWARDER: 'Resolver inbound endpoint',
  HOSTS_FILE: 'hosts file',
};

/** Cheapest decisions need the prices side by side. */
function ways(terminal: Terminal, { path, proposal }: VpcVerdict, price: EndpointPrice): string {
  const own =
    proposal === null
      ? []
      : [
          [
            'endpoints of the VPC',
            `$${proposal.monthlyUsd.toFixed(2)}`,
            `${countOf(proposal.services.length, 'interface endpoint')} (${proposal.services.map((name) => name.split('.').at(-1)).join(', ')}), ${countOf(proposal.endpointZones, 'endpoint-zone')}; with endpoints: provision.`,
          ],
        ];
  const services = proposal?.services.length ?? 2;
  const zones = proposal ? Math.ceil(proposal.endpointZones / services) : 2;
  const others =
    path === 'NONE'
      ? alternatives(services, zones, price).map(({ what, monthlyUsd, sentence }) => [
          WORDS[what] ?? what,
          monthlyUsd > 0 ? `$${monthlyUsd.toFixed(2)}` : 'no charge',
          sentence,
        ])
      : [];
  if (own.length + others.length === 0) return '';
  const table = renderTable(
    terminal,
    [{ head: 'way' }, { head: 'a month', align: 'right' }, { head: 'what it is', wraps: true }],
    [...own, ...others],
  );
  const note = `  List prices of ${PRICES_AS_OF}${price.estimated ? ', estimated for this Region' : ''}, without data processing.`;
  return [terminal.paint('bold', 'Ways to a path'), table, terminal.paint('dim', note)].join('\n');
}

function planned(terminal: Terminal, { changes, path }: VpcVerdict): string {
  const lines = changes.map(
    ({ action, monthlyCostUsd }) =>
      `  ${action.kind}${monthlyCostUsd ? `, $${monthlyCostUsd.toFixed(2)} a month` : ''}`,
  );
  if (lines.length > 0) return [terminal.paint('bold', 'Enforce would do'), ...lines].join('\n');
  return path === 'UNKNOWN'
    ? 'To find out: on an instance of the VPC, resolve the names and connect to them on TCP 443.'
    : '';
}

const proseWidth = ({ width }: Terminal) => Math.min(WIDEST_PROSE, width);
