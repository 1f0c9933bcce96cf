/**
 * Checks an LMDB file page by page before LMDB opens it, because LMDB aborts the whole process on a page it cannot
 * read.
 *
 * Pages have a header of 24 bytes (their number, a transaction, flags, the bounds of their free space) and then 16-bit
 * offsets of nodes, counted from the end of the header. A branch points to other pages; a leaf holds keys and values,
 * or the number of the first page that holds a long value.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const PAGE_HEAD = 24;
const NODE_HEAD = 8;
const MARK = 0xbeefc0de;
const flag = { branch: 0x01, leaf: 0x02, overflow: 0x04 };
const BIG_DATA = 0x01;
/** The maximum depth of an LMDB tree. */
const MAX_DEPTH = 32;
const NO_PAGE = 0xffffffffffffffffn;
/** How often the check is repeated if another process changed the file meanwhile. */
const ATTEMPTS = 3;

/** The content of a meta page: the roots of the two trees, and the number of pages. */
interface Meta {
  readonly pageSize: number;
  readonly roots: readonly bigint[];
  readonly lastPage: number;
  readonly transaction: bigint;
}

/**
 * Returns what is wrong with the file, or undefined. A file that another process is changing counts as sound, because
 * that process reads it too.
 */
export function damageOf(path: string): string | undefined {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size === 0) return undefined;
    for (let attempt = 1; ; attempt++) {
      const meta = newestMeta(file);
      if (typeof meta === "string") return meta;
      const damage = new Walk(file, size, meta).damage();
      if (damage === undefined) return undefined;
      const after = newestMeta(file);
      const isChanging = typeof after !== "string" && after.transaction !== meta.transaction;
      if (!isChanging) return damage;
      if (attempt === ATTEMPTS) return undefined;
    }
  } finally {
    closeSync(file);
  }
}

function newestMeta(file: number): Meta | string {
  const head = read(file, 0, 2 * 4096);
  if (head.length < 2 * 4096 || head.readUInt32LE(PAGE_HEAD) !== MARK) return "it is no database";
  const pageSize = head.readUInt32LE(PAGE_HEAD + 24);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0)
    return "its first page is damaged";
  const metas = [0, 1].map((page) => metaIn(read(file, page * pageSize, 4096), pageSize));
  const [first, second] = metas;
  if (first === undefined || second === undefined) return "its first pages are damaged";
  return first.transaction > second.transaction ? first : second;
}

function metaIn(page: Buffer, pageSize: number): Meta | undefined {
  if (page.length < PAGE_HEAD + 136 || page.readUInt32LE(PAGE_HEAD) !== MARK) return undefined;
  const lastPage = page.readBigUInt64LE(PAGE_HEAD + 120);
  if (lastPage > BigInt(Number.MAX_SAFE_INTEGER) / BigInt(pageSize)) return undefined;
  return {
    pageSize,
    roots: [page.readBigUInt64LE(PAGE_HEAD + 64), page.readBigUInt64LE(PAGE_HEAD + 112)],
    lastPage: Number(lastPage),
    transaction: page.readBigUInt64LE(PAGE_HEAD + 128),
  };
}

class Walk {
  readonly #file: number;
  readonly #size: number;
  readonly #meta: Meta;
  #visited = 0;

  constructor(file: number, size: number, meta: Meta) {
    this.#file = file;
    this.#size = size;
    this.#meta = meta;
  }

  damage(): string | undefined {
    const { pageSize, lastPage, roots } = this.#meta;
    const length = (lastPage + 1) * pageSize;
    if (this.#size < length)
      return `it is ${this.#size} bytes long, and ${length} are missing from its end or were`;
    for (const root of roots) {
      if (root !== NO_PAGE && !this.#isSound(root, 0)) return "a page of it is damaged";
    }
    return undefined;
  }

  #isSound(number: bigint, depth: number): boolean {
    const page = this.#page(number, 1);
    if (page === undefined || depth > MAX_DEPTH || ++this.#visited > this.#meta.lastPage) return false;
    const flags = page.readUInt16LE(18);
    if (flags !== flag.branch && flags !== flag.leaf) return false;
    const lower = page.readUInt16LE(20);
    const upper = page.readUInt16LE(22);
    if (lower % 2 !== 0 || lower > upper || PAGE_HEAD + upper > page.length) return false;
    for (const node of nodesOf(page)) {
      if (node + NODE_HEAD > page.length) return false;
      if (!(flags === flag.branch ? this.#leadsOn(page, node, depth) : this.#holds(page, node))) return false;
    }
    return true;
  }

  #leadsOn(page: Buffer, node: number, depth: number): boolean {
    if (node + NODE_HEAD + page.readUInt16LE(node + 6) > page.length) return false;
    const child =
      BigInt(page.readUInt16LE(node)) |
      (BigInt(page.readUInt16LE(node + 2)) << 16n) |
      (BigInt(page.readUInt16LE(node + 4)) << 32n);
    return this.#isSound(child, depth + 1);
  }

  #holds(page: Buffer, node: number): boolean {
    const size = page.readUInt32LE(node);
    const flags = page.readUInt16LE(node + 4);
    const value = node + NODE_HEAD + page.readUInt16LE(node + 6);
    if (flags === 0) return value + size <= page.length;
    if (flags !== BIG_DATA || value + 8 > page.length) return false;
    const pages = Math.ceil((PAGE_HEAD + size) / this.#meta.pageSize);
    const long = this.#page(page.readBigUInt64LE(value), pages);
    return long !== undefined && (long.readUInt16LE(18) & flag.overflow) !== 0;
  }

  /** Returns the page with this number, if its header has the number and the file has this many pages from there on. */
  #page(number: bigint, pages: number): Buffer | undefined {
    const { pageSize, lastPage } = this.#meta;
    if (number < 2n || number + BigInt(pages) - 1n > BigInt(lastPage)) return undefined;
    const page = read(this.#file, Number(number) * pageSize, pageSize);
    return page.length === pageSize && page.readBigUInt64LE(0) === number ? page : undefined;
  }
}

/** Returns the offsets of the nodes of a page. */
function* nodesOf(page: Buffer): Generator<number> {
  const end = PAGE_HEAD + page.readUInt16LE(20);
  for (let at = PAGE_HEAD; at < end; at += 2) yield PAGE_HEAD + page.readUInt16LE(at);
}

function read(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, at));
}
