import type { LimitDeclaration } from "../../syntax/ast.js";
import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Reach } from "../program.js";

/** Reports a limit that stays open during an outage of the state store for anything but reads of low tier. */
export function outageOnReadsOnly(bundle: Bundle, limit: LimitDeclaration, reach: Reach): void {
  const annotation = limit.annotations.find((candidate) => candidate.name.text === "outage");
  if (annotation === undefined) return;
  const [channel] = reach.channels.keys();
  const tools = [...reach.tools.keys()].flatMap((id) => bundle.tools.get(id) ?? []);
  const other = tools.find((tool) => tool.tier !== 1 || tool.action !== "read");
  if (other !== undefined) {
    bundle.problems.add(
      messages.outageTooWide(annotation.span, `this limit covers \`${other.name}\`, of tier ${other.tier}`),
    );
  } else if (channel !== undefined) {
    bundle.problems.add(messages.outageTooWide(annotation.span, "this limit covers a channel"));
  }
}
