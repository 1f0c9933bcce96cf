/** From a request that was parsed to the answer object, beside reading the same request with `JSON.parse`. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Pdp } from "../../src/engine/pdp.js";
import { createKeys } from "../../src/identity/keys.js";
import { type DecideRequest, decideRequest } from "../../src/model/request.js";
import { compileShape } from "../../src/service/wire-schema.js";
import { systemClock } from "../../src/state/clock.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { REFUND_USERS, refundPolicy, refundRequest } from "../cases/refund-policy.js";
import { compileTexts } from "../cases/writ-policy.js";
import { type Contender, type Effort, measure, type Timing } from "../measure.js";

const CALLER = { id: "bench" };
/** An allow, a deny, a require and two limits. */
const RULES_ON_REFUNDS = 5;

/** The names of what the targets speak of. */
export const ANSWERED = "checked and decided, two limits";
export const EXPLAINED = "the same, explained clause by clause";

/** What a request costs on its way to the answer object. */
export interface AnswerResult {
  readonly requestBytes: number;
  /** In the order measured, as ratios to `JSON.parse`. */
  readonly timings: readonly Timing[];
}

/** Every verdict, determining rule and number of limits is asserted for every request before anything is timed. */
export async function answerCase(effort: Effort): Promise<AnswerResult> {
  const store = new MemoryStore();
  const pdp = new Pdp({ bundle: compileTexts(refundPolicy()), store, keys: await createKeys() });
  const check = compileShape(decideRequest);
  const now = Math.floor(systemClock.now() / 1000);
  const users = Array.from({ length: REFUND_USERS }, (_, i) => i);
  const metered = users.map((user) => refundRequest(user, now));
  const pure = users.map((user) => refundRequest(user, now, { tool: "crm.lookup" }));
  const refused = users.map((user) => refundRequest(user, now, { args: { case: "K-0", amount: 900 } }));
  const inSession: DecideRequest[] = [];
  for (const request of metered) {
    const { tenant, actors } = request;
    const session = await pdp.openSession(
      { tenant, actors: actors ?? [] } as Parameters<Pdp["openSession"]>[0],
      CALLER,
    );
    inSession.push({ ...request, session: session.id });
  }
  const texts = metered.map((request) => JSON.stringify(request));
  deepStrictEqual(JSON.parse(texts[0] as string), metered[0]);

  /**
   * Checks a request's shape and returns a count from its answer; the counts are summed, so that the work is not
   * optimised away.
   */
  const asking = (
    name: string,
    requests: readonly DecideRequest[],
    ask: (request: DecideRequest) => Promise<number>,
  ): Contender => ({
    name,
    async run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const request = requests[i % requests.length] as DecideRequest;
        if (check(request) !== undefined) throw new Error("the request does not fit");
        sum += await ask(request);
      }
      return sum;
    },
  });

  const decides = async (
    name: string,
    requests: readonly DecideRequest[],
    verdict: string,
    rule: string,
    limits: number,
  ): Promise<Contender> => {
    for (const request of requests) {
      strictEqual(check(request), undefined);
      const { decision, reasons } = await pdp.decide(request, CALLER);
      strictEqual(decision, verdict, JSON.stringify(reasons));
      strictEqual(reasons[0]?.rule, rule);
      // The reservation contains the remaining amount, so only metered calls have it.
      const answer = await pdp.decide(request, CALLER);
      strictEqual(answer.limits.length, limits, JSON.stringify(answer.limits));
    }
    return asking(name, requests, async (request) => (await pdp.decide(request, CALLER)).reasons.length);
  };

  const explains = async (
    name: string,
    requests: readonly DecideRequest[],
    verdict: string,
  ): Promise<Contender> => {
    for (const request of requests) {
      strictEqual(check(request), undefined);
      const { decision, rules } = await pdp.explain(request, CALLER);
      strictEqual(decision.decision, verdict);
      strictEqual(rules[0]?.determining, true);
      strictEqual(rules.length, RULES_ON_REFUNDS);
    }
    return asking(name, requests, async (request) => (await pdp.explain(request, CALLER)).rules.length);
  };

  const contenders: Contender[] = [
    {
      name: "JSON.parse of the request",
      run(count) {
        let sum = 0;
        for (let i = 0; i < count; i++)
          sum += (JSON.parse(texts[i % texts.length] as string) as DecideRequest).tool?.length ?? 0;
        return sum;
      },
    },
    {
      name: "shape check alone",
      run(count) {
        let sum = 0;
        for (let i = 0; i < count; i++) sum += check(metered[i % metered.length]) === undefined ? 1 : 0;
        return sum;
      },
    },
    await decides("checked and decided, no state", pure, "allow", "bench.lookups", 0),
    await decides(ANSWERED, metered, "allow", "bench.refunds", 2),
    await explains(EXPLAINED, metered, "allow"),
    await decides("two limits, in an open session", inSession, "allow", "bench.refunds", 2),
    await decides("refused by a rule", refused, "deny", "bench.blocked", 0),
    await explains("the refusal, explained clause by clause", refused, "deny"),
  ];
  // All of them before any is timed: a service is asked all kinds of things.
  await measure(contenders, { ...effort, rounds: 1 });
  const timings = await measure(contenders, effort);
  await store.close();
  return { requestBytes: Buffer.byteLength(texts[0] as string), timings };
}
