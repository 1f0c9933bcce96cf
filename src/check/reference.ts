/** What names in a text mean, reported during checking, so that an editor never resolves names itself. */
import type { Span } from "../source/source.js";
import type { Field } from "../syntax/ast.js";
import type { FieldType, Type } from "../values/type.js";
import type { Variable } from "./expressions/variable.js";
import type { Entry, NameGroup } from "./names.js";
import type { FunctionName, Root } from "./program.js";

/**
 * One occurrence of a name and what it resolved to. The same occurrence may be reported twice, and `span` may be wider
 * than the name: a text in quotes, or the list that contains it.
 */
export type Reference =
  /** A declared name: one entry; none if it is unknown, several if it is ambiguous. */
  | (Occurrence & {
      readonly kind: "declared";
      readonly group: NameGroup;
      readonly entries: readonly Entry[];
    })
  /** A tool pattern with a `*`, and every tool it matches. */
  | (Occurrence & { readonly kind: "pattern"; readonly entries: readonly Entry[] })
  | (Occurrence & { readonly kind: "root"; readonly root: Root; readonly type: Type })
  | (Occurrence & { readonly kind: "variable"; readonly variable: Variable })
  | (Occurrence & { readonly kind: "function"; readonly name: FunctionName })
  /** An unknown name in a condition; `variables` are those in scope. */
  | (Occurrence & { readonly kind: "unknown-value"; readonly variables: readonly Variable[] })
  /** A field: one for each type it is read of, none if there is no such field. */
  | (Occurrence & {
      readonly kind: "field";
      readonly found: readonly FieldType[];
      /** Every field that is possible here. */
      readonly all: readonly FieldType[];
    })
  /** A text or a word that must be one of these. */
  | (Occurrence & { readonly kind: "choice"; readonly of: string; readonly options: readonly string[] });

interface Occurrence {
  readonly text: string;
  readonly span: Span;
}

/** Receives what checking finds. Checking never reads anything back, so a watcher changes nothing. */
export interface Watcher {
  readonly onReference?: (reference: Reference) => void;
  /** A field's type and the syntax that declares it. */
  readonly onField?: (field: FieldType, written: Field) => void;
}
