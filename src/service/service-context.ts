/** The context that endpoints run in. */
import type { Logger } from "pino";
import type { PolicyDecisionPoint } from "../engine/request/types.js";
import type { PolicyStatus } from "../model/policy.js";
import type { Clock } from "../state/clock.js";
import type { StoreHealth } from "../state/store.js";
import type { Authenticator } from "./authenticate.js";
import type { Metrics } from "./metrics.js";

/** The policy in service, as endpoints use it. */
export interface PolicySource {
  readonly revision: string;
  /** Throws ServiceProblem if no policy may decide now. */
  pdp(): PolicyDecisionPoint;
  status(): PolicyStatus;
}

/** Dependencies shared by all endpoints; built once, before the service listens. */
export interface ServiceContext {
  readonly policy: PolicySource;
  readonly auth: Authenticator;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Never rejects. */
  readonly health: () => Promise<StoreHealth>;
  /** Lets a body name its approver. */
  readonly dev: boolean;
}
