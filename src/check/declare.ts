import type { Declaration, File, Name } from "../syntax/ast.js";
import type { Bundle } from "./bundle.js";
import { messages } from "./messages.js";
import type { Entry } from "./names.js";
import type { Declared, NameSpace } from "./program.js";
import { FUNCTION_NAMES, ROOT_NAMES } from "./roots.js";

/** The name space a declaration's name belongs to; undefined for declarations without a name. */
function spaceOf(declaration: Declaration): NameSpace | undefined {
  switch (declaration.kind) {
    case "assurance":
    case "schema":
    case "delegation":
    case "test":
    case "matrix":
      return undefined;
    default:
      return declaration.kind;
  }
}

/** Enters every name of the bundle, and reports duplicates. */
export function declareNames(bundle: Bundle, files: readonly File[]): void {
  for (const file of files) {
    if (file.module !== undefined && /^builtin(\.|$)/.test(file.module.text)) {
      bundle.problems.add(messages.shadowsRoot("module", file.module.text, file.module.span));
    }
    for (const declaration of file.items) {
      if (declaration.kind === "assurance") {
        for (const level of declaration.levels) declare(bundle, file, "level", level.name, declaration);
        continue;
      }
      const space = spaceOf(declaration);
      if (space !== undefined && "name" in declaration) {
        declare(bundle, file, space, declaration.name, declaration);
      }
    }
  }
}

/** Data, defines and labels are read by bare name in conditions, where roots and functions take precedence. */
const READ_IN_CONDITIONS: readonly NameSpace[] = ["data", "define", "label"];

function declare(bundle: Bundle, file: File, space: NameSpace, name: Name, declaration: Declaration): void {
  if (name.text === "") return;
  const what = space === "level" ? "assurance level" : space;
  if (READ_IN_CONDITIONS.includes(space)) {
    const hides = ROOT_NAMES.has(name.text) || (space === "define" && FUNCTION_NAMES.has(name.text));
    if (hides || (space === "label" && name.text === "nothing")) {
      bundle.problems.add(messages.shadowsRoot(what, name.text, name.span));
    }
  }
  // `need confirmation` is granted by the requesting user and recorded under this name. A scheme of the same
  // name would let that user grant it.
  if (space === "approval" && name.text === "confirmation")
    bundle.problems.add(messages.shadowsRoot(what, name.text, name.span));
  const module = file.module?.text;
  const entry: Entry = {
    space,
    id: module === undefined || module === "" ? name.text : `${module}.${name.text}`,
    name: name.text,
    nameSpan: name.span,
    declaration,
  };
  const earlier = bundle.names.declare(entry);
  if (earlier !== undefined) {
    bundle.problems.add(messages.duplicate(what, name.text, name.span, earlier.nameSpan));
  }
}

/**
 * A thing under construction, whose properties may still be assigned. Each starts with its required properties and gets
 * the others one by one: objects built with spread get different hidden classes, which is slow for thousands of them.
 */
export type Draft<Thing> = { -readonly [name in keyof Thing]: Thing[name] };

/** The common part of a declaration, from an entry that is not a duplicate. */
export function declared(entry: Entry): Declared {
  const { doc, span } = entry.declaration;
  return {
    id: entry.id,
    name: entry.name,
    span,
    nameSpan: entry.nameSpan,
    ...(doc === undefined ? {} : { doc }),
  };
}

/** The entries of a space, with the declaration narrowed to its kind. */
export function* entriesOf<K extends Declaration["kind"]>(
  bundle: Bundle,
  space: NameSpace,
  kind: K,
): Iterable<Entry & { readonly declaration: Declaration & { readonly kind: K } }> {
  for (const entry of bundle.names.entries(space)) {
    if (entry.declaration.kind === kind) {
      yield entry as Entry & { readonly declaration: Declaration & { readonly kind: K } };
    }
  }
}
