import { checkAnnotations } from "./annotations.js";
import type { Bundle } from "./bundle.js";
import { declared, entriesOf } from "./declare.js";
import { lasting, one } from "./items.js";
import { messages } from "./messages.js";

/** Checks agents and who may invoke them. */
export function checkAgents(bundle: Bundle): void {
  for (const entry of entriesOf(bundle, "agent", "agent")) {
    const { annotations, items, name } = entry.declaration;
    checkAnnotations(bundle, annotations, "other");
    const acts = one(items, "acts");
    const title = one(items, "title")?.text.value;
    const owner = one(items, "owner")?.text.value;
    const invokedBy = one(items, "invoked-by");
    const credential = one(items, "credential");
    if (acts === undefined) {
      const help = "add `acts for user` or `acts alone`";
      bundle.problems.add(messages.missingClause("agent", name.text, "acts", name.span, help));
    }
    const lifetime = credential && lasting(bundle, "a credential", credential.duration);
    bundle.agents.set(entry.id, {
      ...declared(entry),
      ...(title === undefined ? {} : { title }),
      ...(owner === undefined ? {} : { owner }),
      acts: acts?.acts ?? "for-user",
      invokedBy: new Set(invokedBy === undefined ? [] : bundle.findAll("agent", invokedBy.agents, "agent")),
      ...(lifetime === undefined ? {} : { credential: lifetime }),
    });
  }
}
