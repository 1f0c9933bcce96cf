/** An engine in this process over an empty memory, for commands that judge one request and end. */
import { compileBundle } from "../bundle/compile-bundle.js";
import { Pdp } from "../engine/pdp.js";
import { type Caller, RequestProblem } from "../engine/request/types.js";
import { createKeys } from "../identity/keys.js";
import type { DecideRequest } from "../model/request.js";
import { systemClock, VirtualClock } from "../state/clock.js";
import { MemoryStore } from "../state/memory-store.js";
import { requireLoaded } from "./bundle-folder.js";
import { openNamedSession } from "./open-named.js";
import { bundleAndRequest, malformed, readRequest } from "./request-file.js";
import type { Situation } from "./situation.js";
import type { Terminal } from "./terminal.js";

const CALLER: Caller = { id: "writ" };

/**
 * What a bundle's engine says to one request, both named by the operands of a command. Nothing came before it: a session that it names is just opened, nothing
 * is spent, nobody has approved.
 */
export async function askLocally<Answer>(
  operands: readonly string[],
  { now, stated }: Situation,
  ask: (engine: Pdp, request: DecideRequest, caller: Caller) => Promise<Answer>,
  terminal: Terminal,
): Promise<Answer> {
  const [directory, path] = bundleAndRequest(operands);
  const request = await readRequest(path, terminal);
  const { bundle, sources } = await requireLoaded(directory, terminal);
  const clock = now === undefined ? systemClock : new VirtualClock(now);
  const store = new MemoryStore({ clock });
  const engine = new Pdp({ bundle: compileBundle(bundle, sources), store, keys: await createKeys(), clock });
  try {
    await openNamedSession(engine, request, CALLER, stated);
    return await ask(engine, request, CALLER);
  } catch (error) {
    if (!(error instanceof RequestProblem)) throw error;
    const { message, problems } = error;
    throw malformed(path, problems.length === 0 ? [{ pointer: "", message }] : problems);
  } finally {
    await store.close();
  }
}
