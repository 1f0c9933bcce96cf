import type { CatalogueEntry } from "./entry.js";
import { BOT, LOOKUP } from "./samples.js";

const READING = `${LOOKUP}${BOT}
allow reading { agent any  call crm.lookup }
`;
const SCENE = `  given user "ana"
  given agent support_bot
`;

const OTHER = `tool tickets.read { action read  tier 1  args { }  accepts any  yields nothing }
deny closed { call tickets.read }
`;

/** W6xxx: mistakes in tests and matrices. A code is never reused with another meaning. */
export const testCodes: readonly CatalogueEntry[] = [
  {
    code: "W6001",
    severity: "error",
    title: "step that cannot follow",
    why: "An expectation is about something that happened before it.",
    avoid: `${READING}
test "reading is allowed" {
${SCENE}  expect allow
  call crm.lookup { customer: "C-1" }
}`,
    prefer: `${READING}
test "reading is allowed" {
${SCENE}  call crm.lookup { customer: "C-1" }
  expect allow
}`,
  },
  {
    code: "W6002",
    severity: "error",
    title: "call without an agent",
    why: "Every call has an agent, and any rule may depend on it.",
    avoid: `${READING}
test "reading is allowed" {
  given user "ana"
  call crm.lookup { customer: "C-1" }
  expect allow
}`,
    prefer: `${READING}
test "reading is allowed" {
${SCENE}  call crm.lookup { customer: "C-1" }
  expect allow
}`,
  },
  {
    code: "W6003",
    severity: "error",
    title: "row that does not fit its matrix",
    why: "Every cell is asserted, so each agent has one in every row.",
    avoid: `${READING}
matrix "who reads" {
  given user "ana"
  agents                          support_bot
  crm.lookup { customer: "C-1" }  allow | deny
}`,
    prefer: `${READING}
matrix "who reads" {
  given user "ana"
  agents                          support_bot
  crm.lookup { customer: "C-1" }  allow
}`,
  },
  {
    code: "W6004",
    severity: "error",
    title: "title of two tests",
    why: "A report names a test by its title.",
    avoid: `${READING}
test "reading" {
${SCENE}  call crm.lookup { customer: "C-1" }
  expect allow
}
test "reading" {
${SCENE}  call crm.lookup { customer: "C-2" }
  expect allow
}`,
    prefer: `${READING}
test "reading" {
${SCENE}  call crm.lookup { customer: "C-1" }
  expect allow
}
test "reading of another customer" {
${SCENE}  call crm.lookup { customer: "C-2" }
  expect allow
}`,
  },
  {
    code: "W6005",
    severity: "error",
    title: "test or matrix that expects nothing",
    why: "It would pass with any policy.",
    avoid: `${READING}
test "reading" {
${SCENE}  call crm.lookup { customer: "C-1" }
}`,
    prefer: `${READING}
test "reading" {
${SCENE}  call crm.lookup { customer: "C-1" }
  expect allow
}`,
  },
  {
    code: "W6006",
    severity: "error",
    title: "report to a limit that does not meter it",
    why: "What an outcome reports changes only a limit that meters `reported`.",
    avoid: `${READING}
limit lookups { call crm.lookup  per user  at most 10 calls in 1h }
test "tokens are counted" {
${SCENE}  call crm.lookup { customer: "C-1" }
  outcome ok { reported: { lookups: 5 } }
  expect allow
}`,
    prefer: `${READING}
limit tokens { call crm.lookup  per user  at most 1_000 of reported else 10 in 1h }
test "tokens are counted" {
${SCENE}  call crm.lookup { customer: "C-1" }
  outcome ok { reported: { tokens: 5 } }
  expect allow
}`,
  },
  {
    code: "W6007",
    severity: "warning",
    title: "rule that no test makes decide",
    why: "No test would notice if it were removed. Reported only in a bundle with tests; `--tests` runs them for an exact answer.",
    avoid: `${READING}${OTHER}
test "reading" {
${SCENE}  call crm.lookup { customer: "C-1" }
  expect allow
}`,
    prefer: `${READING}${OTHER}
test "reading" {
${SCENE}  call crm.lookup { customer: "C-1" }
  expect allow
}
test "tickets are closed" {
${SCENE}  call tickets.read { }
  expect deny by closed
}`,
  },
];
