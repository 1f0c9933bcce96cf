/** An engine in this process with empty state, for commands that decide one request and end. */
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
 * Runs a bundle's engine on one request, both named by the operands of a command. The state is empty: a session that
 * the request names is new, nothing is spent, and there are no approvals.
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
