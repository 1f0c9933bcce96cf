/** What operators and their machines ask. */
import { z } from "zod";
import { policyStatus } from "../../model/policy.js";
import { type Endpoint, endpoint } from "../endpoint.js";
import { ServiceProblem } from "../problem.js";
import type { ServiceContext } from "../service-context.js";
import { storeWarnings } from "../store-warnings.js";

const status = z.strictObject({ status: z.literal("ok") });
const readiness = z.strictObject({
  status: z
    .enum(["ok", "degraded"])
    .describe("`degraded`: it decides, and somebody has to look after it soon."),
  warnings: z.array(z.string()).optional().describe("Why it is degraded."),
});
const OK = { status: "ok" as const };

const LOST =
  "The state store holds nothing of Writ, or lost what it held: `writ state init` accepts beginning anew.";

/** `GET /policy`, `/healthz`, `/readyz`, `/metrics`. */
export function operationEndpoints({ policy, health, metrics, auth }: ServiceContext): readonly Endpoint[] {
  return [
    endpoint({
      method: "GET",
      path: "/policy",
      name: "readPolicyStatus",
      summary: "Which policy decides, how old it is, and what became of its last change.",
      scopes: [],
      answer: policyStatus,
      status: 200,
      handle: () => policy.status(),
    }),
    endpoint({
      method: "GET",
      path: "/healthz",
      name: "isAlive",
      unlimited: true,
      summary: "The process answers.",
      scopes: "public",
      answer: status,
      status: 200,
      handle: () => OK,
    }),
    endpoint({
      method: "GET",
      path: "/readyz",
      name: "isReady",
      unlimited: true,
      summary: "There is a policy that may decide, and the state store is in reach.",
      scopes: "public",
      answer: readiness,
      status: 200,
      handle: async () => {
        if (policy.status().status === "failed") throw notReady("The policy does not load.");
        const state = await health();
        const { reachable, lost } = state;
        if (!reachable) throw notReady(lost === true ? LOST : "The state store is out of reach.");
        if ((await auth.keyProblem()) !== undefined)
          throw notReady("The `jwks_file` of a configured issuer cannot be read.");
        const warnings = storeWarnings(state);
        return warnings.length === 0 ? OK : { status: "degraded" as const, warnings: [...warnings] };
      },
    }),
    endpoint({
      method: "GET",
      path: "/metrics",
      name: "readMetrics",
      unlimited: true,
      summary: "Metrics in Prometheus' text format.",
      scopes: [],
      contentType: metrics.contentType,
      status: 200,
      handle: () => metrics.text(),
    }),
  ];
}

function notReady(detail: string): ServiceProblem {
  return new ServiceProblem("not_ready", { detail });
}
