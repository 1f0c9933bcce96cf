import { afterEach, describe, expect, it } from "vitest";
import { actorsOf, call, openSession, spend } from "./support/calls.js";
import { Dice } from "./support/dice.js";
import { type Fleet, fleet, type Kind } from "./support/fleet.js";
import type { Replica } from "./support/replica.js";
import { PROOF_TIMEOUT, report } from "./support/size.js";
import { tally, why } from "./support/tally.js";

describe.each<Kind>(["memory", "file"])("state that is full, kept in %s", (kind) => {
  let state: Fleet;
  afterEach(() => state?.end());

  it("refuses what needs a new cell, serves what has one, and forgets nothing", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    state = await fleet(kind, { state: { capacity: 60 } });
    const dice = new Dice(`state full, ${kind}`);
    const any = () => dice.pick(state.replicas) as Replica;
    const session = await openSession(any());
    await any().decide(call("web.fetch", { page: "p" }, { session }));
    expect(why(await any().decide(spend("first", 99)))).toBe("allow till.writing");
    // Each takes the cell of its purse, and a record for its outcome.
    const verdicts = await Promise.all(
      Array.from({ length: 200 }, (_, n) => any().decide(spend(`filler-${n}`, 1))),
    );
    report(`${kind}: ${tally(verdicts.map(why))}`);
    expect(new Set(verdicts.map(why))).toEqual(new Set(["allow till.writing", "deny builtin.state_full"]));
    // The cells are still there: the purse that was nearly empty is, and the session is as it was.
    expect(why(await any().decide(spend("first", 2)))).toBe("deny till.purse_holds");
    expect((await any().get(`/sessions/${session}`)).json.labels).toEqual(["untrusted"]);
    expect(why(await any().decide(call("post.out", { text: "x" }, { session })))).toBe(
      "deny till.nothing_out_after_outside_text",
    );
    const another = await any().post("/sessions", { actors: actorsOf("bo") });
    expect([another.status, another.json.type]).toEqual([409, "urn:writ:problem:state_full"]);
    // What needs nothing new goes on: an outcome makes room for nobody, but it is heard, and gives back.
    const [one] = verdicts.filter(({ json }) => json.decision === "allow");
    const purse = `filler-${verdicts.indexOf(one as (typeof verdicts)[number])}`;
    const left = async () => {
      const { json } = await any().decide(spend(purse, 0, { dry_run: true }));
      return json.limits.find(({ name }: { name: string }) => name === "purse_holds").remaining as number;
    };
    expect(await left()).toBe(99);
    const outcome = { decision_id: one?.json.decision_id as string, status: "not_run" };
    expect((await any().post("/outcomes", outcome)).status).toBe(200);
    expect(await left()).toBe(100);
    for (let n = 0; n < 200; n++) {
      const allowed = verdicts[n]?.json.decision === "allow" && n > 0 && `filler-${n}` !== purse;
      if (!allowed) continue;
      const { json } = await any().decide(spend(`filler-${n}`, 0, { dry_run: true }));
      expect(json.limits.find(({ name }: { name: string }) => name === "purse_holds").remaining).toBe(99);
    }
    expect((await any().get("/readyz")).status).toBe(200);
  });
});
