/** The answer to each request of the protocol. It finds the document; other modules do the rest. */
import {
  type CodeAction,
  type CodeActionParams,
  type CodeLens,
  type CompletionItem,
  type DocumentHighlight,
  type DocumentSymbol,
  type Hover,
  type Location,
  LSPErrorCodes,
  MarkupKind,
  type Position,
  type Range,
  type ReferenceParams,
  type RenameParams,
  ResponseError,
  type SemanticTokens,
  type TextDocuments,
  type TextEdit,
  type WorkspaceEdit,
  type WorkspaceSymbol,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { formatSource } from "../format/format-source.js";
import { Source } from "../source/source.js";
import { parse } from "../syntax/parse.js";
import { referenceAt } from "./analysis.js";
import { completionsAt } from "./completion.js";
import { describeReference } from "./describe.js";
import { definitionsAt, nameSpanOf, referencesAt, spansOfSame } from "./navigation.js";
import { offsetOf, rangeOf } from "./positions.js";
import { actionsIn } from "./quick-fixes.js";
import { RenameRefused, rename, renameTarget } from "./rename.js";
import { lenses } from "./run-test.js";
import { outline, search } from "./symbols.js";
import { semanticTokens } from "./tokens.js";
import type { Place, Workspace } from "./workspace.js";

interface InDocument {
  readonly textDocument: { readonly uri: string };
}
interface AtPosition extends InDocument {
  readonly position: Position;
}

/** One answer per request. Only a rename can be refused, because nothing else changes what an author wrote. */
export interface Answers {
  readonly completion: (params: AtPosition) => CompletionItem[];
  readonly hover: (params: AtPosition) => Hover | null;
  readonly definition: (params: AtPosition) => Location[];
  readonly references: (params: ReferenceParams) => Location[];
  readonly highlights: (params: AtPosition) => DocumentHighlight[];
  readonly prepareRename: (params: AtPosition) => { range: Range; placeholder: string };
  readonly rename: (params: RenameParams) => WorkspaceEdit;
  readonly formatting: (params: InDocument) => TextEdit[] | null;
  readonly outline: (params: InDocument) => DocumentSymbol[];
  readonly search: (params: { readonly query: string }) => WorkspaceSymbol[];
  readonly lenses: (params: InDocument) => CodeLens[];
  readonly actions: (params: CodeActionParams) => CodeAction[];
  readonly tokens: (params: InDocument) => SemanticTokens;
}

/** Returns the answers of one workspace. */
export function answers(documents: TextDocuments<TextDocument>, workspace: Workspace): Answers {
  const at = <R>(params: AtPosition, otherwise: R, answer: (place: Place, offset: number) => R): R => {
    const place = workspace.placeOf(params.textDocument.uri);
    return place === undefined ? otherwise : answer(place, offsetOf(place.source, params.position));
  };
  return {
    completion: (params) => at(params, [], (place, offset) => [...completionsAt(place, offset, workspace)]),
    hover: (params) => at(params, null, hover),
    definition: (params) => at(params, [], (place, offset) => [...definitionsAt(place, offset, workspace)]),
    references: (params) =>
      at(params, [], (place, offset) => [
        ...referencesAt(place, offset, workspace, params.context.includeDeclaration),
      ]),
    highlights: (params) => at(params, [], highlights),
    prepareRename: (params) =>
      refusing(() => {
        const place = known(workspace.placeOf(params.textDocument.uri));
        const { span, name } = renameTarget(place, offsetOf(place.source, params.position));
        return { range: rangeOf(place.source, span), placeholder: name };
      }),
    rename: (params) =>
      refusing(() => {
        const place = known(workspace.placeOf(params.textDocument.uri));
        return rename(place, offsetOf(place.source, params.position), params.newName, workspace);
      }),
    formatting: ({ textDocument }) => formatting(documents.get(textDocument.uri)),
    outline: ({ textDocument }) => {
      const place = workspace.placeOf(textDocument.uri);
      const file = place?.analysis.files.get(place.file);
      return place === undefined || file === undefined ? [] : [...outline(file, place.source)];
    },
    search: ({ query }) =>
      workspace.bundles().flatMap((root) => [...search(query, workspace.analysis(root), workspace)]),
    lenses: ({ textDocument: { uri } }) => {
      const place = workspace.placeOf(uri);
      const file = place?.analysis.files.get(place.file);
      return place === undefined || file === undefined ? [] : [...lenses(file, place.source, uri)];
    },
    actions: ({ textDocument, range }) => {
      const place = workspace.placeOf(textDocument.uri);
      return place === undefined ? [] : [...actionsIn(place, range, workspace)];
    },
    tokens: ({ textDocument }) => {
      const place = workspace.placeOf(textDocument.uri);
      return place === undefined ? { data: [] } : semanticTokens(place);
    },
  };
}

function hover({ analysis, file, source }: Place, offset: number): Hover | null {
  const reference = referenceAt(analysis, file, offset);
  const value = reference && describeReference(reference, analysis);
  if (reference === undefined || value === undefined) return null;
  const span = nameSpanOf(reference, analysis) ?? reference.span;
  return { contents: { kind: MarkupKind.Markdown, value }, range: rangeOf(source, span) };
}

function highlights(place: Place, offset: number): DocumentHighlight[] {
  return spansOfSame(place, offset, true)
    .filter((span) => span.file === place.file)
    .map((span) => ({ range: rangeOf(place.source, span) }));
}

/** A text with mistakes has no canonical form, so it is not changed. */
function formatting(document: TextDocument | undefined): TextEdit[] | null {
  if (document === undefined) return null;
  const source = new Source(document.uri, document.getText());
  const formatted = formatSource(source, parse);
  if (formatted.kind !== "formatted" || !formatted.changed) return null;
  return [{ range: rangeOf(source, { start: 0, end: source.text.length }), newText: formatted.text }];
}

function known(place: Place | undefined): Place {
  if (place === undefined) throw new RenameRefused("this document does not belong to a bundle");
  return place;
}

function refusing<R>(answer: () => R): R {
  try {
    return answer();
  } catch (error) {
    if (error instanceof RenameRefused) throw new ResponseError(LSPErrorCodes.RequestFailed, error.message);
    throw error;
  }
}
