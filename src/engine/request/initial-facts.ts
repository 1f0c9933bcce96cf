/** What is known of the state before anything of it was read. */
import type { Transaction } from "../../check/program.js";
import { nothingKnown, type StateFacts } from "../../compile/frame.js";
import type { Call } from "./call.js";

/** What is known without reading: a call that names no transaction is in none. */
export function initialFacts(call: Call): StateFacts {
  return call.request.transaction === undefined ? { transaction: "none" } : nothingKnown;
}

/** A transaction taken as open and begun with this call. */
export function assumedFacts(transaction: Transaction): NonNullable<StateFacts["transaction"]> {
  const root = Object.assign(Object.create(null), { id: "", kind: transaction.name, steps: 0, age: 0 });
  return { kind: transaction.id, root };
}
