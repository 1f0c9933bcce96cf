/** Selects the tests of a bundle that a command line names. */
import { suggest } from "../diagnostics/did-you-mean.js";
import type { TestCase, TestedBundle } from "../scenario/run-tests.js";
import { CommandFailure, EXIT } from "./exit-code.js";

type Select = (test: Pick<TestCase, "name" | "at">) => boolean;

/**
 * Returns tests whose name or file contains a text, ignoring case; all tests without a filter. Throws CommandFailure if
 * no test matches: a misspelled filter must not look like a run that passed.
 */
export function selectTests({ program }: TestedBundle, filter: string | undefined): Select {
  const all = [...program.tests, ...program.matrices];
  if (all.length === 0) {
    throw new CommandFailure(
      "this bundle has no test",
      EXIT.testsFailed,
      'write one: `test "…" { … }` in any `.writ` file of the bundle',
    );
  }
  if (filter === undefined) return () => true;
  const holds = (text: string) => text.toLowerCase().includes(filter.toLowerCase());
  if (!all.some(({ title, span }) => holds(title.value) || holds(span.file))) {
    const names = all.flatMap(({ title, span }) => [title.value, span.file]);
    const near = suggest(filter, names) ?? nearWord(filter, names);
    throw new CommandFailure(
      `no test has \`${filter}\` in its name or in the name of its file`,
      EXIT.usage,
      near === undefined ? `there are ${all.length} tests` : `did you mean \`${near}\`?`,
    );
  }
  return ({ name, at }) => holds(name) || holds(at.file);
}

/** Compares with single words, because a filter is usually one word of a name. */
function nearWord(filter: string, names: readonly string[]): string | undefined {
  return suggest(filter, new Set(names.flatMap((name) => name.split(/[^\p{L}\p{N}_]+/u))));
}
