import type { CatalogueEntry } from "./entry.js";
import { BOT, LOOKUP, NOTE, REFUND } from "./samples.js";

/** W2xxx: names that are unknown, duplicate or ambiguous. A code is never reused with another meaning. */
export const nameCodes: readonly CatalogueEntry[] = [
  {
    code: "W2001",
    severity: "error",
    title: "unknown name",
    why: "A rule about an undeclared tool, role or label would never apply, and no one would notice.",
    avoid: `${LOOKUP}
allow reading { agent any  call crm.lokup }`,
    prefer: `${LOOKUP}
allow reading { agent any  call crm.lookup }`,
  },
  {
    code: "W2002",
    severity: "error",
    title: "declared twice",
    why: "Neither the order nor the file of a declaration matters, so neither of two with the same name can override the other.",
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
    why: "A name of several declarations could mean another one tomorrow.",
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
    why: "Policies cannot be recursive, so that every decision ends.",
    avoid: `define busy(n: int) = quiet(n)
define quiet(n: int) = not busy(n)`,
    prefer: `define busy(n: int) = n > 10
define quiet(n: int) = not busy(n)`,
  },
  {
    code: "W2005",
    severity: "error",
    title: "wire name of two tools",
    why: "A call names its tool by the name on the wire; if two tools had the same one, a caller could choose which rules apply.",
    avoid: `tool crm.lookup as "get"  { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }
tool hr.lookup  as "get"  { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }`,
    prefer: `tool crm.lookup as "crm/get"  { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }
tool hr.lookup  as "hr/get"   { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }`,
  },
  {
    code: "W2006",
    severity: "error",
    title: "pattern that matches no tool",
    why: "A deny that matches nothing protects nothing.",
    avoid: `${LOOKUP}
deny private { call crn.* }`,
    prefer: `${LOOKUP}
deny private { call crm.* }`,
  },
  {
    code: "W2007",
    severity: "error",
    title: "name that hides a built-in one",
    why: "In every condition, `user` must mean the user.",
    avoid: `data user: text = "ana"`,
    prefer: `data owner: text = "ana"`,
  },
  {
    code: "W2008",
    severity: "error",
    title: "unknown annotation",
    why: "A misspelt annotation would silently have no effect.",
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
    why: "An annotation has an effect only on certain declarations.",
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
    why: "Reports and explanations show these texts, so they cannot be missing.",
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
    why: "A missing clause has no obvious default, so it must be written.",
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
    why: "A threat that no catalogue contains would be missing from the report that a reviewer relies on.",
    avoid: `${LOOKUP}
@threat("LLM11:2025")
deny odd { call crm.lookup  when args.customer == "" }`,
    prefer: `${LOOKUP}
@threat("LLM01:2025")
deny odd { call crm.lookup  when args.customer == "" }`,
  },
];
