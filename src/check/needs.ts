import type { Name, Need as SyntaxNeed } from "../syntax/ast.js";
import type { Bundle } from "./bundle.js";
import { lasting } from "./items.js";
import { messages } from "./messages.js";
import type { Need } from "./program.js";

/** Needs with their names resolved; a need with a mistake is left out. */
export function checkNeeds(bundle: Bundle, needs: readonly SyntaxNeed[]): Need[] {
  return needs.flatMap((need) => checkNeed(bundle, need) ?? []);
}

function checkNeed(bundle: Bundle, need: SyntaxNeed): Need | undefined {
  switch (need.kind) {
    case "confirmation":
      return { kind: "confirmation" };
    case "approval": {
      const scheme = bundle.find("approval", need.scheme, "approval");
      return scheme && { kind: "approval", scheme: scheme.id };
    }
    case "step-up": {
      const within = need.within && lasting(bundle, "the age of a sign-in", need.within);
      const level = findLevel(bundle, need.level);
      if (level === undefined || (need.within !== undefined && within === undefined)) return undefined;
      return { kind: "step-up", level, ...(within === undefined ? {} : { within }) };
    }
  }
}

/** The id of an assurance level. If no level is declared at all, the message states that. */
export function findLevel(bundle: Bundle, name: Name): string | undefined {
  if (bundle.assurance.length === 0 && name.text !== "") {
    return bundle.problems.add(messages.stepUpWithoutAssurance(name.text, name.span));
  }
  return bundle.find("level", name, "assurance level")?.id;
}
