/** What a good programmer would write for exactly these rules: maps by tool, role, region and purpose, and no more. */
import type { Answer, RequestSpec, RuleSpec } from "../cases/workload.js";
import { loaded, type Peer } from "./peer.js";

interface Bound {
  readonly amount: number;
  readonly rule: string;
}
interface Place {
  /** By role, then by region. */
  readonly allows: Map<string, Map<string, Bound>>;
  /** By purpose. */
  readonly denies: Map<string, Bound>;
}

const nothingGrants: Answer = { decision: "deny", rule: undefined };

export const handWritten: Peer = {
  name: "hand-written",
  use: "nested maps by tool (or tier), role and region, one comparison at the end",
  load({ rules, shape }) {
    const places = new Map<string | number, Place>();
    for (const rule of rules) put(places, rule);
    const byTier = shape === "tool-less";
    return loaded({
      input: (request: RequestSpec) => request,
      decide: (request) => decide(places.get(byTier ? request.tier : request.tool), request),
    });
  },
};

function decide(place: Place | undefined, request: RequestSpec): Answer {
  if (place === undefined) return nothingGrants;
  const denied = place.denies.get(request.purpose);
  if (denied !== undefined && request.amount > denied.amount) return { decision: "deny", rule: denied.rule };
  for (const role of request.roles) {
    const bound = place.allows.get(role)?.get(request.region);
    if (bound !== undefined && request.amount <= bound.amount) return { decision: "allow", rule: bound.rule };
  }
  return nothingGrants;
}

function put(places: Map<string | number, Place>, rule: RuleSpec): void {
  const key = rule.tool ?? (rule.tier as number);
  const place = places.get(key) ?? { allows: new Map(), denies: new Map() };
  places.set(key, place);
  const bound = { amount: rule.amount, rule: rule.name };
  if (rule.effect === "deny") place.denies.set(rule.purpose, bound);
  else {
    const regions = place.allows.get(rule.role) ?? new Map<string, Bound>();
    place.allows.set(rule.role, regions.set(rule.region, bound));
  }
}
