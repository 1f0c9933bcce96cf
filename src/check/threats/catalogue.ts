/** A published list of threats: ids and names as its publisher gives them, and where it was read. */
export interface ThreatCatalogue {
  /** What `--profile` takes. */
  readonly profile: string;
  readonly name: string;
  readonly edition: string;
  /** Day of the edition, `YYYY-MM-DD`. */
  readonly published: string;
  readonly source: string;
  readonly threats: readonly Threat[];
  /** Ids that earlier editions had, each with what it became. */
  readonly retired: ReadonlyMap<string, string>;
}

export interface Threat {
  readonly id: string;
  readonly name: string;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** A catalogue from lines of an id, a blank and a name. */
export function catalogueOf(
  head: Omit<ThreatCatalogue, "threats" | "retired">,
  lines: string,
  retired: ReadonlyMap<string, string> = NONE,
): ThreatCatalogue {
  const threats = lines
    .trim()
    .split("\n")
    .map((line) => {
      const [, id = "", name = ""] = /^\s*(\S+)\s+(.*)$/.exec(line) ?? [];
      return { id, name };
    });
  return { ...head, threats, retired };
}
