/** What must change in a call that a built-in check refuses. For the author, never for a model. */
import { writeDuration } from "../../values/duration.js";
import { shortName } from "../records/scheme-terms.js";
import type { Call } from "../request/call.js";
import type { BuiltinName } from "../request/refusal.js";

/** One line for each built-in refusal; those about the chain or the target name the agents and scopes they are about. */
export function remedyOf(name: BuiltinName, call: Call): string {
  return REMEDIES[name](call);
}

const say = (text: string) => () => text;

const REMEDIES: Readonly<Record<BuiltinName, (call: Call) => string>> = {
  unknown_tool: say("declare the tool in the catalogue, or name one of its tools"),
  unknown_channel: say("declare the channel, or name one that is declared"),
  invalid_arguments: say("send the arguments as the tool declares them"),
  undeclared_agent: ({ chain }) => {
    const strangers = chain.agents.filter(({ declared }) => declared === undefined);
    return `declare ${listed(strangers.map(({ actor }) => `agent \`${actor.id}\``))}, or name one that is declared`;
  },
  undeclared_edge: ({ chain }) =>
    listed(
      chain.agents.flatMap(({ declared }, i) => {
        if (declared === undefined) return [];
        const before = chain.agents[i - 1]?.declared;
        const by = [...declared.invokedBy].map((id) => `\`${shortName(id)}\``);
        if (i === 0)
          return by.length === 0 ? [] : [`put ${either(by)} before \`${declared.name}\` in the chain`];
        if (before === undefined || declared.invokedBy.has(before.id)) return [];
        return [`let \`${declared.name}\` be \`invoked by ${before.name}\`, or leave one of the two out`];
      }),
    ),
  chain_too_deep: ({ chain }) =>
    `shorten the chain of ${chain.agents.length} agents, or raise \`delegation { depth … }\``,
  missing_user: say("put the user whom the agent acts for first in `actors`"),
  user_not_allowed: say("leave the user out of `actors`, or declare the agent `acts for user`"),
  credential_missing: (call) => `give ${credentials(call)} in \`actors\``,
  credential_expired: (call) => `give ${credentials(call)}, with \`expires_at\` still to come`,
  credential_too_long: (call) => `give ${credentials(call)}, neither issued earlier nor lasting longer`,
  credential_in_future: say("mend the clocks: `issued_at` or `auth_time` lies in the future"),
  scope_widened: say("give each hop at most the scopes of the hop before it"),
  scope_missing: ({ target }) =>
    `give the scope ${JSON.stringify(target?.tool?.scope ?? "")} to every hop that has scopes, and to one at least`,
  unknown_label: say("declare the label, or attest one that is declared"),
  label_not_accepted: ({ target }) =>
    `send what carries no other label than \`${target?.target.name}\` accepts, in another session if need be`,
  session_required: say("open a session with POST /sessions, and name it in `session`"),
  session_not_open: say("open the session with POST /sessions first"),
  session_not_yours: say("use a session that the same user and agent opened"),
  transaction_not_open: say("begin the transaction with POST /transactions first"),
  transaction_not_yours: say("use a transaction that the same user and agent began"),
  transaction_not_for_you: say("use a transaction that is declared for this user and agent"),
  transaction_order: say("make the steps in the order that the transaction declares"),
  transaction_steps: say("begin another transaction"),
  transaction_plan: say("make the next call of the confirmed plan"),
  nothing_grants: say("one of the allows has to grant"),
  need_without_user: say("ask on behalf of a user, who can sign in and confirm"),
  approval_rejected: say("ask for another approval: a changed call is another one"),
  unsupported_obligation: say("name in `supports` what the enforcement point can carry out"),
  obligation_unknown: say("provide what the obligation reads"),
  state_unavailable: say("try again when the state can be read"),
  state_full: say("try again later, or give the state more room"),
  replayed_other: say("give each call its own `id`"),
  replay_outdated: say(
    "report the outcome of the call that was allowed under the `id`, or use another `id` if it never ran",
  ),
  already_done: say("give a further call its own `id`"),
};

function credentials({ chain }: Call): string {
  const wanted = chain.agents.flatMap(({ declared, actor }) => {
    if (declared === undefined) return [];
    if (declared.credential === undefined)
      return actor.credential === undefined ? [] : [`\`${declared.name}\``];
    return [`\`${declared.name}\` (at most ${writeDuration(declared.credential)})`];
  });
  return `a \`credential: { issued_at, expires_at }\` to ${listed(wanted)}`;
}

function listed(words: readonly string[]): string {
  return words.join("; ");
}

function either(words: readonly string[]): string {
  return words.join(" or ");
}
