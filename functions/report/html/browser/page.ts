/**
 * The page's only script: search, filters and order of the accounts, their bodies on demand, and links that lead to
 * them. Without it the page is complete but for these.
 */
import { type AccountContext, accountAnchor, accountBody, accountElement } from '../account-markup.ts';
import type { AccountDetail, AccountLine } from '../account-view.ts';
import type { Markup } from '../markup.ts';

interface Row {
  line: AccountLine;
  /** Lower case: what is searched first. */
  text: string;
  /** JSON of the detail; null: the element is in the page already. */
  detail: string | null;
  element: HTMLDetailsElement | null;
}

const SHOWN_AT_FIRST = 100;
/** Of a word that is looked for in details too: shorter ones are in nearly all, and there is much to look through. */
const LEAST_LETTERS = 4;

const list = required('list');
const form = document.querySelector<HTMLFormElement>('form.filters');
const found = document.querySelector<HTMLElement>('.found');
const pages = document.querySelector<HTMLElement>('.pages');
const nothing = document.querySelector<HTMLElement>('.nothing');
const context = JSON.parse(required('context').textContent ?? '') as AccountContext;
const rows = readRows();
const byId = new Map(rows.map((row) => [row.line.id, row]));

let matching = rows;
let shown = SHOWN_AT_FIRST;

function required(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/** Lines in the order of the page; a details element follows those whose accounts are not written out. */
function readRows(): Row[] {
  const read: Row[] = [];
  for (const script of document.querySelectorAll('script.lines')) {
    const lines = JSON.parse(script.textContent ?? '[]') as AccountLine[];
    const next = script.nextElementSibling;
    const details = next?.matches('script.details') ? (next.textContent ?? '').split('\n') : [];
    for (const [index, line] of lines.entries()) {
      const written = document.getElementById(accountAnchor(line.id));
      read.push({
        line,
        text: [line.id, line.name, line.owner, context.units[line.unit], ...line.reasons, ...line.others]
          .join(' ')
          .toLowerCase(),
        detail: details[index] ?? null,
        element: written instanceof HTMLDetailsElement ? written : null,
      });
    }
  }
  return read;
}

function elementOf(markup: Markup): HTMLDetailsElement {
  const template = document.createElement('template');
  template.innerHTML = markup.markup;
  return template.content.firstElementChild as HTMLDetailsElement;
}

function rowElement(row: Row): HTMLDetailsElement {
  if (row.element) return row.element;
  const element = elementOf(accountElement(row.line, context, null));
  element.addEventListener('toggle', () => fillBody(row, element));
  row.element = element;
  return element;
}

function fillBody({ line, detail }: Row, element: HTMLDetailsElement): void {
  const body = element.querySelector('.body');
  if (!element.open || detail === null || !body || body.hasChildNodes()) return;
  body.innerHTML = accountBody(line, JSON.parse(detail) as AccountDetail, context).markup;
}

function value(name: string): string {
  const field = form?.elements.namedItem(name);
  return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.value : '';
}

function matches(row: Row, words: string[]): boolean {
  const { line } = row;
  const status = value('status');
  const region = value('region');
  const letter = region === '' ? null : line.regions[context.regions.indexOf(region)];
  const code = value('code');
  const unit = value('unit');
  const changes = value('changes');
  const owner = value('owner').toLowerCase().trim();
  return (
    (letter === null
      ? status === '' || line.status === status
      : letter !== '-' && letterFits(letter, status)) &&
    (unit === '' || context.units[line.unit] === unit) &&
    (code === '' || line.reasons.includes(code) || line.others.includes(code)) &&
    (changes === '' || line.changes.includes(changes)) &&
    (owner === '' || line.owner.toLowerCase().includes(owner)) &&
    (value('differs') === '' || line.was !== null) &&
    words.every(
      (word) => row.text.includes(word) || (word.length >= LEAST_LETTERS && detailText(row).includes(word)),
    )
  );
}

/** Of one Region, its own status counts, and `any` is any that is covered. */
function letterFits(letter: string | undefined, status: string): boolean {
  const letters: Record<string, string> = {
    COMPLIANT: 'C',
    NON_COMPLIANT: 'N',
    ERROR: 'E',
    CONVERGING: 'V',
    SKIPPED: 'S',
  };
  return status === '' || letters[status] === letter;
}

const texts = new WeakMap<Row, string>();

/** Ids of instances, VPCs and roles, and sentences: looked through only where the line does not have the word. */
function detailText(row: Row): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const text = (row.detail ?? row.element?.textContent ?? '').toLowerCase();
  texts.set(row, text);
  return text;
}

const RANK: Record<string, number> = { ERROR: 0, NON_COMPLIANT: 1, CONVERGING: 2, COMPLIANT: 3, SKIPPED: 4 };

const troubled = ({ regions }: AccountLine): number => regions.split(/[NE]/).length;

const ORDERS: Record<string, (a: AccountLine, b: AccountLine) => number> = {
  status: (a, b) => (RANK[a.status] ?? 9) - (RANK[b.status] ?? 9) || troubled(b) - troubled(a),
  name: (a, b) => a.name.localeCompare(b.name),
  id: () => 0,
  unmanaged: (a, b) => b.running - b.managed - (a.running - a.managed),
  cost: (a, b) => b.usd + b.plannedUsd - (a.usd + a.plannedUsd),
};

function apply(): void {
  const words = value('text').toLowerCase().split(/\s+/).filter(Boolean);
  const order = ORDERS[value('sort')] ?? ORDERS.id;
  matching = rows.filter((row) => matches(row, words));
  if (order) matching.sort((a, b) => order(a.line, b.line) || a.line.id.localeCompare(b.line.id));
  shown = SHOWN_AT_FIRST;
  draw();
  keepInAddress();
}

const ADDRESS = '#accounts?';

/** Filters, order and search, so that a link shows what its sender saw. The fragment is sent to no server. */
function keepInAddress(): void {
  if (!form || location.hash.startsWith('#a-')) return;
  const set = [...new FormData(form)].flatMap(([name, set]) =>
    typeof set === 'string' && set !== '' && !(name === 'sort' && set === 'status') ? [[name, set]] : [],
  );
  const now = set.length === 0 ? '' : `${ADDRESS}${new URLSearchParams(set)}`;
  if (now === '' && !location.hash.startsWith(ADDRESS)) return;
  history.replaceState(null, '', now === '' ? '#accounts' : now);
}

/** The filters that the address holds; false where it holds none. */
function filterByAddress(): boolean {
  if (!form || !location.hash.startsWith(ADDRESS)) return false;
  const asked = new URLSearchParams(location.hash.slice(ADDRESS.length));
  form.reset();
  for (const [name, wanted] of asked) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLSelectElement || field instanceof HTMLInputElement) field.value = wanted;
  }
  apply();
  return true;
}

/** Prints the accounts that fit with everything that is known of them; they are closed again afterwards. */
function printDetails(): void {
  const before = shown;
  shown = matching.length;
  draw();
  const opened = matching.map(rowElement).filter((element) => !element.open);
  for (const row of matching) {
    const element = rowElement(row);
    element.open = true;
    fillBody(row, element);
  }
  window.print();
  for (const element of opened) element.open = false;
  shown = before;
  draw();
}

function draw(): void {
  list.replaceChildren(...matching.slice(0, shown).map(rowElement));
  if (nothing) nothing.hidden = matching.length > 0;
  const whole = rows.length.toLocaleString('en-US');
  if (found) {
    found.hidden = false;
    found.textContent =
      matching.length === rows.length
        ? `${whole} accounts`
        : `${matching.length.toLocaleString('en-US')} of ${whole} accounts`;
  }
  if (pages) {
    pages.hidden = matching.length <= shown;
    const button = pages.querySelector('button');
    if (button)
      button.textContent = `Show ${Math.min(SHOWN_AT_FIRST, matching.length - shown)} more of ${matching.length - shown}`;
  }
}

/** Sets the filters that a link names; the others are cleared, so that it shows what it says. */
function filterBy(data: DOMStringMap): void {
  if (!form) return;
  form.reset();
  for (const name of ['code', 'region', 'unit', 'differs', 'owner', 'changes', 'status']) {
    const field = form.elements.namedItem(name);
    const settable = field instanceof HTMLSelectElement || field instanceof HTMLInputElement;
    if (settable && data[name] !== undefined) field.value = data[name];
  }
  apply();
}

/** Opens the account that the address names, wherever it is in the list. */
function openAccount(): void {
  const row = byId.get(location.hash.replace(/^#a-/, ''));
  if (!row) return;
  const place = matching.indexOf(row);
  if (place === -1) {
    form?.reset();
    apply();
  }
  const at = matching.indexOf(row);
  if (at >= shown) {
    shown = at + SHOWN_AT_FIRST;
    draw();
  }
  const element = rowElement(row);
  element.open = true;
  fillBody(row, element);
  element.scrollIntoView({ block: 'start' });
  element.querySelector('summary')?.focus({ preventScroll: true });
}

function listen(): void {
  let waiting = 0;
  form?.addEventListener('input', () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(apply, 80);
  });
  form?.addEventListener('submit', (event) => event.preventDefault());
  form?.addEventListener('reset', () => window.setTimeout(apply));
  form?.querySelector('[name=print]')?.addEventListener('click', printDetails);
  pages?.querySelector('button')?.addEventListener('click', () => {
    const first = matching[shown];
    shown += SHOWN_AT_FIRST;
    draw();
    if (first) rowElement(first).querySelector('summary')?.focus();
  });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link?.getAttribute('href') === '#accounts') filterBy(link.dataset);
    else if (link && link.hash === location.hash) openAccount();
  });
  window.addEventListener('hashchange', () => filterByAddress() || openAccount());
}

/** The picture of all accounts: what is under the pointer is said, a click opens it. */
function listenToMap(): void {
  const picture = document.querySelector<SVGElement>('.map-cells');
  const readout = document.querySelector<HTMLElement>('.readout');
  const source = document.querySelector('.map-accounts');
  if (!picture || !readout || !source) return;
  const ids = JSON.parse(source.textContent ?? '[]') as string[];
  const under = (event: MouseEvent) => {
    const { left, top, width, height } = picture.getBoundingClientRect();
    const column = Math.floor(((event.clientX - left) / width) * ids.length);
    const region = context.regions[Math.floor(((event.clientY - top) / height) * context.regions.length)];
    return { row: byId.get(ids[column] ?? ''), region };
  };
  picture.addEventListener('pointermove', (event) => {
    const { row, region } = under(event);
    readout.textContent = row && region ? `${row.line.name} ${row.line.id}, ${region}` : '';
  });
  picture.addEventListener('pointerleave', () => {
    readout.textContent = '';
  });
  picture.addEventListener('click', (event) => {
    const { row } = under(event);
    if (row) location.hash = accountAnchor(row.line.id);
  });
}

if (form) form.hidden = false;
if (filterByAddress()) document.getElementById('accounts')?.scrollIntoView();
else apply();
listen();
listenToMap();
openAccount();
document.documentElement.dataset.ready = 'true';
