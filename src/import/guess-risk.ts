/**
 * A first guess at what a tool does, from its name and description, for a person to confirm. It errs towards more risk:
 * what nothing marks as a read is a write, and where the vendor's own annotations disagree, the stricter reading counts.
 */

/** What is known of a tool before it is called. */
export interface Described {
  readonly name: string;
  readonly description?: string | undefined;
  /** The vendor's claims (`readOnlyHint`, `destructiveHint`): they may raise the guess and never lower it. */
  readonly annotations?:
    | { readonly readOnly?: boolean | undefined; readonly destructive?: boolean | undefined }
    | undefined;
}

/** How much a tool may do, as its catalogue entry says it. */
export interface Risk {
  readonly action: "read" | "write" | "admin";
  readonly tier: 1 | 2 | 3;
  readonly irreversible: boolean;
  /** Why, in a few words. */
  readonly reason: string;
}

type Level = "read" | "low" | "high" | "final" | "admin";

/** Verbs that say a read wherever a name begins or ends with them. */
const READS = words(
  `get list search find query read fetch show describe view lookup count check inspect explain summarize analyze
   browse diff compare validate verify preview detect resolve retrieve scan download peek cat ls whoami`,
);
/** Words that are as often nouns or parts of other work: a read only where nothing else says anything. */
const WEAK_READS = words(
  `tail watch wait history status info help ping echo print logs log metrics stats statistics screenshot snapshot hover
   suggest recommend discover calculate compute convert parse translate estimate trace match lint test health overview
   details schema version versions think sequentialthinking ask enrich examine exists measure monitor display sample
   capture network console diagnose recognize`,
);
const WRITES: ReadonlyMap<string, Level> = new Map<string, Level>([
  // Adds, or changes nothing that matters elsewhere.
  ...levelled(
    "low",
    `add create comment note draft append tag untag label mark annotate reply save store insert toggle link star follow
     subscribe unsubscribe open navigate select new generate resize close press type drag click back forward handle
     copy clone fork join connect disconnect prepare initialize init retry rerun register assign pin unpin attach
     toggle complete resize`,
  ),
  // Overwrites what was there, or sets something going.
  ...levelled(
    "high",
    `update edit set rename move reorder modify change patch put write upsert replace import sync upload fill schedule
     unassign unlink detach run execute exec eval invoke call trigger start stop restart deploy release rollback merge
     push submit approve reject reboot kill scale apply unblock block build place install uninstall evaluate migrate
     restore mutate swap failover recover rebuild enable manage createorupdate orchestrate post record file`,
  ),
  ...levelled(
    "final",
    `delete remove drop purge destroy erase wipe clear truncate send email pay transfer refund withdraw charge buy sell
     publish broadcast cancel terminate unschedule archive forget prune evict flush`,
  ),
  ...levelled(
    "admin",
    `grant revoke rotate reset disable deactivate activate suspend unsuspend invite impersonate authorize lock unlock
     expire elevate`,
  ),
]);
const RANK: readonly Level[] = ["read", "low", "high", "final", "admin"];
/** What makes a change of it one of who may do what. */
const ADMIN_OBJECTS =
  /\b(?:permissions?|roles?|acl|polic(?:y|ies)|credentials?|secrets?|passwords?|api keys?|tokens?|users?|members?|admins?|iam|rbac|certificates?|firewall)\b/;
const DESTRUCTIVE = /\b(?:permanently|irreversibl[ey]|cannot be undone|destructive|deletes?|overwrites?)\b/i;
const FREE_QUERY = /\bsql\b(?!.{0,40}\bselect\b)/is;
const READING =
  /^(?:\W*)(?:gets?|lists?|search(?:es)?|finds?|quer(?:y|ies)|reads?|fetch(?:es)?|shows?|describes?|views?|retrieves?|returns?|looks? up|checks?|displays?|provides?|inspects?|counts?|analy[sz]es?)\b/i;
const RISK: Readonly<Record<Level, Omit<Risk, "reason">>> = {
  read: { action: "read", tier: 1, irreversible: false },
  low: { action: "write", tier: 2, irreversible: false },
  high: { action: "write", tier: 3, irreversible: false },
  final: { action: "write", tier: 3, irreversible: true },
  admin: { action: "admin", tier: 3, irreversible: false },
};

/** The guess. A name that says nothing is read by how its description begins; if that says nothing either, tier 3. */
export function guessRisk(tool: Described): Risk {
  const name = wordsOf(tool.name);
  const description = (tool.description ?? "").slice(0, 2000);
  const [level, reason] = byName(name) ??
    byDescription(description) ??
    byNoun(name) ?? ["high", "nothing says that it only reads"];
  const raised = raise(level, name, description);
  const guess: Risk = {
    ...RISK[raised],
    reason: raised === level ? reason : `${reason}, of access or for good`,
  };
  return withClaims(guess, tool.annotations);
}

/** The guess from one verb alone, in the singular or plural; undefined where the word says nothing. */
export function guessVerb(word: string): Risk | undefined {
  for (const stem of stems(word.toLowerCase())) {
    if (READS.has(stem)) return { ...RISK.read, reason: `\`${stem}\`` };
    const level = WRITES.get(stem);
    if (level !== undefined) return { ...RISK[level], reason: `\`${stem}\`` };
  }
  return undefined;
}

/** How grave a guess is, for comparing two: larger is graver. */
export function gravity({ action, tier, irreversible }: Risk): number {
  return action === "read" ? 0 : tier + (irreversible ? 1 : 0) + (action === "admin" ? 2 : 0);
}

/**
 * A verb at either end of the name: `list_runs`, but also `recommendation_list`. Where both ends are verbs the riskier
 * one counts, except before `get`, which is never a noun: `deploy_logs_get` reads, `delete_list` does not.
 */
function byName(name: readonly string[]): readonly [Level, string] | undefined {
  const [first = "", last = ""] = [name[0], name.at(-1)];
  const joined = name.filter((_, index) => ["and", "or"].includes(name[index - 1] ?? ""));
  const [write] = [first, last, ...joined].filter((word) => WRITES.has(word)).sort(byRisk);
  const isGet = last === "get" && joined.length === 0;
  const read = [first, last].find((word) => READS.has(word));
  if (write !== undefined && !isGet && !(READS.has(first) && !joined.includes(write))) {
    return [WRITES.get(write)!, `\`${write}\` in its name`];
  }
  if (read !== undefined) return ["read", `\`${read}\` in its name`];
  const [inner] = name.filter((word) => WRITES.has(word)).sort(byRisk);
  return inner === undefined ? undefined : [WRITES.get(inner)!, `\`${inner}\` in its name`];
}

function byNoun(name: readonly string[]): readonly [Level, string] | undefined {
  const weak = name.find((word) => WEAK_READS.has(word) || READS.has(word));
  return weak === undefined ? undefined : ["read", `\`${weak}\` in its name`];
}

/** By how the description begins; a read only where no other verb stands beside it, as in "List, create or close". */
function byDescription(description: string): readonly [Level, string] | undefined {
  const beginning =
    description
      .toLowerCase()
      .match(/[a-z]+/g)
      ?.slice(0, 6) ?? [];
  const [write] = beginning
    .flatMap(stems)
    .filter((word) => WRITES.has(word))
    .sort(byRisk);
  const isRead = READING.test(description);
  const isList = /^[^.]{0,60}?(?:,|\bor\b|\band\b)/i.test(description);
  if (isRead && (write === undefined || !isList)) return ["read", "its description begins like a read"];
  return write === undefined ? undefined : [WRITES.get(write)!, `\`${write}\` begins its description`];
}

function stems(word: string): readonly string[] {
  return [word, word.replace(/s$/, ""), word.replace(/es$/, ""), word.replace(/ies$/, "y")];
}

function byRisk(a: string, b: string): number {
  return RANK.indexOf(WRITES.get(b)!) - RANK.indexOf(WRITES.get(a)!);
}

function raise(level: Level, name: readonly string[], description: string): Level {
  // A query in a language that can also write is as risky as what it may say.
  if (level === "read") return name[0] === "query" && FREE_QUERY.test(description) ? "high" : level;
  if (level !== "admin" && ADMIN_OBJECTS.test(name.join(" "))) return "admin";
  return level === "low" && DESTRUCTIVE.test(description.slice(0, 300)) ? "high" : level;
}

function withClaims(guess: Risk, claims: Described["annotations"]): Risk {
  if (guess.action === "read" && claims?.readOnly === false) {
    const level = claims.destructive === false ? "low" : "high";
    return { ...RISK[level], reason: `${guess.reason}, but the vendor says that it writes` };
  }
  if (guess.action !== "read" && claims?.readOnly === true) {
    return { ...guess, reason: `${guess.reason}, although the vendor says that it only reads` };
  }
  if (guess.tier === 2 && claims?.destructive === true) {
    return { ...guess, tier: 3, reason: `${guess.reason}, and the vendor says that it destroys` };
  }
  return guess;
}

/** The words of a name in any of the usual spellings, in small letters. */
export function wordsOf(name: string): readonly string[] {
  const spaced = name.slice(0, 200).replace(/([a-z0-9])([A-Z])/g, "$1 $2");
  return spaced.toLowerCase().match(/[a-z]+/g) ?? [];
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}

function levelled(level: Level, list: string): readonly (readonly [string, Level])[] {
  return list.split(/\s+/).map((word) => [word, level]);
}
