/** YAML that is not trusted: bounded before it is parsed, and looked through before it is turned into values. */
import { isAlias, isMap, isNode, isScalar, isSeq, Lexer, LineCounter, parseDocument } from "yaml";

/** The value, or why there is none, with its place where it has one. */
export type YamlRead = { readonly value: unknown } | { readonly problem: string };

/** The parser takes up to a kilobyte a token, and many microseconds: these bound it, not the bytes alone. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_TOKENS = 1_000_000;
/** Each alias is looked up among all anchors before it. */
const MAX_ALIASES = 2_000;

/** Reads one document of YAML 1.2 with its core schema, and `<<` as most writers use it. */
export function readYaml(text: string, depthMax: number): YamlRead {
  if (text.length > MAX_BYTES) return { problem: `more than ${MAX_BYTES} characters; convert it to JSON` };
  const early = findExcess(text, depthMax);
  if (early !== undefined) return { problem: early };
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      uniqueKeys: false,
      merge: true,
      prettyErrors: false,
      // `silent` would also keep quiet about a second document.
      logLevel: "error",
      lineCounter: lines,
    });
    const [error] = document.errors;
    if (error !== undefined) return { problem: `${place(lines, error.pos[0])}${wordsOf(error)}` };
    new Survey(lines, depthMax).visit(document.contents, 0);
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown };
  } catch (error) {
    return { problem: wordsOf(error as Error) };
  }
}

/** What would make parsing slow: too many tokens, or too many levels opened at once. */
function findExcess(text: string, depthMax: number): string | undefined {
  let tokens = 0;
  let depth = 0;
  let inLine = 0;
  for (const token of new Lexer().lex(text)) {
    if (++tokens > MAX_TOKENS) return `more than ${MAX_TOKENS} tokens; convert it to JSON`;
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth = Math.max(0, depth - 1);
    else if (token === "-" || token === "?") inLine++;
    else if (token === "\n" || token === "\r\n") inLine = 0;
    if (depth > depthMax || inLine > depthMax) return `nested deeper than ${depthMax} levels`;
  }
  return undefined;
}

/** What the parser lets pass and a careful reader would not. */
class Survey {
  readonly #lines: LineCounter;
  readonly #depthMax: number;
  /** Anchors of what is being looked through. */
  readonly #open: string[] = [];
  #aliases = 0;

  constructor(lines: LineCounter, depthMax: number) {
    this.#lines = lines;
    this.#depthMax = depthMax;
  }

  visit(node: unknown, depth: number): void {
    if (depth > this.#depthMax) throw new Error(`nested deeper than ${this.#depthMax} levels`);
    if (isAlias(node)) {
      if (++this.#aliases > MAX_ALIASES) throw new Error(`more than ${MAX_ALIASES} aliases`);
      // The parser would make a value that holds itself of it.
      if (this.#open.includes(node.source)) {
        throw new Error(
          `${place(this.#lines, node.range?.[0])}an alias is inside the value that it refers to`,
        );
      }
    }
    const anchor = isNode(node) && !isAlias(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#open.push(anchor);
    this.#inside(node, depth);
    if (anchor !== undefined) this.#open.pop();
  }

  #inside(node: unknown, depth: number): void {
    if (isSeq(node)) for (const item of node.items) this.visit(item, depth + 1);
    if (!isMap(node)) return;
    const keys = new Set<string>();
    for (const { key, value } of node.items) {
      const at = place(this.#lines, isScalar(key) ? key.range?.[0] : node.range?.[0]);
      if (!isScalar(key)) throw new Error(`${at}a key is no plain text`);
      const name = String(key.value);
      if (keys.has(name) && name !== "<<") throw new Error(`${at}a key appears twice in one mapping`);
      keys.add(name);
      this.visit(value, depth + 1);
    }
  }
}

function place(lines: LineCounter, offset: number | undefined): string {
  if (offset === undefined) return "";
  const { line, col } = lines.linePos(offset);
  return `${line}:${col}: `;
}

function wordsOf({ message }: Error): string {
  if (/call stack/i.test(message)) return "nested too deeply";
  if (/Excessive alias count/.test(message)) return "its aliases multiply beyond measure";
  return (message.split("\n")[0] ?? "").slice(0, 200);
}
