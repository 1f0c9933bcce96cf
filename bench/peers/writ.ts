import { readCall } from "../../src/engine/request/call.js";
import type { RequestSpec } from "../cases/workload.js";
import { compiledBundle, writRequest } from "../cases/writ-policy.js";
import { loaded, type Peer } from "./peer.js";
import { decidePure } from "./pure-decision.js";

export const writ: Peer = {
  name: "writ",
  use: "judge and weigh of the engine, on a request that is read already",
  load(work) {
    const bundle = compiledBundle(work);
    return loaded({
      input(request: RequestSpec) {
        const { frame } = readCall(writRequest(request), { id: "bench" }, bundle, 0);
        return { tool: request.tool, frame };
      },
      decide({ tool, frame }) {
        const { decision, rule } = decidePure(bundle, tool, frame);
        return { decision: decision === "allow" ? "allow" : "deny", rule: rule?.name };
      },
    });
  },
};
