/**
 * What `read` gives for each item, in the order of the items, with up to `atOnce` reads under way or waiting to
 * be taken: memory does not grow with the number of items.
 */
export async function* readAhead<Item, Value>(
  items: readonly Item[],
  atOnce: number,
  read: (item: Item) => Promise<Value>,
): AsyncGenerator<Value, undefined> {
  const pending: Promise<Value>[] = [];
  let next = 0;
  const begin = (item: Item) => {
    const reading = read(item);
    // It is awaited later, or never where the reader stops early.
    reading.catch(() => undefined);
    pending.push(reading);
  };
  for (;;) {
    for (; pending.length < atOnce && next < items.length; next += 1) begin(items[next] as Item);
    const first = pending.shift();
    if (first === undefined) return undefined;
    yield await first;
  }
}
