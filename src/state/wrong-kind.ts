/** A cell was used as what it is not: keys of windows and of maps overlap, which is a mistake of the caller. */
export class WrongKind extends TypeError {
  override readonly name = "WrongKind";

  constructor(key: string, is: "window" | "map") {
    super(`the cell ${JSON.stringify(key.slice(0, 200))} is a ${is}, and cannot be used as anything else`);
  }
}
