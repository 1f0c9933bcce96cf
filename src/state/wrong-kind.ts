import { StateUnavailable } from "./store.js";

/** Thrown if a cell is not of the kind it is used as: a window instead of a map, a map instead of a window, or damaged. */
export class WrongKind extends StateUnavailable {
  override readonly name = "WrongKind";

  constructor(key: string, is: "window" | "map" | "damaged") {
    const cell = `the cell ${JSON.stringify(key.slice(0, 200))}`;
    super(
      "damaged",
      is === "damaged"
        ? `${cell} does not hold what Writ writes, so its count is unknown`
        : `${cell} is a ${is}, and cannot be used as anything else`,
    );
  }
}
