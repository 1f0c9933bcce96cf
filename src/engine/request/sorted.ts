/** Up to this length an insertion sort is faster than the setup of `Array.sort`. */
const short = 8;

/** A sorted copy. Equal members keep their order. */
export function sorted<T>(list: readonly T[], compare: (a: T, b: T) => number): T[] {
  const copy = list.slice();
  if (copy.length > short) return copy.sort(compare);
  for (let i = 1; i < copy.length; i++) {
    const member = copy[i] as T;
    let place = i;
    while (place > 0 && compare(copy[place - 1] as T, member) > 0) {
      copy[place] = copy[place - 1] as T;
      place--;
    }
    copy[place] = member;
  }
  return copy;
}
