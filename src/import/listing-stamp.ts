/** A comment in each drafted tool with hashes of what its server listed, to compare with a later listing. */
import { createHash } from "node:crypto";
import { canonicalJson } from "../values/canonical.js";
import type { JsonValue } from "../values/type.js";
import { own, type Schema } from "./schema.js";

/** Hashes of what a server listed of one tool. */
export interface ListingStamp {
  readonly schema: string;
  /** Hash of title, description and annotations, which models and people read. */
  readonly description: string;
}

const COMMENT = /^\/\/ listed: schema ([0-9a-f]{24}), description ([0-9a-f]{24})\s*$/;

/** Returns the stamp of a listed tool; the order of keys in its schema does not count. */
export function stampOf(tool: Schema): ListingStamp {
  const said = ["title", "description", "annotations"].map((key) => own(tool, key) ?? null);
  return { schema: hash(own(tool, "inputSchema") ?? null), description: hash(said) };
}

/** The comment, without its slashes. */
export function stampComment({ schema, description }: ListingStamp): string {
  return `listed: schema ${schema}, description ${description}`;
}

/** Returns the stamp in a comment, or undefined for any other comment. */
export function readStamp(comment: string): ListingStamp | undefined {
  const [, schema, description] = COMMENT.exec(comment) ?? [];
  return schema === undefined || description === undefined ? undefined : { schema, description };
}

function hash(json: unknown): string {
  return createHash("sha256").update(textOf(json)).digest("hex").slice(0, 24);
}

function textOf(json: unknown): string {
  try {
    return canonicalJson(json as JsonValue);
  } catch {
    // An unpaired surrogate or an infinite number has no canonical text, but its JSON can still be compared.
    return JSON.stringify(json);
  }
}
