/**
 * The two scripts that Redis runs, one per trip, assembled from the files in `lua/`. `store.ts` defines what they do,
 * and `apply.ts` does the same for the other stores.
 *
 * Numbers are Lua's doubles, exact up to 2^53, and leave as integers or through `text`: `tostring` would round them to
 * fourteen digits, and Redis takes longer to write a number than to carry out the command that it is for. Texts are
 * compared byte by byte, because Lua's `<` follows the locale of the server.
 *
 * Keys: the meta hash, then each cell once. A window is the packed list of start, leaves and amount of its parts. A map
 * is a hash with its expiry under `x` and each field under `f` and its name; or, until it is changed for the first
 * time, the packed list of the word `map`, its expiry, and names and values in turn, if it is probably never read
 * again.
 *
 * Arguments: the epoch, the sequence and the time that the caller has seen; what it trusts to survive (`disk`,
 * `replicas` or `none`); and the request as one JSON text, because fifty small arguments take Redis longer than all
 * other work for a decision. Then the long texts that the request refers to.
 *
 * The meta hash: `epoch` names the start of the state, `sequence` counts commits since, `now` is the highest time that
 * a commit saw, `history` and `process` are Redis's own names for the history of its data and for its process, `server`
 * records what survives, and `lost` records why nothing may be answered.
 */
import { luaSource } from "./lua-source.js";

/** Reads cells. */
export const readScript = scriptFrom("#!lua flags=no-writes", ["prelude", "read"]);

/** Accepts the current content of Redis. */
export const initialiseScript = scriptFrom("#!lua", ["initialise"]);

/** Checks and changes cells. It has no flag to run without memory, so it runs as a whole or not at all. */
export const commitScript = scriptFrom("#!lua", [
  "prelude",
  "commit-request",
  "bounds",
  "quick-commit",
  "drafts",
  "windows",
  "maps",
  "operations",
  "commit",
]);

function scriptFrom(firstLine: string, parts: readonly string[]): string {
  return [firstLine, ...parts.map(luaSource)].join("\n");
}
