import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDomain } from "../../src/values/domain.js";
import { parseEmail } from "../../src/values/email.js";
import { inCidr, parseCidr, parseIp } from "../../src/values/ip.js";
import { parsePath, under } from "../../src/values/path.js";
import { parseUrl } from "../../src/values/url.js";

describe("a domain", () => {
  it.each([
    ["Acme.COM", "acme.com"],
    ["bücher.de", "xn--bcher-kva.de"],
    ["XN--BCHER-KVA.de", "xn--bcher-kva.de"],
    ["localhost", "localhost"],
    ["пример.рф", "xn--e1afmkfd.xn--p1ai"],
    ["_dmarc.acme.com", "_dmarc.acme.com"],
  ])("%s is %s", (text, normal) => {
    expect(parseDomain(text)).toBe(normal);
  });
  it.each([
    "",
    ".",
    "a..b",
    ".a",
    "acme.com.",
    "-a.com",
    "a-.com",
    "a b.com",
    "a/b",
    "acme.com:80",
    "acme.123",
    "127.1",
    "0x7f.1",
    "foo.0x1",
    "ac\u00adme.com",
    "ａｃｍｅ.com",
    "acme。com",
    "\u0430cme.com",
    "xn--cme-5cd.com",
    "xn--a",
    "аcmе.com",
    "a\u200bb.com",
    `${"a".repeat(64)}.com`,
    `${"a.".repeat(127)}com`,
    "acme.com\n",
    "ⓐcme.com",
    "αβcd.com",
    "xn--",
  ])("%j is none", (text) => {
    expect(parseDomain(text)).toBeUndefined();
  });
});

describe("an e-mail address", () => {
  it.each([
    "o'brien@x.example",
    "a+b=c@x.example",
    "{a}|b`@x.example",
    "a?b=@x.example",
    "#a$b&c*d/e^f_g~h-i@x.example",
  ])("may have any mark that no mailer decodes: %s", (text) => {
    expect(parseEmail(text)?.text).toBe(text);
  });
  it("keeps the case of its local part and normalises its domain", () => {
    expect(parseEmail("Ana.B+x@BÜCHER.de")).toEqual({
      kind: "email",
      text: "Ana.B+x@xn--bcher-kva.de",
      local: "Ana.B+x",
      domain: "xn--bcher-kva.de",
    });
  });
  it.each([
    "ana",
    "@acme.com",
    "ana@",
    "ana@localhost",
    "Ana <ana@acme.com>",
    "ana@acme.com,bob@acme.com",
    "a@b@acme.com",
    '"a b"@acme.com',
    ".ana@acme.com",
    "ana.@acme.com",
    "a..b@acme.com",
    "ana@[10.0.0.1]",
    "ana@10.0.0.1",
    "ana@acme.com\n",
    " ana@acme.com",
    "ana@acme.com.",
    "än@acme.com",
    `${"a".repeat(65)}@acme.com`,
    "ana(x)@acme.com",
    "ana@acme.com\r\nBcc: eve@evil.com",
    "=?utf-8?q?eve=40evil.com=3e?=foo@acme.com",
    "=?x?b?ZXZl?=@acme.com",
    "a=?b@acme.com",
    "eve%evil.com@acme.com",
    "evil.com!eve@acme.com",
    "jo@a.example@evil.example",
  ])("%j is none", (text) => {
    expect(parseEmail(text)).toBeUndefined();
  });
});

describe("an ip address", () => {
  it.each([
    ["10.0.0.1", "10.0.0.1"],
    ["::FFFF:10.0.0.1", "10.0.0.1"],
    ["::ffff:a00:1", "10.0.0.1"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8::0:1", "2001:db8::1"],
    ["::", "::"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
    ["1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"],
    ["64:ff9b::1.2.3.4", "64:ff9b::102:304"],
  ])("%s is %s", (text, normal) => {
    expect(parseIp(text)?.text).toBe(normal);
  });
  it.each([
    "1.2.3",
    "01.2.3.4",
    "0x7f.0.0.1",
    "256.1.1.1",
    "2130706433",
    "1.2.3.4 ",
    "fe80::1%eth0",
    "[::1]",
    ":::",
    "1:2:3:4:5:6:7:8:9",
    "::ffff:1.2.3",
    "１.2.3.4",
  ])("%j is none", (text) => {
    expect(parseIp(text)).toBeUndefined();
  });
  it("is the same address as the platform reads", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const ip = parseIp(text)!;
        if (ip.family === 6) expect(`[${ip.text}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
    );
  });
  it("lies in a block of its family up to the last address", () => {
    const block = parseCidr("10.0.0.0/8")!;
    expect(inCidr(parseIp("10.255.255.255")!, block)).toBe(true);
    expect(inCidr(parseIp("::ffff:10.1.2.3")!, block)).toBe(true);
    expect(inCidr(parseIp("11.0.0.0")!, block)).toBe(false);
    expect(inCidr(parseIp("10.1.2.3")!, parseCidr("::ffff:10.0.0.0/104")!)).toBe(true);
    expect(inCidr(parseIp("8.8.8.8")!, parseCidr("0.0.0.0/0")!)).toBe(true);
  });
  it.each([
    "::10.0.0.1",
    "::a00:1",
    "::ffff:10.0.0.1",
    "::ffff:0:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::10.0.0.1",
    "2002:a00:1::",
    "2002:a00:1:1::beef",
    "2001:0:808:808::f5ff:fffe",
  ])("that leads to an IPv4 address lies in the blocks of that: %s", (text) => {
    const ip = parseIp(text)!;
    expect(inCidr(ip, parseCidr("10.0.0.0/8")!)).toBe(true);
    expect(inCidr(ip, parseCidr("10.0.0.1/32")!)).toBe(true);
    expect(inCidr(ip, parseCidr("11.0.0.0/8")!)).toBe(false);
    expect(ip.address_kind).toBe("private");
  });
  it.each(["::", "::1", "2001:db8::a00:1", "2606:4700::10.0.0.1", "fe80::a00:1"])(
    "of IPv6 alone lies in no block of IPv4: %s",
    (text) => {
      expect(inCidr(parseIp(text)!, parseCidr("0.0.0.0/0")!)).toBe(false);
    },
  );
  it("that embeds another lies in the blocks of both", () => {
    expect(inCidr(parseIp("64:ff9b::a00:1")!, parseCidr("64:ff9b::/96")!)).toBe(true);
    expect(inCidr(parseIp("10.0.0.1")!, parseCidr("64:ff9b::/96")!)).toBe(false);
  });
  it.each([
    "10.0.0.0",
    "10.0.0.1/8",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "::/129",
    "10.0.0.0/-1",
    "::ffff:10.0.0.0/95",
  ])("%j is no block", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

describe("a path", () => {
  it.each([
    ["/a//b/./c/../d/", undefined, "/a/b/d"],
    ["/", undefined, "/"],
    ["a/b", "/srv/work", "/srv/work/a/b"],
    [".", "/srv/work", "/srv/work"],
    ["/srv/work/x", "/srv/work", "/srv/work/x"],
    ["a/../../work/b", "/srv/work", "/srv/work/b"],
    ["/x/...", undefined, "/x/..."],
    ["/x/.git", undefined, "/x/.git"],
    ["/x/file~", undefined, "/x/file~"],
    ["/x/a:b", undefined, "/x/a:b"],
    ["/x/100%", undefined, "/x/100%"],
    ["Übersicht 1/日本 語.txt", "/srv", "/srv/Übersicht 1/日本 語.txt"],
  ])("%s below %s is %s", (text, root, normal) => {
    expect(parsePath(text, root)).toBe(normal);
  });
  it.each([
    ["a", undefined],
    ["", "/srv"],
    ["/../etc", undefined],
    ["../x", "/srv/work"],
    ["/srv/workshop", "/srv/work"],
    ["/etc/passwd", "/srv/work"],
    ["~/x", "/srv/work"],
    ["file:///etc/passwd", "/srv/work"],
    ["FILE:/etc/passwd", "/srv/work"],
    ["data:text/plain,x", "/srv/work"],
    ["C:/Windows/win.ini", "/srv/work"],
    ["c:win.ini", "/srv/work"],
    ["/C:/Windows", undefined],
    ["/srv/work/c:/x", "/srv/work"],
    ["//host/share", undefined],
    ["//srv/work/x", "/srv/work"],
    ["$HOME/.ssh/id", "/srv/work"],
    ["/srv/work/$(id)", "/srv/work"],
    ["%USERPROFILE%/x", "/srv/work"],
    ["/srv/work/%TEMP%/x", undefined],
    ["~", "/srv/work"],
    ["~root/x", "/srv/work"],
    ["/srv/work/~/x", undefined],
    ["a/~ana", "/srv/work"],
    ["a%252fb", "/srv/work"],
    ["a\\..\\b", "/srv/work"],
    ["a%2e%2E/b", "/srv/work"],
    ["a%2Fb", "/srv/work"],
    ["a\0b", "/srv/work"],
    ["a\nb", "/srv/work"],
    ["a\u202eb", "/srv/work"],
    [" /etc/passwd", "/srv/work"],
    ["\u3000/etc/passwd", "/srv/work"],
    ["\u00a0~/x", undefined],
    [" file:///etc/passwd", "/srv/work"],
    ["a/.. /.. /x", "/srv/work"],
    ["a ", "/srv/work"],
    ["\uff0e\uff0e/\uff0e\uff0e/x", "/srv/work"],
    ["a\uff0f..\uff0fx", "/srv/work"],
    ["\u2025/x", "/srv/work"],
    ["\u2024\u2024/x", "/srv/work"],
    ["\uff5e/x", "/srv/work"],
    ["file\uff1a///etc/passwd", "/srv/work"],
    ["\uff04HOME/x", "/srv/work"],
    [`/${"a".repeat(5000)}`, undefined],
  ])("%j below %s has no normal form", (text, root) => {
    expect(parsePath(text, root)).toBeUndefined();
  });
  it("is under its root and what lies in it, and not under what merely begins alike", () => {
    expect(under("/srv/work", "/srv/work")).toBe(true);
    expect(under("/srv/work/a", "/srv/work")).toBe(true);
    expect(under("/srv/workshop", "/srv/work")).toBe(false);
    expect(under("/x", "/")).toBe(true);
  });
  it("never leaves its root, whatever it is made of", () => {
    const segment = fc.constantFrom("..", ".", "", "a", "%2e", "~", "work", "..a");
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 8 }), (segments) => {
        const path = parsePath(segments.join("/"), "/srv/work");
        if (path !== undefined) {
          expect(path === "/srv/work" || path.startsWith("/srv/work/")).toBe(true);
          expect(parsePath(path, "/srv/work")).toBe(path);
        }
      }),
    );
  });
});

describe("a url", () => {
  it.each([
    ["HTTPS://Acme.COM", "https://acme.com/", "acme.com", "/"],
    ["https://acme.com:443/a?b=c#d", "https://acme.com/a?b=c#d", "acme.com", "/a"],
    ["https://acme.com:8443/%61%7e%c3%bc", "https://acme.com:8443/a~%C3%BC", "acme.com", "/a~%C3%BC"],
    ["https://bücher.de/ü", "https://xn--bcher-kva.de/%C3%BC", "xn--bcher-kva.de", "/%C3%BC"],
    ["http://[2001:DB8::1]:80/", "http://[2001:db8::1]/", "2001:db8::1", "/"],
    ["http://127.0.0.1/x", "http://127.0.0.1/x", "127.0.0.1", "/x"],
    ["http://[::ffff:10.0.0.1]/", "http://10.0.0.1/", "10.0.0.1", "/"],
    ["s3://bucket/key", "s3://bucket/key", "bucket", "/key"],
    ["https://a.com/x/y/", "https://a.com/x/y/", "a.com", "/x/y/"],
    ["https://a.com/a%20b/~c", "https://a.com/a%20b/~c", "a.com", "/a%20b/~c"],
    ["https://a.com/%E2%80%A6", "https://a.com/%E2%80%A6", "a.com", "/%E2%80%A6"],
    ["https://a.com/?x=%25;//%FF", "https://a.com/?x=%25;//%FF", "a.com", "/"],
  ])("%s is %s", (text, normal, host, path) => {
    expect(parseUrl(text)).toMatchObject({ text: normal, host, path });
  });
  it.each([
    "acme.com",
    "//acme.com/",
    "https:acme.com",
    "https:/acme.com",
    "https:///acme.com",
    "mailto:a@b.com",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "https://user@acme.com/",
    "https://user:pw@acme.com/",
    "https://acme.com@evil.com/",
    "https://acme.com\\@evil.com/",
    "https://acme.com\\evil",
    "https://evil.com\\.acme.com/",
    "https://acme.com /",
    " https://acme.com/",
    "https://acme.com/\n",
    "https://ac\tme.com/",
    "https://acme.com/\u0000",
    "https://0177.0.0.1/",
    "https://0x7f.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://\u0430cme.com/",
    "https://ａcme.com/",
    "https://acme.com./",
    "https://acme.com:/",
    "https://acme.com:070/",
    "https://acme.com:65536/",
    "https://acme.com:8a/",
    "https://acme%2ecom/",
    "https://[::1",
    "https://::1/",
    "https://[127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://acme.com/a/../b",
    "https://acme.com/public/..;/admin",
    "https://acme.com/public/..;x=1",
    "https://acme.com/.;/b",
    "https://acme.com/./b",
    "https://acme.com/..",
    "https://acme.com/%2e%2e/b",
    "https://acme.com/a%2Fb",
    "https://acme.com/a%5cb",
    "https://acme.com/%252e/b",
    "https://acme.com/x//y",
    "https://acme.com//",
    "https://acme.com/a;x=1/b",
    "https://acme.com/admin;",
    "https://acme.com/a%3Bx",
    "https://acme.com/100%25",
    "https://acme.com/%FF",
    "https://acme.com/%C0%AE%C0%AE/b",
    "https://acme.com/%C3",
    "https://acme.com/%C3/%BC",
    "https://acme.com/%ED%A0%80",
    "https://acme.com/a%EF%BC%8Fb",
    "https://acme.com/a\uff0fb",
    "https://acme.com/%E2%80%A5/b",
    "https://acme.com/%EF%BC%8E%EF%BC%8E/b",
    "https://acme.com/a%EF%BC%9Bb",
    "https://acme.com/%E2%80%AE",
    "https://acme.com/%C2%85",
    "https://acme.com/%EF%BB%BFa",
    "https://acme.com/%00",
    "https://acme.com/%0d%0a",
    "https://acme.com/%",
    "https://acme.com/%zz",
    "https://acme.com/<x>",
    "https://acme.com/{x}",
    "https://acme.com/\u202e",
    "https://acme.com/?x=\u200b",
    `https://acme.com/${"a".repeat(5000)}`,
    "https://",
    "https://?",
    "1http://a.com/",
  ])("%j is none", (text) => {
    expect(parseUrl(text)).toBeUndefined();
  });
  it("has the host and path that the WHATWG reader finds, and is its own normal form", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "/",
        ":",
        "@",
        "?",
        "#",
        "%2e",
        "%41",
        "..",
        "\\",
        "[",
        "]",
        "acme.com",
        "evil.com",
        "127.0.0.1",
        "::1",
        "80",
        "ü",
        " ",
        "%",
        ";",
        "&",
        "=",
        "'",
        "*",
        "!",
      ),
      fc.string({ maxLength: 3 }),
    );
    const hostile = fc.array(piece, { maxLength: 8 }).map((pieces) => `https://${pieces.join("")}`);
    fc.assert(
      fc.property(
        fc.oneof(hostile, fc.webUrl({ withFragments: true, withQueryParameters: true })),
        (text) => {
          const url = parseUrl(text);
          if (url === undefined) return;
          for (const reading of [new URL(text), new URL(url.text)]) {
            expect(reading.username + reading.password).toBe("");
            expect(parseIp(reading.hostname.replace(/[[\]]/g, ""))?.text ?? reading.hostname).toBe(url.host);
          }
          expect(new URL(url.text).pathname).toBe(url.path);
          expect(parseUrl(url.text)?.text).toBe(url.text);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
