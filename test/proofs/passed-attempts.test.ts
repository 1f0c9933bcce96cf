import { describe, expect, it } from "vitest";
import { compileBundle } from "../../src/bundle/compile-bundle.js";
import { loadBundle } from "../../src/bundle/load.js";
import { Pdp } from "../../src/engine/pdp.js";
import { createKeys } from "../../src/identity/keys.js";
import type { DecideRequest } from "../../src/model/request.js";
import { VirtualClock } from "../../src/state/clock.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { call } from "./support/calls.js";
import { TILL } from "./support/replica.js";

const START = Date.UTC(2030, 0, 1);
const CALLER = { id: "gateway" };
const TESS = { id: "tess", roles: ["treasurer"], acr: "aal2" };

describe("attempts past a limit that may be passed", () => {
  it.each([
    ["with a need", "door.knock", { door: "d" }],
    ["by an exception", "bell.ring", { bell: "b" }],
  ])("are asked for what they need, and allowed with it: %s", async (_, tool, args) => {
    const clock = new VirtualClock(START);
    const { bundle, sources } = loadBundle(TILL, { now: START });
    if (bundle === undefined) throw new Error("the till does not load");
    const store = new MemoryStore({ clock });
    const pdp = new Pdp({ bundle: compileBundle(bundle, sources), store, keys: await createKeys(), clock });
    const request = call(tool, args) as DecideRequest;
    for (let n = 0; n < 2; n++) expect((await pdp.decide(request, CALLER)).decision).toBe("allow");
    const asked = await pdp.decide(request, CALLER);
    expect(asked.decision).toBe("require-approval");
    const [need] = asked.needs;
    if (need === undefined || !("id" in need)) throw new Error("nothing was asked for");
    await pdp.approve(need.id as string, "default", TESS, undefined);
    expect((await pdp.decide(request, CALLER)).decision).toBe("allow");
    expect((await pdp.decide(request, CALLER)).decision).toBe("require-approval");
  });
});
