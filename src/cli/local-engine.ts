/** An engine in this process over an empty memory, for commands that judge one request and end. */
import { compileBundle } from "../bundle/compile-bundle.js";
import { Pdp } from "../engine/pdp.js";
import { type Caller, RequestProblem } from "../engine/types.js";
import { createKeys } from "../identity/keys.js";
import { MemoryStore } from "../state/memory-store.js";
import { requireLoaded } from "./bundle-folder.js";
import { malformed } from "./request-file.js";
import type { Terminal } from "./terminal.js";

const CALLER: Caller = { id: "writ" };

/**
 * What the bundle's engine says to one request. Nothing came before it: no session is open, nothing is spent, nobody has
 * approved.
 */
export async function askLocally<Answer>(
  directory: string,
  path: string,
  ask: (engine: Pdp, caller: Caller) => Promise<Answer>,
  terminal: Terminal,
): Promise<Answer> {
  const { bundle, sources } = await requireLoaded(directory, terminal);
  const store = new MemoryStore();
  const engine = new Pdp({ bundle: compileBundle(bundle, sources), store, keys: await createKeys() });
  try {
    return await ask(engine, CALLER);
  } catch (error) {
    if (!(error instanceof RequestProblem)) throw error;
    const { message, problems } = error;
    throw malformed(path, problems.length === 0 ? [{ pointer: "", message }] : problems);
  } finally {
    await store.close();
  }
}
