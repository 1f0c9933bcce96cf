/** A refusal with its whole story: every rule of the tool, clause by clause, with the values that decided. No peer has it. */
import { deepStrictEqual } from "node:assert/strict";
import { Pdp } from "../../src/engine/pdp.js";
import { createKeys } from "../../src/identity/keys.js";
import type { DecideRequest } from "../../src/model/request.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import type { Question, Workload } from "../cases/workload.js";
import { compiledBundle, writRequest } from "../cases/writ-policy.js";
import type { Contender } from "../measure.js";

/** The name among the contenders. */
export const EXPLAINED = "writ, explained in full";
const CALLER = { id: "bench" };

/** Times `explain` from the request as sent to its answer; the determining rule of each is asserted. */
export async function explainedRefusals(work: Workload, question: Question): Promise<Contender> {
  const pdp = new Pdp({ bundle: compiledBundle(work), store: new MemoryStore(), keys: await createKeys() });
  const requests = question.requests.map(writRequest);
  for (const request of requests) {
    const { decision, rules } = await pdp.explain(request, CALLER);
    const [first] = rules;
    deepStrictEqual(
      { decision: decision.decision, rule: first?.rule, determining: first?.determining },
      { decision: "deny", rule: `bench.${question.expected.rule}`, determining: true },
    );
  }
  return {
    name: EXPLAINED,
    async run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++)
        sum += (await pdp.explain(requests[i % requests.length] as DecideRequest, CALLER)).rules.length;
      return sum;
    },
  };
}
