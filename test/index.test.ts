import { expect, test } from "vitest";
import { compileBundle, createKeys, loadBundle, openStore, Pdp } from "../src/index.js";

test("the public API is enough to decide in one's own process", async () => {
  const { bundle, sources } = loadBundle("policies/starter");
  if (bundle === undefined) throw new Error("the starter does not load");
  const store = await openStore("memory:");
  const pdp = new Pdp({ bundle: compileBundle(bundle, sources), store, keys: await createKeys() });
  const decision = await pdp.decide(
    {
      actors: [
        { type: "user", id: "ana", roles: ["clerk"] },
        { type: "agent", id: "support_bot" },
      ],
      tool: "crm.lookup",
      args: { customer: "C-1" },
    },
    { id: "gateway" },
  );
  expect(decision).toMatchObject({ decision: "allow", revision: bundle.revision });
  await store.close();
});
