/**
 * Every mutant of a policy: rules dropped, bounds moved, needs weakened, guards removed. Not every mutant passes the
 * checker.
 */
import type { Source } from "../source/source.js";
import type { Declaration, File } from "../syntax/ast.js";
import type { Mutant } from "./mutant.js";
import { ofApproval, ofTool, ofTransaction } from "./mutate-declarations.js";
import { expressionMutants } from "./mutate-expression.js";
import { ofException, ofLimit, ofRule } from "./mutate-rules.js";
import type { Site } from "./mutation-site.js";

/** In the order of files and positions. */
export function mutantsOf(files: readonly File[], sources: ReadonlyMap<string, Source>): readonly Mutant[] {
  const mutants: Mutant[] = [];
  const levels = files.flatMap(({ items }) =>
    items.flatMap((item) => (item.kind === "assurance" ? item.levels.map(({ name }) => name.text) : [])),
  );
  for (const file of files) {
    const source = sources.get(file.path);
    if (source === undefined) continue;
    for (const item of file.items) {
      const subject = "name" in item ? item.name.text : item.kind;
      const add: Site["add"] = (what, span, text) => {
        if (source.slice(span) !== text) mutants.push({ what, subject, span, text });
      };
      ofDeclaration(item, { subject, source, levels, add });
    }
  }
  return mutants;
}

function ofDeclaration(item: Declaration, site: Site): void {
  switch (item.kind) {
    // A shadow rule does not decide, so a test cannot notice its mutants.
    case "rule":
      if (!item.shadow) ofRule(item, site);
      break;
    case "limit":
      if (!item.shadow) ofLimit(item, site);
      break;
    case "exception":
      ofException(item, site);
      break;
    case "define":
      expressionMutants(item.body, site.source, site.add);
      break;
    case "approval":
      ofApproval(item, site);
      break;
    case "transaction":
      ofTransaction(item, site);
      break;
    case "tool":
      ofTool(item, site);
      break;
    case "agent":
      for (const each of item.items)
        if (each.kind === "invoked-by") site.add("lets anyone invoke the agent", each.span, "");
      break;
    case "delegation":
      site.add("deepens the delegation", item.depth.span, String(item.depth.value + 1));
      break;
    default:
  }
}
