import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { parseIp } from "../../src/values/ip.js";
import { parseUrl } from "../../src/values/url.js";

const HOSTS: readonly (readonly [kind: string, hosts: readonly string[]])[] = [
  [
    "public",
    [
      "acme.com",
      "www.acme.co.uk",
      "b\u00fccher.de",
      "a.github.io",
      "shop.example",
      "8.8.8.8",
      "[2606:4700::1111]",
    ],
  ],
  [
    "loopback",
    ["localhost", "LOCALHOST", "app.localhost", "localhost.localdomain", "127.0.0.1", "127.9.9.9"],
  ],
  [
    "loopback",
    ["0.0.0.0", "0.1.2.3", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"],
  ],
  ["loopback", ["[::ffff:0:127.0.0.1]", "[2002:7f00:1::]", "[0:0:0:0:0:0:0:1]", "[::ffff:0.0.0.0]"]],
  ["private", ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "100.127.255.255"]],
  [
    "private",
    ["[fc00::1]", "[fdff::1]", "[fec0::1]", "[::ffff:10.0.0.1]", "[::ffff:a00:1]", "[64:ff9b::10.0.0.1]"],
  ],
  ["private", ["[2a00::5efe:10.0.0.1]", "[2a00::200:5efe:c0a8:101]", "[fd00::5efe:8.8.8.8]"]],
  ["loopback", ["[2a00::5efe:127.0.0.1]"]],
  ["link_local", ["[fe80::5efe:10.0.0.1]", "[fe80::5efe:8.8.8.8]", "[2a00::5efe:169.254.169.254]"]],
  ["private", ["[2002:c0a8:101::1]", "[64:ff9b:1::a00:1]", "[2001:0:808:808::f5ff:fffe]"]],
  [
    "private",
    ["intranet", "db.internal", "metadata.google.internal", "printer.local", "x.corp", "a.lan", "nas.home"],
  ],
  ["private", ["10.0.0.1.nip.io", "127-0-0-1.sslip.io", "localtest.me", "x.lvh.me", "metadata.goog"]],
  [
    "link_local",
    ["169.254.169.254", "[fe80::1]", "[febf::1]", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]"],
  ],
  [
    "special",
    ["224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "192.0.0.1", "[ff02::1]"],
  ],
  [
    "special",
    ["[2001:db8::1]", "[100::1]", "[4000::1]", "[64:ff9b::808:808]", "[2002:808:808::]", "[5f00::1]"],
  ],
  ["special", ["x.onion", "1.0.0.10.in-addr.arpa", "x.home.arpa", "x.test", "x.invalid"]],
];

describe("the kind of a host", () => {
  it.each(HOSTS.flatMap(([kind, hosts]) => hosts.map((host) => [host, kind] as const)))(
    "of %s is %s",
    (host, kind) => {
      expect(parseUrl(`https://${host}/`)?.host_kind).toBe(kind);
    },
  );
  it.each([
    "2130706433",
    "0x7f000001",
    "017700000001",
    "0177.0.0.1",
    "127.1",
    "127.0.1",
    "0x7f.1",
    "10.0.0.010",
    "localhost.",
    "127.0.0.1.",
    "\uff11\uff12\uff17.0.0.1",
    "[fe80::1%25eth0]",
    "\u24db\u24de\u24d2alhost",
  ])("is not asked of a spelling that some read as an address and some do not: %s", (host) => {
    expect(parseUrl(`https://${host}/`)).toBeUndefined();
  });
  it("is the same for every spelling of one address", () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const kind = parseUrl(`https://${text}/`)!.host_kind;
        expect(parseIp(text)!.address_kind).toBe(kind);
        expect(parseUrl(`https://[::ffff:${text}]/`)!.host_kind).toBe(kind);
        // An address that embeds a public one leads where its network says.
        const embedded = kind === "public" ? "special" : kind;
        expect(parseUrl(`https://[64:ff9b::${text}]/`)!.host_kind).toBe(embedded);
      }),
    );
  });
  it("is public for nothing but what is routed in the whole Internet", () => {
    const near = fc.tuple(
      fc.constantFrom(0, 9, 10, 11, 100, 127, 169, 172, 192, 198, 223, 224, 255),
      fc.nat(255),
      fc.nat(255),
    );
    fc.assert(
      fc.property(near, fc.nat(255), ([a, b, c], d) => {
        const text = `${a}.${b}.${c}.${d}`;
        const isUnicast = ipaddr.IPv4.parse(text).range() === "unicast";
        expect(parseIp(text)!.address_kind === "public").toBe(isUnicast);
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const ip = parseIp(text)!;
        if (ip.family === 6 && ip.address_kind === "public") expect(ip.bits >> 125n).toBe(1n);
      }),
    );
  });
});
