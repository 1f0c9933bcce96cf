import { checkAnnotations } from "./annotations.js";
import type { Bundle } from "./bundle.js";
import { declared, entriesOf } from "./declare.js";
import { lasting, one } from "./items.js";
import { messages } from "./messages.js";
import { findLevel } from "./needs.js";

/** Checks approval schemes: who approves, how many approvers, and how long an approval is valid. */
export function checkApprovals(bundle: Bundle): void {
  for (const entry of entriesOf(bundle, "approval", "approval")) {
    const { annotations, items, name } = entry.declaration;
    checkAnnotations(bundle, annotations, "other");
    const from = one(items, "from");
    const quorum = one(items, "quorum");
    const expires = one(items, "expires");
    const uses = one(items, "uses");
    const binds = one(items, "binds");
    if (from === undefined) {
      const help = "add `from role …`: who may approve";
      bundle.problems.add(messages.missingClause("approval", name.text, "from", name.span, help));
    }
    if (expires === undefined) {
      const help = "add `expires 15m`: approvals must expire";
      bundle.problems.add(messages.missingClause("approval", name.text, "expires", name.span, help));
    }
    if (quorum?.value.value === 0) bundle.problems.add(messages.zeroQuorum(quorum.value.span));
    if (uses?.value.value === 0) {
      bundle.problems.add(messages.outOfRange("the number of uses", uses.value.span, "at least 1"));
    }
    const at = from?.at && findLevel(bundle, from.at);
    bundle.approvals.set(entry.id, {
      ...declared(entry),
      roles: from === undefined ? [] : bundle.findAll("role", from.roles, "role"),
      ...(at === undefined ? {} : { at }),
      quorum: quorum?.value.value ?? 1,
      expires: (expires && lasting(bundle, "an approval's time", expires.duration)) ?? 1,
      uses: uses?.value.value ?? 1,
      binds: binds?.binds ?? "args",
    });
  }
}
