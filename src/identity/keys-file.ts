/** The keys file of `--keys FILE`, through which replicas share their keys. */
import { randomBytes, randomUUID } from "node:crypto";
import { base64url, exportJWK, generateKeyPair, importJWK } from "jose";
import { z } from "zod";
import { findHiddenCharacter } from "../source/hidden-characters.js";
import { readJson } from "../values/read-json.js";
import type { GrantKey } from "./grants.js";
import { type Keys, keysOf } from "./keys.js";

const encoded = z.string().regex(/^[A-Za-z0-9_-]+$/, "must be base64url");
const key = z.strictObject({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  kid: z.string().min(1).max(256),
  x: encoded,
  /** Absent in a retired key, which still verifies the grants it signed. */
  d: encoded.optional(),
  use: z.literal("sig").optional(),
  alg: z.enum(["EdDSA", "Ed25519"]).optional(),
});
const file = z.strictObject({
  version: z.literal(1),
  /** The first key signs, all of them verify. */
  signing: z.array(key).min(1).max(16),
  /** The HMAC secret of provenance cells, at least 32 bytes. */
  provenance: encoded,
});
type KeysFile = z.infer<typeof file>;
const MAX_DEPTH = 8;

/** Thrown if the file holds no valid keys. The message is for an operator and never repeats the content of the file. */
export class KeysFileError extends Error {
  override readonly name = "KeysFileError";
}

/** Returns the text of a new keys file. Anyone who can read it can forge approvals: write it with mode 0600. */
export async function generateKeysFile(): Promise<string> {
  return textOf({
    version: 1,
    signing: [await newSigningKey()],
    provenance: randomBytes(32).toString("base64url"),
  });
}

/** Returns the file with a new signing key. Older keys only verify, and the eight newest are kept. */
export async function rotateKeysFile(text: string): Promise<string> {
  const old = read(text);
  const retired = old.signing.map(({ d: _private, ...rest }) => rest);
  return textOf({ ...old, signing: [await newSigningKey(), ...retired.slice(0, 7)] });
}

/** Resolves to the keys in the text of a keys file; rejects with KeysFileError for anything else. */
export async function parseKeysFile(text: string): Promise<Keys> {
  const { signing, provenance } = read(text);
  if (signing[0]?.d === undefined) throw new KeysFileError("the first signing key has no private half (`d`)");
  if (new Set(signing.map(({ kid }) => kid)).size !== signing.length) {
    throw new KeysFileError("two signing keys have the same `kid`");
  }
  const secret = base64url.decode(provenance);
  if (secret.length < 32) throw new KeysFileError("`provenance` is shorter than 32 bytes");
  return keysOf(await Promise.all(signing.map(imported)), secret);
}

function read(text: string): KeysFile {
  // Naming the error and its location could show a part of a key.
  if (findHiddenCharacter(text) !== undefined) throw new KeysFileError("the file has a hidden character");
  const json = readJson(text, { maxDepth: MAX_DEPTH, exact: true });
  if ("mistake" in json) throw new KeysFileError("the file is not JSON, or has a key twice");
  const parsed = file.safeParse(json.value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "the file"}: ${message}`,
  );
  throw new KeysFileError(issues.join("; "));
}

async function imported({ kid, x, d, kty, crv }: KeysFile["signing"][number]): Promise<GrantKey> {
  try {
    const publicKey = await importJWK({ kty, crv, x }, "EdDSA");
    const privateKey = d === undefined ? undefined : await importJWK({ kty, crv, x, d }, "EdDSA");
    if (publicKey instanceof Uint8Array || privateKey instanceof Uint8Array)
      throw new Error("not a key pair");
    return privateKey === undefined ? { kid, publicKey } : { kid, publicKey, privateKey };
  } catch {
    throw new KeysFileError(`the signing key \`${kid}\` is not a valid Ed25519 key`);
  }
}

async function newSigningKey(): Promise<KeysFile["signing"][number]> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const { x = "", d = "" } = await exportJWK(privateKey);
  return { kty: "OKP", crv: "Ed25519", kid: randomUUID(), x, d, use: "sig", alg: "EdDSA" };
}

function textOf(keys: KeysFile): string {
  return `${JSON.stringify(keys, undefined, 2)}\n`;
}
