/** A loaded bundle to what decides by it. Apart from loading, because checking a bundle does not need it. */
import { type CompiledBundle, compile } from "../compile/compile.js";
import type { Source, Span } from "../source/source.js";
import type { Bundle } from "./load.js";

/** Compiles a bundle; rules in answers are placed as `file:line:column`. */
export function compileBundle(bundle: Bundle, sources: ReadonlyMap<string, Source>): CompiledBundle {
  const places = new WeakMap<Span, string>();
  return compile(bundle.program, bundle.revision, (span) => {
    let place = places.get(span);
    if (place === undefined) {
      const position = sources.get(span.file)?.positionAt(span.start);
      place = position === undefined ? span.file : `${span.file}:${position.line}:${position.column}`;
      places.set(span, place);
    }
    return place;
  });
}
