import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createKeys } from "../../src/identity/keys.js";
import { policyLoader } from "../../src/service/load-policy.js";
import { VirtualClock } from "../../src/state/clock.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { temporaryFolder } from "./harness.js";

/** Takes place after a folder was read and before anybody looks whether it is still the same. */
let meanwhile: () => void = () => {};
afterEach(() => {
  meanwhile = () => {};
});
vi.mock("../../src/bundle/load.js", async (original) => {
  const { loadBundle, ...rest } = await original<typeof import("../../src/bundle/load.js")>();
  const read: typeof loadBundle = (...asked) => {
    const loaded = loadBundle(...asked);
    meanwhile();
    return loaded;
  };
  return { ...rest, loadBundle: read };
});

const { writeFileSync } = await import("node:fs");
const CATALOGUE = 'tool look { title "L"  action read  tier 1  args { }  accepts any  yields nothing }\n';
const DENY = "deny never { call look }\n";

async function loaderOf(files: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const clock = new VirtualClock(Date.now());
  const load = policyLoader(folder, { store: new MemoryStore({ clock }), keys: await createKeys(), clock });
  return { load, put: (name: string, text: string) => writeFileSync(join(folder, name), text) };
}

describe("a folder that changes while it is read", () => {
  it("is read again, so that a rule that moves to another file is not lost between the two", async () => {
    const { load, put } = await loaderOf({ "a.writ": CATALOGUE, "b.writ": DENY });
    const standing = (await load()).revision;
    let left = 1;
    meanwhile = () => {
      if (left-- <= 0) return;
      put("a.writ", CATALOGUE + DENY);
      put("b.writ", "");
    };
    const moved = await load();
    meanwhile = () => {};
    expect(moved.revision).not.toBe(standing);
    expect(moved.revision).toBe((await load()).revision);
  });

  it("does not load where it never stands still", async () => {
    const { load, put } = await loaderOf({ "a.writ": CATALOGUE });
    let text = CATALOGUE;
    meanwhile = () => {
      text += "// again\n";
      put("a.writ", text);
    };
    await expect(load()).rejects.toThrow(/kept changing/);
  });
});
