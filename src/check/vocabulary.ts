import type { Declaration, File } from "../syntax/ast.js";
import type { RecordType } from "../values/type.js";
import { checkAnnotations } from "./annotations.js";
import type { Bundle } from "./bundle.js";
import { declared, entriesOf } from "./declare.js";
import { messages } from "./messages.js";
import type { Role } from "./program.js";
import type { TypeResolver } from "./resolve-type.js";
import { BUILT_IN_FIELDS } from "./roots.js";

/** Resolves labels with everything they imply. */
export function checkLabels(bundle: Bundle): void {
  const implied = new Map<string, readonly string[]>();
  const earlier = new Map<string, string>();
  for (const entry of entriesOf(bundle, "label", "label")) {
    const { was } = checkAnnotations(bundle, entry.declaration.annotations, "label");
    if (was !== undefined) earlier.set(entry.id, was);
    implied.set(entry.id, bundle.findAll("label", entry.declaration.implies, "label"));
  }
  const inCircle = new Set<string>();
  for (const entry of entriesOf(bundle, "label", "label")) {
    const closure = new Set<string>([entry.id]);
    for (const id of closure) {
      for (const next of implied.get(id) ?? []) {
        if (next === entry.id && !inCircle.has(entry.id)) {
          const path = pathBack(implied, entry.id);
          for (const member of path) inCircle.add(member);
          const span = entry.declaration.implies.find(
            (name) => bundle.names.resolve("label", name.text) === path[1],
          );
          bundle.problems.add(messages.cycle("label", span?.span ?? entry.nameSpan, path));
        }
        closure.add(next);
      }
    }
    const was = earlier.get(entry.id);
    const { integrity } = entry.declaration;
    bundle.labels.set(entry.id, {
      ...declared(entry),
      integrity,
      closure,
      ...(was === undefined ? {} : { was }),
    });
  }
}

/** The shortest path from a label back to itself, including both ends. */
function pathBack(implied: ReadonlyMap<string, readonly string[]>, start: string): string[] {
  const from = new Map<string, string>();
  const queue = [start];
  for (const id of queue) {
    for (const next of implied.get(id) ?? []) {
      if (next === start) {
        const path = [start];
        for (let at = id; at !== start; at = from.get(at) as string) path.unshift(at);
        return id === start ? [start, start] : [start, ...path];
      }
      if (!from.has(next)) {
        from.set(next, id);
        queue.push(next);
      }
    }
  }
  return [start];
}

/** Checks tags and roles. */
export function checkTagsAndRoles(bundle: Bundle): void {
  for (const entry of entriesOf(bundle, "tag", "tag")) {
    checkAnnotations(bundle, entry.declaration.annotations, "other");
    const title = entry.declaration.title?.value;
    bundle.tags.set(entry.id, { ...declared(entry), ...(title === undefined ? {} : { title }) });
  }
  for (const entry of entriesOf(bundle, "role", "role")) {
    const { qualified } = checkAnnotations(bundle, entry.declaration.annotations, "role");
    const title = entry.declaration.title?.value;
    bundle.roles.set(entry.id, {
      ...declared(entry),
      qualified: qualified !== undefined,
      ...(title === undefined ? {} : { title }),
    });
  }
  reportTwins(bundle);
}

/** Reports two roles with the same wire name: a rule for one would be lost, or would match holders of the other. */
function reportTwins(bundle: Bundle): void {
  const first = new Map<string, Role>();
  for (const role of bundle.roles.values()) {
    const other = first.get(role.name);
    if (other === undefined) first.set(role.name, role);
    else if (!role.qualified || !other.qualified) {
      bundle.problems.add(messages.twinRoles(role, other));
    }
  }
}

type Of<K extends Declaration["kind"]> = Declaration & { readonly kind: K };

/** Every declaration of one kind, in the order of files. */
export function declarationsOf<K extends Declaration["kind"]>(files: readonly File[], kind: K): Of<K>[] {
  return files.flatMap((file) => file.items.filter((item): item is Of<K> => item.kind === kind));
}

/** The declaration of a kind that a bundle may have once; others are reported. */
function only<K extends "assurance" | "delegation">(
  bundle: Bundle,
  files: readonly File[],
  kind: K,
): Of<K> | undefined {
  const [first, ...others] = declarationsOf(files, kind);
  for (const other of others) {
    bundle.problems.add(messages.duplicateBlock(kind, headOf(other, kind), headOf(first as Of<K>, kind)));
  }
  if (first !== undefined) checkAnnotations(bundle, first.annotations, "other");
  return first;
}

/** The keyword that begins a declaration. */
function headOf(declaration: Declaration, keyword: string): Declaration["span"] {
  const { span, annotations } = declaration;
  if (annotations.length > 0) return span;
  return { ...span, end: Math.min(span.end, span.start + keyword.length) };
}

/** Checks the order of assurance levels and the `acr` of each. */
export function checkAssurance(bundle: Bundle, files: readonly File[]): void {
  const declaration = only(bundle, files, "assurance");
  const values = new Map<string, Declaration["span"]>();
  for (const entry of entriesOf(bundle, "level", "assurance")) {
    if (entry.declaration !== declaration) continue;
    const level = declaration.levels.find((candidate) => candidate.name.span === entry.nameSpan);
    const acr = level?.acr?.value ?? entry.name;
    const acrSpan = level?.acr?.span ?? entry.nameSpan;
    const first = values.get(acr);
    if (first === undefined) values.set(acr, acrSpan);
    else bundle.problems.add(messages.duplicate("acr value", acr, acrSpan, first));
    bundle.assurance.push({ ...declared(entry), acr, rank: bundle.assurance.length });
  }
}

/** Checks the maximum number of agents in a chain. */
export function checkDelegation(bundle: Bundle, files: readonly File[]): void {
  const declaration = only(bundle, files, "delegation");
  if (declaration === undefined) return;
  const { value, span } = declaration.depth;
  if (value < 1 || value > 32) {
    bundle.problems.add(messages.outOfRange("the depth of a chain", span, "between 1 and 32"));
  } else bundle.delegationDepth = value;
}

/** Checks the fields that a caller may send in addition to the built-in ones. */
export function checkSchemas(bundle: Bundle, files: readonly File[], types: TypeResolver): void {
  const seen = new Map<string, Declaration["span"]>();
  for (const declaration of declarationsOf(files, "schema")) {
    checkAnnotations(bundle, declaration.annotations, "other");
    const name = declaration.name.text;
    const record = types.record(declaration.record);
    const options = ["user", "agent", "context"];
    bundle.report({ kind: "choice", text: name, span: declaration.name.span, of: "schema", options });
    if (name !== "user" && name !== "agent" && name !== "context") {
      bundle.problems.add(
        messages.unknownBuiltIn("schema", name, declaration.name.span, ["user", "agent", "context"]),
      );
      continue;
    }
    const first = seen.get(name);
    if (first !== undefined) {
      bundle.problems.add(messages.duplicate("schema", name, declaration.name.span, first));
      continue;
    }
    seen.set(name, declaration.name.span);
    bundle.schemas[name] = withoutBuiltIns(bundle, declaration, record, name);
  }
}

function withoutBuiltIns(
  bundle: Bundle,
  declaration: Of<"schema">,
  record: RecordType,
  name: keyof typeof BUILT_IN_FIELDS,
): RecordType {
  const builtIn = new Set<string>(BUILT_IN_FIELDS[name].map((field) => field.name));
  for (const field of declaration.record.fields) {
    if (builtIn.has(field.name.text)) {
      bundle.problems.add(messages.shadowsRoot("field", field.name.text, field.name.span));
    }
  }
  return { kind: "record", fields: record.fields.filter((field) => !builtIn.has(field.name)) };
}
