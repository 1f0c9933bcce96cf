import type { DataDeclaration } from "../syntax/ast.js";
import { normaliseMerging } from "../values/normalise.js";
import type { Type, Value } from "../values/type.js";
import { checkAnnotations } from "./annotations.js";
import type { Bundle } from "./bundle.js";
import { declared, entriesOf } from "./declare.js";
import { BROKEN, foldValue } from "./fold-value.js";
import { messages } from "./messages.js";
import type { TypeResolver } from "./resolve-type.js";

/** Checks data: types first, then values, so that a wrong value does not make the name unknown. */
export function checkData(bundle: Bundle, types: TypeResolver): void {
  for (const entry of entriesOf(bundle, "data", "data")) {
    checkAnnotations(bundle, entry.declaration.annotations, "other");
    const type = types.resolve(entry.declaration.type, entry.name);
    bundle.dataTypes.set(entry.id, type);
    bundle.syntax.data.set(entry.id, entry.declaration);
    if (type === BROKEN) continue;
    const value = readValue(bundle, entry.declaration, type);
    if (value !== undefined) bundle.data.set(entry.id, { ...declared(entry), type, value });
  }
}

function readValue(bundle: Bundle, declaration: DataDeclaration, type: Type): Value | undefined {
  if (declaration.value !== undefined) return foldValue(bundle, declaration.value, type);
  const from = declaration.from;
  if (from === undefined) return undefined;
  const fail = (problem: string) => bundle.problems.add(messages.dataFile(from.value, from.span, problem));
  const inside =
    !from.value.startsWith("/") && !/[\\:]/.test(from.value) && !from.value.split("/").includes("..");
  if (!inside) return fail("a data file lies inside its bundle");
  const read = bundle.options.readData(from.value);
  if ("problem" in read) return fail(read.problem);
  const folded = normaliseMerging(type, withLabelIds(bundle, type, read.json));
  if (folded.ok) return folded.value;
  const [first] = folded.problems;
  return fail(first === undefined ? "it does not fit its type" : `${first.pointer || "/"}: ${first.message}`);
}

/** Replaces label names in a data file by their ids. An unknown name stays as it is and fails to parse later. */
function withLabelIds(bundle: Bundle, type: Type, json: unknown): unknown {
  if (type.kind === "label" && typeof json === "string") return bundle.names.resolve("label", json) ?? null;
  if ((type.kind === "list" || type.kind === "set") && Array.isArray(json)) {
    return json.map((item) => withLabelIds(bundle, type.of, item));
  }
  if (type.kind !== "record" && type.kind !== "map") return json;
  if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [name, item] of Object.entries(json)) {
    const of = type.kind === "map" ? type.of : type.fields.find((field) => field.wire === name)?.type;
    copy[name] = of === undefined ? item : withLabelIds(bundle, of, item);
  }
  return copy;
}
