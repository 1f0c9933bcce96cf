/** Endpoints for operators and their machines. */
import { z } from "zod";
import { policyStatus } from "../../model/policy.js";
import { type Endpoint, endpoint } from "../endpoint.js";
import { ServiceProblem } from "../problem.js";
import type { ServiceContext } from "../service-context.js";
import { storeWarnings } from "../store-warnings.js";

const status = z
  .strictObject({ status: z.literal("ok").describe("All is well.") })
  .meta({ id: "Health", description: "The service is well." });
const readiness = z
  .strictObject({
    status: z.enum(["ok", "degraded"]).describe("`degraded`: the service decides, but needs attention soon."),
    warnings: z.array(z.string()).optional().describe("Why the service is degraded."),
  })
  .meta({ id: "Readiness", description: "The service can decide." });
const OK = { status: "ok" as const };

const LOST = "The state store is new or has lost its data: run `writ state init` to accept it.";

/** `GET /policy`, `/healthz`, `/readyz`, `/metrics`. */
export function operationEndpoints({ policy, health, metrics, auth }: ServiceContext): readonly Endpoint[] {
  return [
    endpoint({
      method: "GET",
      path: "/policy",
      name: "readPolicyStatus",
      summary: "Read which policy is in force, its age, and the result of the last reload.",
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
      summary: "Check that the process is running.",
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
      summary: "Check that a valid policy is loaded and the state store is reachable.",
      scopes: "public",
      answer: readiness,
      status: 200,
      handle: async () => {
        if (policy.status().status === "failed") throw notReady("The policy does not load.");
        const state = await health();
        const { reachable, lost } = state;
        if (!reachable) throw notReady(lost === true ? LOST : "The state store is unreachable.");
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
      summary: "Read metrics in the Prometheus text format.",
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
