/** The operations of one reservation, as they are gathered. */
import type { Operation } from "../../state/store.js";
import type { Charge } from "../rules/limits.js";
import type { Case } from "./types.js";

/**
 * A list of operations that records the charges they make: the windows of the store's answer are in the order of `charges`.
 * Windows of exceptions and priors come after them and are not used.
 */
export class Operations {
  readonly list: Operation[] = [];
  readonly charges: Charge[] = [];

  push(...operations: readonly Operation[]): void {
    for (const operation of operations) this.list.push(operation);
  }
  charge(charge: Charge, operation: Operation): void {
    this.charges.push(charge);
    this.list.push(operation);
  }
}

/** Whether to charge even if the limit has no room: it raises an alert, its need was added, or it is waived. */
export function mayPass({ limit }: Charge, { limits }: Case): boolean {
  return limit.over.kind === "alert" || limits.passed.includes(limit) || isWaived(limit.id, limits);
}

function isWaived(id: string, { waived }: Case["limits"]): boolean {
  return waived.some((each) => each.id === id);
}
