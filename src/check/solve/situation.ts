import type { Channel, Program, Tool } from "../program.js";

/** What is given about the requests that a question covers; anything omitted may have any value. */
export interface Situation {
  readonly program: Program;
  /** The called tool: its arguments have its types, and the fields of `tool` are known. */
  readonly tool?: Tool;
  /** The called channel, instead of a tool. */
  readonly channel?: Channel;
  /** The acting agent, the last of the chain, by id. */
  readonly agent?: string;
  /** Whether the request has a user. */
  readonly user?: "present" | "absent";
  /** Exactly the declared roles of the user, by id. */
  readonly roles?: ReadonlySet<string>;
}
