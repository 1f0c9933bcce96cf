/**
 * `Object.groupBy` where the runtime lacks it, which is Node 20: Chevrotain builds its parsers with it.
 *
 * Import it for its effect, before a parser is built.
 */
type GroupBy = <Item, Key extends PropertyKey>(
  items: Iterable<Item>,
  keyOf: (item: Item, index: number) => Key,
) => Partial<Record<Key, Item[]>>;

const groupBy: GroupBy = (items, keyOf) => {
  const groups = Object.create(null);
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    groups[key] ??= [];
    groups[key].push(item);
  }
  return groups;
};

if (!("groupBy" in Object)) Object.defineProperty(Object, "groupBy", { value: groupBy });
