/** Reports whether needs require more than before. */
import type { Need, Program } from "../check/program.js";
import { needTexts } from "./alternative-text.js";
import type { Finding } from "./change.js";
import type { Compare } from "./compare-fields.js";

/** More needs are tighter; for needs of other kinds the direction is unknown. */
export const compareNeeds: Compare<readonly Need[]> = (before, after, pair): readonly Finding[] => {
  const [was, is] = [textOf(before, pair.before), textOf(after, pair.after)];
  const stronger = covers(after, before, pair.after);
  const weaker = covers(before, after, pair.after);
  if (stronger && weaker) return [];
  const direction = stronger ? "tighter" : weaker ? "looser" : "unknown";
  return [{ what: `needs ${was} → ${is}`, direction }];
};

function textOf(needs: readonly Need[], program: Program): string {
  return needs.length === 0 ? "nothing" : needTexts([needs], program).join(", ");
}

/** Reports whether satisfying all of `these` satisfies all of `those`. */
function covers(these: readonly Need[], those: readonly Need[], program: Program): boolean {
  return those.every((need) => these.some((each) => implies(each, need, program)));
}

function implies(a: Need, b: Need, program: Program): boolean {
  if (a.kind === "approval") return b.kind === "approval" && a.scheme === b.scheme;
  if (a.kind === "confirmation") return b.kind === "confirmation";
  if (b.kind !== "step-up") return false;
  const rank = (level: string) => program.assurance.findIndex(({ id }) => id === level);
  const age = ({ within = Number.POSITIVE_INFINITY }: { readonly within?: number }) => within;
  // A level that is no longer declared has index -1, and implies only itself.
  const isStrong = a.level === b.level || (rank(b.level) >= 0 && rank(a.level) >= rank(b.level));
  return isStrong && age(a) <= age(b);
}
