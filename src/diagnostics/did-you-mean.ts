/** Only the beginnings of longer words are compared: a typing mistake in the rest is not guessable. */
const COMPARED = 64;

/**
 * The candidate that the author most likely meant by `word`, if any is near enough.
 *
 * Near enough is 40 % of the word's length plus one edit. An edit inserts, deletes or replaces a letter, or swaps two
 * neighbours. A difference in case is half an edit, and a word with all letters changed is never near. Of two equally
 * near candidates, the first in code-unit order is returned, so the order of candidates does not matter. For authors
 * only: never suggest to a caller a name whose existence must stay hidden.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.slice(0, COMPARED);
  const threshold = Math.floor(typed.length * 0.4) + 1;
  let best: string | undefined;
  let bestDistance = threshold + 1;
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const distance = distanceBetween(typed, candidate.slice(0, COMPARED), bestDistance);
    if (distance > threshold || distance > bestDistance) continue;
    if (distance < bestDistance || best === undefined || candidate < best) best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** The number of edits between two words, or any number above `limit` once it is certain to exceed it. */
function distanceBetween(a: string, b: string, limit: number): number {
  const left = a.toLowerCase();
  const right = b.toLowerCase();
  if (left === right) return 0.5;
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  return editDistance(left, right, limit);
}

/** Optimal string alignment distance over three rows; stops early if a whole row exceeds `limit`. */
function editDistance(left: string, right: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      if (
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1]
      ) {
        cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      }
      current.push(cost);
    }
    if (Math.min(...current) > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  const edits = at(last, right.length);
  return edits < Math.max(left.length, right.length) ? edits : limit + 1;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
