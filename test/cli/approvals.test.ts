import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningService, start } from "../../src/service/start.js";
import { writ } from "./recording-terminal.js";

let service: RunningService;
beforeAll(async () => {
  service = await start({ bundleDir: "policies/starter", port: 0, dev: true, log: { level: "silent" } });
});
afterAll(() => service.close());

async function askForMoney(): Promise<string> {
  const actors = [
    { type: "user", id: "ana", roles: ["clerk"], acr: "aal2", auth_time: Date.now() / 1000 },
    { type: "agent", id: "support_bot" },
  ];
  await post("/sessions", { id: "s-1", actors });
  const args = { customer: "C-1", iban: "DE89370400440532013000" };
  const decision = await post("/decide", { actors, tool: "crm.set_account", args, session: "s-1" });
  expect(decision).toMatchObject({ decision: "require-approval", needs: [{ type: "approval" }] });
  return decision.needs[0].id;
}

async function post(path: string, body: unknown) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(service.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return JSON.parse(await response.text());
}

/** A lead with a second factor says yes. */
function approve(id: string, name: string) {
  const as = ["--as", name, "--role", "lead", "--acr", "aal2"];
  return writ(["approvals", "approve", id, "--url", service.url, ...as]);
}

test("what waits is listed with the whole call, and approved by somebody else", async () => {
  const id = await askForMoney();
  const listed = await writ(["approvals", "list", "--url", service.url]);
  expect(listed.out).toContain(id);
  expect(listed.out).toContain('{"customer":"C-1","iban":"DE89370400440532013000"}');
  const own = await approve(id, "ana");
  expect(own).toMatchObject({ out: "", exitCode: 1 });
  const lead = await approve(id, "lena");
  expect(lead).toMatchObject({ out: "granted: 1 of 1\n", exitCode: 0 });
  expect((await writ(["approvals", "list", "--url", service.url])).out).toBe("nothing is pending\n");
});

test("a service that is not there is told", async () => {
  const { err, exitCode } = await writ(["approvals", "list", "--url", "http://127.0.0.1:9"]);
  expect(err).toContain("is `writ serve` running there?");
  expect(exitCode).toBe(1);
});

test("what the service finds wrong is told with its place", async () => {
  const { err, exitCode } = await writ(["approvals", "approve", "apr_1", "--url", service.url]);
  expect(err).toContain("answered 400: The request is malformed: /approver is missing");
  expect(exitCode).toBe(1);
});
