import type { CatalogueEntry } from "./entry.js";
import { BOT, LOOKUP, NOTE, REFUND } from "./samples.js";

/** W2xxx: names that are unknown, declared twice or ambiguous. A code is never used again for something else. */
export const nameCodes: readonly CatalogueEntry[] = [
  {
    code: "W2001",
    severity: "error",
    title: "unknown name",
    why: "A rule about a tool, role or label that nobody declared would never apply, and nobody would notice.",
    avoid: `${LOOKUP}
allow reading { agent any  call crm.lokup }`,
    prefer: `${LOOKUP}
allow reading { agent any  call crm.lookup }`,
  },
  {
    code: "W2002",
    severity: "error",
    title: "declared twice",
    why: "Neither the order of declarations nor the file they stand in matters, so of two with one name neither is the later one.",
    avoid: `${LOOKUP}
allow reading { agent any  call crm.lookup }
allow reading { agent any  call crm.lookup }`,
    prefer: `${LOOKUP}
allow reading { agent any  call crm.lookup }
allow reading_too { agent any  call crm.lookup }`,
  },
  {
    code: "W2003",
    severity: "error",
    title: "ambiguous name",
    why: "A name that more than one declaration answers to could mean another one tomorrow.",
    avoid: `module crm
tool lookup      { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }
tool crm.lookup as "crm/lookup" { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }
allow reading { agent any  call crm.lookup }`,
    prefer: `module crm
tool lookup      { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }
tool contacts.lookup  { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }
allow reading { agent any  call crm.lookup }`,
  },
  {
    code: "W2004",
    severity: "error",
    title: "circular declaration",
    why: "A policy ends on every input because nothing in it refers to itself.",
    avoid: `define busy(n: int) = quiet(n)
define quiet(n: int) = not busy(n)`,
    prefer: `define busy(n: int) = n > 10
define quiet(n: int) = not busy(n)`,
  },
  {
    code: "W2005",
    severity: "error",
    title: "wire name of two tools",
    why: "A call names its tool by the name on the wire; if two tools answered to it, a caller could choose which rules judge it.",
    avoid: `tool crm.lookup as "get"  { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }
tool hr.lookup  as "get"  { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }`,
    prefer: `tool crm.lookup as "crm/get"  { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }
tool hr.lookup  as "hr/get"   { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }`,
  },
  {
    code: "W2006",
    severity: "error",
    title: "pattern that matches no tool",
    why: "A deny on nothing protects nothing.",
    avoid: `${LOOKUP}
deny private { call crn.* }`,
    prefer: `${LOOKUP}
deny private { call crm.* }`,
  },
  {
    code: "W2007",
    severity: "error",
    title: "name that hides a built-in one",
    why: "A condition that says `user` must mean the user, whoever reads it.",
    avoid: `data user: text = "ana"`,
    prefer: `data owner: text = "ana"`,
  },
  {
    code: "W2008",
    severity: "error",
    title: "unknown annotation",
    why: "An annotation with a typing mistake would be silently without effect.",
    avoid: `${LOOKUP}
@ownr("support")
allow reading { agent any  call crm.lookup }`,
    prefer: `${LOOKUP}
@owner("support")
allow reading { agent any  call crm.lookup }`,
  },
  {
    code: "W2009",
    severity: "error",
    title: "annotation in the wrong place",
    why: "An annotation means something only where the language looks for it.",
    avoid: `${LOOKUP}
@outage("allow")
allow reading { agent any  call crm.lookup }`,
    prefer: `${LOOKUP}
@outage("allow")
limit lookups { call crm.lookup  at most 100 calls in 1h }
allow reading { agent any  call crm.lookup }`,
  },
  {
    code: "W2010",
    severity: "error",
    title: "annotation with the wrong arguments",
    why: "Reports and explanations show these texts; one that is missing says nothing.",
    avoid: `${LOOKUP}
@owner
allow reading { agent any  call crm.lookup }`,
    prefer: `${LOOKUP}
@owner("support")
allow reading { agent any  call crm.lookup }`,
  },
  {
    code: "W2012",
    severity: "error",
    title: "missing clause",
    why: "What is left out has no meaning that everybody would guess alike: a rule says what it is about.",
    avoid: `${NOTE}${BOT}
allow noting { agent support_bot }`,
    prefer: `${NOTE}${BOT}
allow noting { agent support_bot  call crm.note }`,
  },
  {
    code: "W2013",
    severity: "error",
    title: "data file that cannot be used",
    why: "A list of blocked payees that was not found is not an empty list: the bundle does not load without it.",
    avoid: `${REFUND}
data blocked: set<text> from "missing.json"`,
    prefer: `${REFUND}
data blocked: set<text> = ["V-13"]`,
  },
  {
    code: "W2014",
    severity: "error",
    title: "unknown threat",
    why: "A threat that no catalogue has counts for nothing in the report that a reviewer relies on.",
    avoid: `${LOOKUP}
@threat("LLM11:2025")
deny odd { call crm.lookup  when args.customer == "" }`,
    prefer: `${LOOKUP}
@threat("LLM01:2025")
deny odd { call crm.lookup  when args.customer == "" }`,
  },
];
