/** The operations of one reservation, as they are gathered. */
import type { CommitResult, Operation, WindowCell } from "../state/store.js";
import type { Charge } from "./limits.js";

/** A list of operations that remembers which window answers belong to which charge. */
export class Operations {
  readonly list: Operation[] = [];
  readonly charges: Charge[] = [];

  push(...operations: readonly Operation[]): void {
    this.list.push(...operations);
  }
  charge(charge: Charge, operation: Operation): void {
    this.charges.push(charge);
    this.list.push(operation);
  }
  /** Windows of the charges, by charge: exceptions' and priors' charges come after them and are not asked for. */
  windowsOf(result: CommitResult): readonly (readonly [Charge, WindowCell])[] {
    return this.charges.map((charge, i) => [charge, result.windows[i] as WindowCell] as const);
  }
}
