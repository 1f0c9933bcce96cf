/** What names in a text mean, told as checking looks them up: so an editor never resolves a name in a way of its own. */
import type { Span } from "../source/source.js";
import type { Field } from "../syntax/ast.js";
import type { FieldType, Type } from "../values/type.js";
import type { Variable } from "./expressions/variable.js";
import type { Entry, NameGroup } from "./names.js";
import type { FunctionName, Root } from "./program.js";

/**
 * One place in a text and what it was taken for. The same place may be told twice, and `span` may be wider than the
 * name: a text in quotes, or the list that holds it.
 */
export type Reference =
  /** A declared name: one entry; none where it is unknown, several where it is ambiguous. */
  | (Told & { readonly kind: "declared"; readonly group: NameGroup; readonly entries: readonly Entry[] })
  /** A tool pattern with a `*`, and every tool under it. */
  | (Told & { readonly kind: "pattern"; readonly entries: readonly Entry[] })
  | (Told & { readonly kind: "root"; readonly root: Root; readonly type: Type })
  | (Told & { readonly kind: "variable"; readonly variable: Variable })
  | (Told & { readonly kind: "function"; readonly name: FunctionName })
  /** A name in a condition that means nothing; `variables` are those in reach. */
  | (Told & { readonly kind: "unknown-value"; readonly variables: readonly Variable[] })
  /** A field of something: one for each type that it is read of, none where there is no such field. */
  | (Told & {
      readonly kind: "field";
      readonly found: readonly FieldType[];
      /** Every field that could stand here. */
      readonly all: readonly FieldType[];
    })
  /** A text or a word that must be one of these. */
  | (Told & { readonly kind: "choice"; readonly of: string; readonly options: readonly string[] });

interface Told {
  readonly text: string;
  readonly span: Span;
}

/** Who is told. Checking never asks anything back, so being watched changes nothing. */
export interface Watcher {
  readonly onReference?: (reference: Reference) => void;
  /** A field's type and the syntax that declares it. */
  readonly onField?: (field: FieldType, written: Field) => void;
}
