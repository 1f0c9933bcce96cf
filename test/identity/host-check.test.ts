import { describe, expect, it } from "vitest";
import {
  type HostRules,
  isLoopback,
  originForm,
  refusalOf as refusalOfRequest,
} from "../../src/identity/host-check.js";

const refusalOf = (host: string | undefined, origin: string | undefined, rules: HostRules) =>
  refusalOfRequest({ hosts: host === undefined ? [] : [host], target: "/decide", origin }, rules);

describe("an address", () => {
  it.each([["127.0.0.1"], ["127.8.9.1"], ["::1"], ["[::1]"], ["localhost"], ["LOCALHOST"]])(
    "of this machine alone: %s",
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each([
    ["0.0.0.0"],
    ["::"],
    ["10.0.0.1"],
    ["localhost.evil.example"],
    ["127.0.0.1.nip.io"],
    ["evil.example"],
    ["0177.0.0.1"],
    [""],
  ])("that others can reach, or that may mean anything: %s", (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe("a request", () => {
  const local = { hosts: [], origins: ["https://console.example"] };

  it.each([["localhost:8181"], ["127.0.0.1:8181"], ["[::1]:8181"], ["localhost"]])(
    "for this machine is let in: %s",
    (host) => {
      expect(refusalOf(host, undefined, local)).toBeUndefined();
    },
  );

  it.each([
    ["evil.example"],
    ["evil.example:8181"],
    ["127.0.0.1@evil.example"],
    ["localhost:8181:1"],
    ["localhost, evil"],
    [""],
    [undefined],
  ])("for another name is not, whatever it resolves to: %s", (host) => {
    expect(refusalOf(host, undefined, local)).toBe("host");
  });

  it("may be for a name that is configured, or for any where none is asked for", () => {
    expect(
      refusalOf("writ.internal:80", undefined, { hosts: ["writ.internal"], origins: [] }),
    ).toBeUndefined();
    expect(refusalOf("anything.example", undefined, { hosts: undefined, origins: [] })).toBeUndefined();
  });

  it("of a web page is let in from configured origins alone", () => {
    expect(refusalOf("localhost", "https://console.example", local)).toBeUndefined();
    for (const origin of [
      "http://localhost:3000",
      "null",
      "https://console.example.evil.example",
      "http://console.example",
    ]) {
      expect(refusalOf("localhost", origin, local)).toBe("origin");
    }
  });

  it("with two `Host` headers is refused, whatever they say", () => {
    for (const hosts of [
      ["localhost", "evil.example"],
      ["localhost", "localhost"],
    ])
      expect(refusalOfRequest({ hosts, target: "/decide", origin: undefined }, local)).toBe("hosts");
  });

  it("for a whole URL is held to the host in it as well", () => {
    const refused = (target: string) =>
      refusalOfRequest({ hosts: ["localhost"], target, origin: undefined }, local);
    expect(refused("http://localhost:8181/decide")).toBeUndefined();
    for (const target of [
      "http://evil.example/decide",
      "http://localhost@evil.example/",
      "ftp://localhost/",
      "*",
      "",
    ])
      expect(refused(target)).toBe("host");
    expect(originForm("http://localhost:8181/decide?a=/b")).toBe("/decide?a=/b");
    expect(originForm("http://localhost")).toBe("/");
    expect(originForm("/decide")).toBe("/decide");
  });
});
