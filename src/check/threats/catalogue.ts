/** A published list of threats: ids and names as published, and the source. */
export interface ThreatCatalogue {
  /** The argument of `--profile`. */
  readonly profile: string;
  readonly name: string;
  readonly edition: string;
  /** The day of the edition, `YYYY-MM-DD`. */
  readonly published: string;
  readonly source: string;
  readonly threats: readonly Threat[];
  /** Ids of earlier editions, each with its successor. */
  readonly retired: ReadonlyMap<string, string>;
}

export interface Threat {
  readonly id: string;
  readonly name: string;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** A catalogue from lines of the form `ID NAME`. */
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
