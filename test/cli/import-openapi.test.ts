import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderOf } from "./folders.js";
import { writ } from "./recording-terminal.js";

const PETS = "test/import/openapi/petstore.yaml";
const importing = (...words: readonly string[]) => writ(["import", "openapi", ...words]);

test("a document becomes a file of a bundle that checks, and is never written over", async () => {
  const folder = folderOf({});
  const words = [PETS, "--module", "acme.tools", "--out", folder];
  const first = await importing(...words);
  expect(first).toMatchObject({ out: `${join(folder, "petstore.writ")}\n`, exitCode: 0 });
  expect(first.err).toBe("5 of 5 tools; action and tier are guesses: review each and remove its @review\n");
  expect(await writ(["check", folder])).toMatchObject({ exitCode: 0 });
  const again = await importing(...words);
  expect(again.err).toContain("exists and is not overwritten");
  expect(again.exitCode).toBe(64);
});

test("standard input is as good as a file; its tools are named after its title, or as asked for", async () => {
  const text = readFileSync(PETS, "utf8");
  const named = await writ(["import", "openapi", "-", "--module", "acme.tools"], text);
  expect(named.out).toContain('tool pet_store.listPets as "pet-store/listPets" {');
  const derived = await writ(["import", "openapi", PETS, "--only", "list*"]);
  expect(derived.out).toContain("module tools.petstore\n");
  expect(derived.out.match(/^tool /gm)).toHaveLength(1);
  const asked = await writ(["import", "openapi", "-", "--module", "a.b", "--server", "zoo"], text);
  expect(asked.out).toContain('tool zoo.listPets as "zoo/listPets" {');
});

describe("a document at an address", () => {
  let server: Server;
  let url = "";
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/moved") response.writeHead(302, { location: "https://elsewhere.example/" }).end();
      else if (request.headers["x-key"] !== "k") response.writeHead(403).end();
      else response.end(readFileSync(PETS));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test("is fetched, with the headers that were asked for", async () => {
    const { out, exitCode } = await importing(
      `${url}/openapi.yaml`,
      "--module",
      "a.b",
      "--header",
      "X-Key: k",
    );
    expect(out).toContain("tool pet_store.listPets");
    expect(exitCode).toBe(0);
  });
  test("that is not to be had is told", async () => {
    const refused = await importing(`${url}/x`, "--module", "a.b");
    expect(refused).toMatchObject({
      out: "",
      err: `error: cannot fetch \`${url}/x\`: the server answered 403\n`,
    });
    const moved = await importing(`${url}/moved`, "--module", "a.b");
    expect(moved.err).toContain("leads on to https://elsewhere.example/, which is not followed");
    expect([refused.exitCode, moved.exitCode]).toEqual([1, 1]);
  });
});

const mistakes: readonly (readonly [string, () => readonly string[], string])[] = [
  ["no document", () => ["--module", "a.b"], "missing required argument"],
  ["a tool that is not there", () => [PETS, "--only", "listPet"], "did you mean `listPets`?"],
  ["a module that is no name", () => [PETS, "--module", "A b"], "a name such as `acme.tools`"],
  ["a file that is not there", () => [`${PETS.slice(0, -5)}.yml`, "--module", "a.b"], "did you mean"],
  ["a folder", () => ["policies", "--module", "a.b"], "not a regular file"],
  ["an empty file", () => [join(folderOf({ "a.yaml": "" }), "a.yaml"), "--module", "a.b"], "it is empty"],
  ["a file of something else", () => ["package.json", "--module", "a.b"], "no field `openapi`"],
  ["a text", () => ["LICENSE", "--module", "a.b"], "error: "],
  ["a header without an address", () => [PETS, "--module", "a.b", "--header", "A: b"], "needs an address"],
  [
    "Swagger 2.0",
    () => [join(folderOf({ "a.json": '{"swagger":"2.0"}' }), "a.json"), "--module", "a.b"],
    "convert it",
  ],
  ["an address that is none", () => ["http://", "--module", "a.b"], "is not an address"],
];
test.each(mistakes)("%s is told in words, with exit code 64", async (_, words, said) => {
  const { out, err, exitCode } = await importing(...words());
  expect(err).toContain(said);
  expect(err.split("\n").length).toBeLessThan(5);
  expect({ out, exitCode }).toEqual({ out: "", exitCode: 64 });
});
