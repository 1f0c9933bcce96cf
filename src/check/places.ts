import type { Span } from "../source/source.js";
import type { Type } from "../values/type.js";
import type { Bundle } from "./bundle.js";
import type { Scope } from "./expressions/scope.js";
import { BROKEN } from "./fold-value.js";
import { didYouMeanIn } from "./messages/wording.js";
import { messages } from "./messages.js";

/**
 * The field an obligation acts on: `args.card`, `result.card` or `label:pii`, with the full name of the label. At least
 * one targeted tool must have it; a tool whose result is not declared may have it.
 */
export function checkPlace(bundle: Bundle, text: string, span: Span, scope: Scope): string | undefined {
  if (text.startsWith("label:")) {
    const name = { text: text.slice("label:".length), span };
    const entry = bundle.find("label", name, "label");
    return entry && `label:${entry.id}`;
  }
  const [root = "", ...path] = text.split(".");
  if (root !== "args" && root !== "result") {
    const help = didYouMeanIn(root, ["args", "result"]) ?? 'write `"args.x"`, `"result.x"` or `"label:pii"`';
    return bundle.problems.add(
      messages.badPlace(text, span, "neither arguments, nor a result, nor a label", help),
    );
  }
  const types: (Type | undefined)[] = (scope.args?.tools ?? []).map((tool) =>
    root === "args" ? tool.args : tool.result,
  );
  const found = types.length === 0 || types.some((type) => type === undefined || has(type, path));
  if (found && (path.length > 0 || root === "result")) return text;
  const names = types.flatMap((type) =>
    type?.kind === "record" ? type.fields.map((field) => `${root}.${field.name}`) : [],
  );
  const help =
    didYouMeanIn(text, names) ??
    (names.length > 0
      ? `there is \`${[...new Set(names)].slice(0, 6).join("`, `")}\``
      : "name a place that a tool in reach has");
  return bundle.problems.add(messages.badPlace(text, span, "no tool in reach has it", help));
}

/** Whether a path leads to a field. It looks through lists, because obligations hide fields of their elements. */
function has(type: Type, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (type === BROKEN || type.kind === "json") return true;
  if (first === undefined) return true;
  if (type.kind === "list" || type.kind === "set") return has(type.of, path);
  if (type.kind === "map") return has(type.of, rest);
  if (type.kind !== "record") return false;
  const field = type.fields.find((candidate) => candidate.name === first);
  return field !== undefined && has(field.type, rest);
}
