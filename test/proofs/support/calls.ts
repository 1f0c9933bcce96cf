/** Calls of the till, as a gateway sends them. */
import type { Replica } from "./replica.js";

export const HELPER = { type: "agent", id: "helper" } as const;

/** Who asks: a clerk of this name through the assistant. */
export function actorsOf(user: string): readonly object[] {
  return [{ type: "user", id: user, roles: ["clerk"], acr: "aal2" }, HELPER];
}

export const actors = actorsOf("ana");

/** Takes money out of a purse that holds 100 an hour. */
export function spend(purse: string, amount: number, more: object = {}): object {
  return { actors, tool: "purse.spend", args: { purse, amount }, ...more };
}

/** One of five in three seconds. */
export function pass(lane: string, more: object = {}): object {
  return { actors, tool: "lane.pass", args: { lane }, ...more };
}

export function call(tool: string, args: object = {}, more: object = {}): object {
  return { actors, tool, args, ...more };
}

/** Opens a session and answers its id. */
export async function openSession(replica: Replica, more: object = {}): Promise<string> {
  const { status, json } = await replica.post("/sessions", { actors, ...more });
  if (status !== 201) throw new Error(`no session: ${JSON.stringify(json)}`);
  return json.id as string;
}

export async function openTransaction(
  replica: Replica,
  kind: string,
  session: string,
  more: object = {},
): Promise<string> {
  const { status, json } = await replica.post("/transactions", { actors, kind, session, ...more });
  if (status !== 201) throw new Error(`no transaction: ${JSON.stringify(json)}`);
  return json.id as string;
}
