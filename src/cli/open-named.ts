/** Opens the sessions and transactions that the requests of a file name, so that they are not refused because these are missing. */
import type { Program, Transaction } from "../check/program.js";
import type { Pdp } from "../engine/pdp.js";
import { type Caller, RequestProblem } from "../engine/request/types.js";
import type { DecideRequest } from "../model/request.js";

/** Opens the session that a request names, for its tenant and actors. Rejects with RequestProblem if they may not open it. */
export async function openNamedSession(
  engine: Pdp,
  { session: id, tenant, actors }: DecideRequest,
  caller: Caller,
  stated?: string,
): Promise<void> {
  if (id === undefined) return;
  await engine.openSession(
    {
      id,
      ...(tenant === undefined ? {} : { tenant }),
      ...(actors === undefined ? {} : { actors }),
      ...(stated === undefined ? {} : { stated }),
    },
    caller,
  );
}

/**
 * Returns the requests after opening what they name: each session once, for the first request that names it, and each
 * transaction with a kind that admits every tool called in it. The engine assigns ids of transactions, so those of the
 * requests are replaced. A name that cannot be opened stays, and the engine refuses it.
 */
export async function openNamed<Line extends { readonly request: DecideRequest }>(
  engine: Pdp,
  lines: readonly Line[],
  program: Program,
  caller: Caller,
): Promise<readonly Line[]> {
  const opened = new Map<string, string | undefined>();
  const once = async (key: string, open: () => Promise<string | undefined>) => {
    if (!opened.has(key)) opened.set(key, await unlessRefused(open));
    return opened.get(key);
  };
  const found: Line[] = [];
  for (const line of lines) {
    const { request } = line;
    const { session, tenant, transaction } = request;
    if (session !== undefined)
      await once(JSON.stringify(["session", tenant, session]), async () => {
        await openNamedSession(engine, request, caller);
        return session;
      });
    if (transaction === undefined) {
      found.push(line);
      continue;
    }
    const key = JSON.stringify(["transaction", tenant, session, transaction]);
    const id = await once(key, () => openTransaction(engine, lines, request, program, caller));
    found.push(id === undefined ? line : { ...line, request: { ...request, transaction: id } });
  }
  return found;
}

/** The first kind that admits the tools of every request that names this transaction; a kind with that name comes first. */
async function openTransaction(
  engine: Pdp,
  lines: readonly { readonly request: DecideRequest }[],
  { tenant, session, transaction, actors }: DecideRequest,
  program: Program,
  caller: Caller,
): Promise<string | undefined> {
  if (session === undefined) return undefined;
  const tools = new Set(
    lines.flatMap(({ request }) =>
      request.transaction === transaction && request.session === session && request.tool !== undefined
        ? toolId(request.tool, program)
        : [],
    ),
  );
  const admits = ({ order, confirmPlan }: Transaction) =>
    !confirmPlan && [...tools].every((id) => order === undefined || order.some((step) => step.tools.has(id)));
  const kinds = [...program.transactions.values()].filter(admits);
  kinds.sort((a, b) => Number(b.name === transaction) - Number(a.name === transaction));
  for (const { id: kind } of kinds) {
    const id = await unlessRefused(async () => {
      const request = {
        kind,
        session,
        ...(tenant === undefined ? {} : { tenant }),
        ...(actors === undefined ? {} : { actors }),
      };
      return (await engine.openTransaction(request, caller)).id;
    });
    if (id !== undefined) return id;
  }
  return undefined;
}

function toolId(name: string, program: Program): string {
  const byWire = [...program.tools.values()].find(({ wire }) => wire === name);
  return byWire?.id ?? program.resolve("tool", name) ?? name;
}

async function unlessRefused(open: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof RequestProblem)) throw error;
    return undefined;
  }
}
