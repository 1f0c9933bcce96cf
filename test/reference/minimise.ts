/** Makes a failing case smaller, by leaving things out for as long as it still fails. */

/** The fewest of these that still fail, as far as leaving out a run of them or one of them goes. */
export async function fewest<T>(
  of: readonly T[],
  fails: (fewer: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = of;
  for (let size = Math.max(1, kept.length >> 1); ; size = Math.max(1, size >> 1)) {
    let isSmaller = false;
    for (let at = 0; at < kept.length; ) {
      const fewer = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (fewer.length < kept.length && (await fails(fewer))) {
        kept = fewer;
        isSmaller = true;
      } else at += size;
    }
    if (size === 1 && !isSmaller) return kept;
  }
}
