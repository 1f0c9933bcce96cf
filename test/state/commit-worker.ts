/**
 * A process of its own that commits to a store: `race URL N` answers how many of N commits at once were admitted into
 * a cap of 1000; `stream URL` prints a line after each commit that was answered, until it is killed.
 */
import { openStore } from "../../src/state/open-store.js";
import type { Operation } from "../../src/state/store.js";

const [mode, url, count] = process.argv.slice(2);
const store = await openStore(url ?? "", { timeout: 10_000, begin: true });
const one = (cap: number | null): Operation => ({
  op: "charge",
  key: "shared",
  window: { kind: "rolling", length: 3_600_000, parts: 10 },
  amount: 1,
  cap,
});

if (mode === "race") {
  process.send?.("ready");
  await new Promise((resolve) => process.once("message", resolve));
  const commits = Array.from({ length: Number(count) }, () => store.commit([one(1_000)], "all"));
  const admitted = (await Promise.all(commits)).filter(({ outcome }) => outcome === "applied").length;
  process.send?.(admitted);
  await store.close();
  process.disconnect?.();
} else {
  for (let n = 1; ; n++) {
    const note: Operation = {
      op: "put",
      key: `map ${n % 50}`,
      fields: { [`field ${n}`]: "x".repeat(300) },
      ttl: 500,
    };
    await store.commit([one(null), note], "all");
    process.stdout.write(`${n}\n`);
  }
}
