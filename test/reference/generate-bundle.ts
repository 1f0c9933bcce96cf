/** A whole bundle as text, from one seed. */

import { check } from "../../src/check/check.js";
import type { Program } from "../../src/check/program.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";
import type { Draw } from "./draw.js";
import { RuleDrawer } from "./generate-rules.js";
import { drawVocabulary, type Piece, type Vocabulary } from "./generate-vocabulary.js";

export interface GeneratedBundle {
  readonly modules: readonly string[];
  readonly pieces: readonly Piece[];
  readonly vocabulary: Vocabulary;
}

/** Always the same bundle for the same seed. */
export function generateBundle(draw: Draw): GeneratedBundle {
  const modules = draw.weighted<readonly string[]>([
    [1, () => [""]],
    [3, () => ["m"]],
    [3, () => ["m.one", "m.two"]],
    [1, () => ["m.one", "m.one", "other"]],
  ]);
  const isLarge = draw.chance(0.08);
  const { vocabulary, pieces } = drawVocabulary(draw, modules, isLarge);
  const rules = new RuleDrawer(draw, vocabulary, modules);
  rules.all();
  return { modules, pieces: [...pieces, ...rules.pieces], vocabulary };
}

/** The files of a bundle. */
export function printBundle(bundle: Pick<GeneratedBundle, "modules" | "pieces">): Source[] {
  return bundle.modules.map((module, file) => {
    const texts = bundle.pieces.filter((piece) => piece.file === file).map((piece) => piece.text);
    const head = module === "" ? [] : [`module ${module}`];
    return new Source(`f${file}.writ`, `${[...head, ...texts].join("\n\n")}\n`);
  });
}

export type Loaded =
  | { readonly program: Program; readonly diagnostics: readonly Diagnostic[] }
  | { readonly program: undefined; readonly diagnostics: readonly Diagnostic[] };

/** Text to a checked program, through the whole front of the pipeline; `program` is undefined where anything is wrong. */
export function loadSources(sources: readonly Source[]): Loaded {
  const parsed = sources.map((source) => parse(source));
  const wrong = parsed
    .flatMap(({ diagnostics }) => diagnostics)
    .filter(({ severity }) => severity === "error");
  if (wrong.length > 0) return { program: undefined, diagnostics: wrong };
  const { program, diagnostics } = check(
    parsed.map(({ file }) => file),
    { readData: () => ({ problem: "no data files here" }), warnings: false },
  );
  return program === undefined ? { program, diagnostics } : { program, diagnostics };
}
