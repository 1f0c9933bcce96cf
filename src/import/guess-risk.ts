/**
 * A first guess at what a tool does, from its name and description, for a person to confirm. It errs towards more risk:
 * a tool without a sign of a read is a write, and if the vendor's annotations disagree, the stricter reading counts.
 */

/** What is known about a tool before it is called. */
export interface Described {
  readonly name: string;
  readonly description?: string | undefined;
  /** Names of its arguments, as far as they are published. */
  readonly arguments?: readonly string[];
  /** The vendor's claims (`readOnlyHint`, `destructiveHint`): they may raise the guess but never lower it. */
  readonly annotations?:
    | { readonly readOnly?: boolean | undefined; readonly destructive?: boolean | undefined }
    | undefined;
}

/** The risk of a tool, as in its catalogue entry. */
export interface Risk {
  readonly action: "read" | "write" | "admin";
  readonly tier: 1 | 2 | 3;
  readonly irreversible: boolean;
  /** Why, in a few words. */
  readonly reason: string;
}

type Level = "read" | "low" | "high" | "final" | "admin";

/** Verbs that mark a read at the beginning or end of a name. */
const READS = words(
  `get list search find query read fetch show describe view lookup count check inspect explain summarize analyze
   browse diff compare validate verify preview detect retrieve scan download peek cat ls whoami`,
);
/** Words that are as often nouns or parts of other work: they mark a read only if nothing else decides. */
const WEAK_READS = words(
  `tail watch wait history status info help ping echo print logs log metrics stats statistics screenshot snapshot
   suggest recommend discover calculate compute convert parse translate estimate trace match lint test health overview
   details schema version versions think sequentialthinking enrich examine exists measure monitor display sample
   capture network console diagnose recognize`,
);
const WRITES: ReadonlyMap<string, Level> = new Map<string, Level>([
  // Adds, or changes nothing of importance elsewhere.
  ...levelled(
    "low",
    `add create comment note draft append tag untag label mark annotate reply save store insert toggle link star follow
     subscribe unsubscribe open navigate select new generate resize close press type drag click back forward handle
     copy clone fork join connect disconnect prepare initialize init retry rerun register assign pin unpin attach
     complete hover share vote react acknowledge ack mute unmute`,
  ),
  // Overwrites existing data, or starts something.
  ...levelled(
    "high",
    `update edit set rename move reorder modify change patch put write upsert replace import sync upload fill schedule
     unassign unlink detach run execute exec eval invoke call trigger start stop restart deploy release rollback merge
     push submit approve reject reboot kill scale apply unblock block build place install uninstall evaluate migrate
     restore mutate swap failover recover rebuild enable manage createorupdate orchestrate post record file resolve reopen reassign escalate continue pause
     resume configure setup alter overwrite transform commit checkout allocate deallocate provision dispatch notify
     message mount unmount drain cordon uncordon taint expose clean order book sign ask`,
  ),
  ...levelled(
    "final",
    `delete remove drop purge destroy erase wipe clear truncate send email pay transfer refund withdraw charge buy sell
     publish broadcast cancel terminate unschedule archive forget prune evict flush rm unset discard cleanup unshare spend redeem donate liquidate void`,
  ),
  ...levelled(
    "admin",
    `grant revoke rotate reset disable deactivate activate suspend unsuspend invite impersonate authorize lock unlock
     expire elevate ban unban kick`,
  ),
]);
/**
 * Verbs of change that are nouns as often, as in `get_build` and `list_open_issues`. After a verb of reading they count
 * as nouns, unless an `and`, `or` or `then` makes them verbs. All other verbs of change count anywhere in a name.
 */
const NOUNS = words(
  `archive back block book build call charge comment copy deploy draft email file forward fork grant handle import
   invite label link lock mark message new note open order place post record refund register release run share star
   store tag transfer type vote`,
);
const JOINTS = words("and or then");
/** Arguments in a language that can also write are as risky as the most that they can express. */
const LANGUAGES = words(
  "sql tsql plsql cypher gremlin sparql flux influxql script code command shell statement",
);
const ENGINES = words(
  `athena bigquery clickhouse cockroach cockroachdb database databricks db duckdb influxdb mariadb mongo mongodb mssql
   mysql neo oracle postgres postgresql presto redshift snowflake sql sqlite sqlserver synapse timescale trino`,
);
const RANK: readonly Level[] = ["read", "low", "high", "final", "admin"];
/** Words for things whose change affects who may do what. */
const ADMIN_OBJECTS =
  /\b(?:permissions?|roles?|acl|polic(?:y|ies)|credentials?|secrets?|passwords?|api keys?|tokens?|users?|members?|admins?|iam|rbac|certificates?|firewall)\b/;
const DESTRUCTIVE = /\b(?:permanently|irreversibl[ey]|cannot be undone|destructive|deletes?|overwrites?)\b/i;
const FREE_QUERY = /\b(?:sql|influxql|cypher|sparql|gremlin)\b(?!.{0,40}\bselect\b)/is;
const READING =
  /^(?:\W*)(?:gets?|lists?|search(?:es)?|finds?|quer(?:y|ies)|reads?|fetch(?:es)?|shows?|describes?|views?|retrieves?|returns?|looks? up|checks?|displays?|provides?|inspects?|counts?|analy[sz]es?)\b/i;
const RISK: Readonly<Record<Level, Omit<Risk, "reason">>> = {
  read: { action: "read", tier: 1, irreversible: false },
  low: { action: "write", tier: 2, irreversible: false },
  high: { action: "write", tier: 3, irreversible: false },
  final: { action: "write", tier: 3, irreversible: true },
  admin: { action: "admin", tier: 3, irreversible: false },
};

const BY_SCRIPT = "but what it is given or called may say more";

/** Returns the guess. If the name does not decide, the beginning of the description does; otherwise tier 3. */
export function guessRisk(tool: Described): Risk {
  const name = stemmed(wordsOf(tool.name));
  const description = (tool.description ?? "").slice(0, 2000);
  const [level, reason] = byName(name) ??
    byDescription(description) ??
    byNoun(name) ?? ["high", "nothing says that it only reads"];
  const raised = raise(level, name, tool);
  const guess: Risk = {
    ...RISK[raised],
    reason:
      raised === level ? reason : `${reason}, ${level === "read" ? BY_SCRIPT : "of access or for good"}`,
  };
  return withClaims(guess, tool.annotations);
}

/**
 * Returns the guess from a name alone, or undefined if it does not decide. In a name that is known to be a read, words
 * that are as often nouns count as verbs only at the beginning.
 */
export function guessName(name: string, isRead = false): Risk | undefined {
  const said = byName(stemmed(wordsOf(name)), isRead);
  return said === undefined ? undefined : { ...RISK[said[0]], reason: said[1] };
}

/** Names begin in the third person as well: `deletesUser`. */
function stemmed(name: readonly string[]): readonly string[] {
  const [first = "", ...rest] = name;
  const stem = stems(first).find((word) => READS.has(word) || WRITES.has(word));
  return stem === undefined ? name : [stem, ...rest];
}

/** Returns the severity of a guess, for comparison: larger is more severe. */
export function gravity({ action, tier, irreversible }: Risk): number {
  return action === "read" ? 0 : tier + (irreversible ? 1 : 0) + (action === "admin" ? 2 : 0);
}

/**
 * Any verb of change in a name overrides any verb of reading, and the most severe one counts: `list_remove` removes and
 * `preview_then_apply` applies. A name is a read only with a verb of reading at one end and no verb of change.
 */
function byName(name: readonly string[], isRead = false): readonly [Level, string] | undefined {
  const [change] = name.filter((_, index) => isChange(name, index, isRead)).sort(byRisk);
  if (change !== undefined) return [WRITES.get(change)!, `\`${change}\` in its name`];
  const read = [name[0] ?? "", name.at(-1) ?? ""].find((word) => READS.has(word));
  return read === undefined ? undefined : ["read", `\`${read}\` in its name`];
}

/** `get` is never a noun: at the end, the words before it are nouns, as in `deploy_logs_get`. */
function isChange(name: readonly string[], index: number, isRead: boolean): boolean {
  const word = name[index] ?? "";
  if (!WRITES.has(word)) return false;
  const isNamedRead = READS.has(name[0] ?? "") || name.at(-1) === "get" || (isRead && index > 0);
  return !(NOUNS.has(word) && isNamedRead && !JOINTS.has(name[index - 1] ?? ""));
}

function byNoun(name: readonly string[]): readonly [Level, string] | undefined {
  const weak = name.find((word) => WEAK_READS.has(word) || READS.has(word));
  return weak === undefined ? undefined : ["read", `\`${weak}\` in its name`];
}

/** Returns the guess from the beginning of the description: a read only if no other verb follows, as in "List, create or close". */
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

function raise(
  level: Level,
  name: readonly string[],
  { name: written, description = "", ...tool }: Described,
): Level {
  if (level === "read")
    return isFree(name, description, tool.arguments ?? []) || isOdd(written) ? "high" : level;
  if (level !== "admin" && ADMIN_OBJECTS.test(name.join(" "))) return "admin";
  return level === "low" && DESTRUCTIVE.test(description.slice(0, 300)) ? "high" : level;
}

/** Whether an apparent read accepts a query or a script that can also write. */
function isFree(name: readonly string[], description: string, names: readonly string[]): boolean {
  const isQuery = name[0] === "query" || name.at(-1) === "query";
  if (isQuery && (name.some((word) => ENGINES.has(word)) || FREE_QUERY.test(description.slice(0, 2000))))
    return true;
  return names.some((each) => LANGUAGES.has(wordsOf(each).at(-1) ?? ""));
}

/** Letters of other scripts can look like those of a verb without being one. */
function isOdd(name: string): boolean {
  return /[^\x20-\x7e]/.test(name);
}

function withClaims(guess: Risk, claims: Described["annotations"]): Risk {
  const { readOnly, destructive } = claims ?? {};
  if (guess.action === "read" && (readOnly === false || destructive === true)) {
    const says = destructive === true ? "destroys" : "writes";
    const level = destructive === false ? "low" : "high";
    return { ...RISK[level], reason: `${guess.reason}, but the vendor says that it ${says}` };
  }
  if (guess.tier === 2 && destructive === true) {
    return { ...guess, tier: 3, reason: `${guess.reason}, and the vendor says that it destroys` };
  }
  if (guess.action !== "read" && readOnly === true) {
    return { ...guess, reason: `${guess.reason}, although the vendor says that it only reads` };
  }
  return guess;
}

/** Returns the words of a name in any of the usual spellings, in lower case. */
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
