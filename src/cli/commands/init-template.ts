/**
 * The files that `writ init` writes, by name: a bundle small enough to read in one go.
 *
 * A test checks and runs it, so it stays valid as the language grows.
 */
export const initTemplate: ReadonlyMap<string, string> = new Map([
  [
    "catalogue.writ",
    `module example.catalogue

/// Labels say what kind of data something is: what a tool may receive, and what it gives.
label internal
label untrusted integrity  // outsiders can write it

role member "Works here"

tool notes.search {
  title   "Search the team's notes"
  action  read
  tier    1
  args    { query: text<200> }
  accepts any
  yields  internal
  timeout 5s
}

tool web.read {
  title   "Read a public web page"
  action  read
  tier    1
  args    { url: url }
  accepts untrusted  // the address itself would carry data out
  yields  untrusted
  timeout 20s
}

tool notes.add {
  title   "Add a note that the whole team reads"
  action  write
  tier    2
  args    { title: text<100>  body: text<4000> }
  accepts internal
  yields  nothing
}

agent assistant { title "Team assistant"  owner "team:platform"  acts for user }
`,
  ],
  [
    "rules.writ",
    `module example.rules

/// Closed by default: what no \`allow\` names is denied.
allow reading {
  agent assistant for role member
  call  any read tier 1
}

allow adding {
  agent assistant for role member
  call  notes.add
  need  confirmation
}

limit note_burst {
  call    notes.add
  per     user
  at most 5 calls in 1h
  because "Five notes in one hour are enough."
}
`,
  ],
  [
    "tests.writ",
    `module example.tests

test "a note is added once the user has confirmed it" {
  given user "ana" { roles: ["member"] }
  given agent assistant
  call notes.add { title: "Lunch", body: "At noon." }
  expect require-approval by adding
  approve confirmation by "ana"
  call notes.add { title: "Lunch", body: "At noon." }
  expect allow by adding
}

test "what a web page says does not get into the team's notes" {
  given user "ana" { roles: ["member"] }
  given agent assistant
  call web.read { url: "https://example.org/" }
  expect allow by reading
  call notes.add { title: "News", body: "As it says there." }
  expect deny
}

test "the sixth note of an hour waits" {
  given user "ana" { roles: ["member"] }
  given agent assistant
  repeat 5 {
    call notes.add { title: "Lunch", body: "At noon." }
    approve confirmation by "ana"
    call notes.add { title: "Lunch", body: "At noon." }
    expect allow
  }
  call notes.add { title: "Lunch", body: "At noon." }
  expect deny by note_burst
  wait 2h
  call notes.add { title: "Lunch", body: "At noon." }
  expect require-approval
}

matrix "who may do what" {
  given user "eve" { roles: [] }
  agents                                     assistant
  notes.search { query: "lunch" }            deny
  notes.add { title: "Hello", body: "Hi" }   deny
}
`,
  ],
  [
    "requests/search.json",
    `{
  "actors": [
    { "type": "user", "id": "ana", "roles": ["member"] },
    { "type": "agent", "id": "assistant" }
  ],
  "tool": "notes.search",
  "args": { "query": "lunch" }
}
`,
  ],
]);
