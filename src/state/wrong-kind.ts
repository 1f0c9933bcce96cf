import { StateUnavailable } from "./store.js";

/** A cell that is not what it is used as: a window and not a map, a map and not a window, or nothing that Writ wrote. */
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
