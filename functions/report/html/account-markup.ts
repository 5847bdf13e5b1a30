/** Markup of one account. The same code makes it for small reports here and for large ones in the page. */
import type {
  AccountDetail,
  AccountLine,
  ChangeRow,
  FindingRow,
  InstanceRow,
  RegionRow,
  VpcRow,
} from './account-view.ts';
import { type Child, count, countOf, foreign, html, joined, type Markup, usd } from './markup.ts';
import { LOOKS, statusLabel, statusOfLetter } from './statuses.ts';

export interface AccountContext {
  /** Regions of the run, sorted. */
  regions: readonly string[];
  /** Labels of organizational units. */
  units: readonly string[];
}

const NAMED_REASONS = 2;

/** `id` of the element: what links of the page lead to. */
export const accountAnchor = (id: string): string => `a-${id}`;

export const reasonAnchor = (code: string): string => `code-${code.replace(/^WAIVED:/, '')}`;

export function accountElement(line: AccountLine, context: AccountContext, body: Child): Markup {
  return html`<details class="account" id="${accountAnchor(line.id)}" data-id="${line.id}">
    <summary>${summaryOf(line, context)}</summary><div class="body">${body}</div></details>`;
}

function summaryOf(line: AccountLine, context: AccountContext): Markup {
  const more = line.reasons.length - NAMED_REASONS;
  const why = line.reasons.slice(0, NAMED_REASONS).map((code, index) => {
    const rest = more > 0 && index === NAMED_REASONS - 1 && html` <span class="more">+${more}</span>`;
    return html`<span class="reason"><code>${code}</code>${rest}</span>`;
  });
  const unmanaged = line.running - line.managed;
  return html`${statusLabel(line.status)}<span class="who">
    <b>${foreign(line.name)}</b> <span class="id">${line.id}</span></span>
    <span class="unit" title="${context.units[line.unit] ?? ''}">${foreign(context.units[line.unit]?.split(' / ').at(-1) ?? '')}</span>
    ${regionStrip(line.regions)}<span class="why">${why}</span>
    <span class="nodes">
    ${line.running > 0 ? html`${count(line.managed)} of ${countOf(line.running, 'instance')}${unmanaged > 0 && html`<span class="sr"> managed</span>`}` : ''}
    </span>`;
}

const STEP = 7;

/** A bar for each Region, as high as it is bad. */
function regionStrip(letters: string): Markup {
  const bars = [...letters].map((letter, index) => {
    const status = statusOfLetter(letter);
    if (status === null) return '';
    const height = HEIGHTS[letter] ?? 6;
    return html`<rect class="${LOOKS[status].name}" x="${index * STEP}" y="${16 - height}" width="5" height="${height}"/>`;
  });
  return html`<svg class="strip" width="${letters.length * STEP}" height="16" role="img" aria-label="${describeLetters(letters) || 'no targets'}">
    ${bars}</svg>`;
}

const HEIGHTS: Record<string, number> = { C: 6, S: 3, V: 10, N: 14, E: 16 };

/** `12 compliant, 5 skipped`. */
export function describeLetters(letters: string): string {
  return Object.values(LOOKS)
    .map(({ letter, word }) => ({ word: word.toLowerCase(), found: letters.split(letter).length - 1 }))
    .filter(({ found }) => found > 0)
    .map(({ word, found }) => `${found} ${word}`)
    .join(', ');
}

export function accountBody(line: AccountLine, detail: AccountDetail, context: AccountContext): Markup {
  const { role } = detail;
  return html`<dl class="facts"><div><dt>Account</dt><dd><code>${line.id}</code></dd></div><div>
    <dt>Unit</dt><dd>${foreign(context.units[line.unit] ?? '')}</dd></div>${line.owner !== '' && html`<div><dt>Owner</dt><dd>${foreign(line.owner)}</dd></div>`}<div><dt>Role</dt><dd>
    <code>${foreign(role.arn)}
    </code> ${role.state.toLowerCase().replaceAll('_', ' ')}${role.owner === 'OURS' && ', ours'}${role.owner === 'OTHER' && ', not ours'}
    </dd></div>${line.was !== null && html`<div><dt>Since</dt><dd>${describeWas(line.was)}</dd></div>`}</dl>
${regionsTable(detail.rows)}${findingsList(detail.findings)}${vpcsTable(detail.vpcs)}${instancesTable(detail.instances, detail.managed)}${changesTable(detail.changes)}`;
}

function describeWas(was: string): string {
  return was === '+' ? 'not in the compared run' : `was ${describeLetters(was) || 'without targets'}`;
}

/** Links to what a code means. */
export function codeLinks(codes: readonly string[]): Child {
  return joined(
    codes.map((code) => html`<a class="code" href="#${reasonAnchor(code)}">${code}</a>`),
    ' ',
  );
}

const wrapped = (caption: string, table: Child): Markup =>
  html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table>
    <caption>${caption}</caption>${table}</table></div>`;

function regionsTable(rows: readonly RegionRow[]): Markup {
  return wrapped(
    'Regions',
    html`<thead><tr><th scope="col">Region</th><th scope="col">Status</th>
      <th scope="col">Reasons and notes</th><th scope="col">Setting</th>
      <th scope="col" class="n">Managed</th><th scope="col" class="n">Running</th>
      <th scope="col" class="n">Stopped</th></tr></thead><tbody>${rows.map(
        ({ regions, status, reasons, notes, setting, instances }) =>
          html`<tr><th scope="row">${regionNames(regions)}</th><td>${statusLabel(status)}</td>
          <td>${codeLinks([...reasons, ...notes])}</td>
          <td>${setting === null ? '' : html`<code>${foreign(setting)}</code>`}</td>
          ${
            instances
              ? [instances[1], instances[0], instances[2]].map(
                  (value) => html`<td class="n">
          ${count(value)}</td>`,
                )
              : html`<td colspan="3" class="none">no instances</td>`
          }</tr>`,
      )}</tbody>`,
  );
}

const NAMED_REGIONS = 3;

function regionNames(regions: readonly string[]): Child {
  const names = joined(
    regions.map((region) => html`<span class="nb">${region}</span>`),
    ', ',
  );
  if (regions.length <= NAMED_REGIONS) return names;
  return html`<span class="many">${countOf(regions.length, 'Region')}</span> <span class="list">${names}
    </span>`;
}

function findingsList(findings: readonly FindingRow[]): Child {
  if (findings.length === 0) return null;
  return html`<h3>What was seen</h3><ul class="findings">${findings.map(
    ({ code, subject, sentence, regions, waived }) =>
      html`<li>${codeLinks([code])} ${foreign(sentence)}${
        subject !== null &&
        !sentence.includes(subject) &&
        html` <span class="where">
        <code>${foreign(subject)}</code></span>`
      }${
        regions.length > 0 &&
        html` <span class="where">
        ${regions.join(', ')}
        </span>`
      }${waived !== null && html` <span class="where">(${foreign(waived)})</span>`}</li>`,
  )}</ul>`;
}

function vpcsTable(vpcs: readonly VpcRow[]): Child {
  if (vpcs.length === 0) return null;
  return wrapped(
    'VPCs and their path to Systems Manager',
    html`<thead><tr><th scope="col">VPC</th><th scope="col">Region</th><th scope="col">Path</th>
      <th scope="col">Reasons</th><th scope="col">Endpoints</th>
      <th scope="col" class="n">A month</th></tr></thead><tbody>${vpcs.map(
        ({ vpcId, ownerId, region, path, reasons, endpoints, usd: cost }) =>
          html`<tr><th scope="row"><code>${vpcId}</code>
          ${ownerId !== null && html` <span class="where">of ${ownerId}</span>`}</th>
          <td class="nb">${region}</td><td>${path.toLowerCase()}</td><td>${codeLinks(reasons)}</td>
          <td>${endpoints.join('; ')}</td><td class="n">${cost > 0 ? usd(cost) : ''}</td></tr>`,
      )}</tbody>`,
  );
}

function instancesTable(instances: readonly InstanceRow[], managed: readonly string[]): Child {
  if (instances.length + managed.length === 0) return null;
  const table =
    instances.length > 0 &&
    wrapped(
      'Instances that are not managed',
      html`<thead><tr><th scope="col">Instance</th><th scope="col">Region</th>
        <th scope="col">Verdict</th><th scope="col">Reason</th><th scope="col">Credentials</th>
        <th scope="col">Next step</th></tr></thead><tbody>${instances.map(
          ({ id, region, verdict, reason, source, advice }) =>
            html`<tr><th scope="row"><code>${foreign(id)}</code></th><td class="nb">${region}</td><td>
            <a class="code" href="#verdict-${verdict}">${verdict}</a></td>
            <td>${reason === null ? '' : codeLinks([reason])}</td>
            <td>${source === null ? '' : source.toLowerCase().replaceAll('_', ' ').replace('dhmc', 'DHMC')}
            </td><td class="advice">${foreign(advice ?? '')}</td></tr>`,
        )}</tbody>`,
    );
  const list =
    managed.length > 0 &&
    html`<p class="ids"><b>${countOf(managed.length, 'managed instance')}:</b> ${joined(
      managed.map((id) => html`<code>${foreign(id)}</code>`),
      ', ',
    )}</p>`;
  return html`${table}${list}`;
}

function changesTable(changes: readonly ChangeRow[]): Child {
  if (changes.length === 0) return null;
  const costs = changes.some(({ usd: cost }) => cost !== null && cost !== 0);
  return wrapped(
    'Changes',
    html`<thead><tr><th scope="col">Change</th><th scope="col">Region</th><th scope="col">Outcome</th>
      <th scope="col">Resource</th>${costs && html`<th scope="col" class="n">A month</th>`}</tr></thead>
      <tbody>${changes.map(
        ({ kind, region, outcome, resource, error, usd: cost }) =>
          html`<tr><th scope="row">${kind}</th><td class="nb">${region ?? 'IAM'}</td>
          <td>${outcome.toLowerCase().replace('_', ' ')}${
            error !== null &&
            html`<br>
          <span class="where">${foreign(error)}</span>`
          }</td><td>
          <code>${foreign(resource)}</code></td>${
            costs &&
            html`<td class="n">${cost ? usd(cost) : ''}
          </td>`
          }</tr>`,
      )}</tbody>`,
  );
}
