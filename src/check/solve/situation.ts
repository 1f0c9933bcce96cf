import type { Channel, Program, Tool } from "../program.js";

/** What is taken as given of the requests that a question is about; what is left out may be anything. */
export interface Situation {
  readonly program: Program;
  /** The tool that is called: its arguments have its types, and `tool` is known. */
  readonly tool?: Tool;
  /** Instead of a tool. */
  readonly channel?: Channel;
  /** The acting agent, the last of the chain, by id. */
  readonly agent?: string;
  /** Whether the request has a user. */
  readonly user?: "present" | "absent";
  /** Exactly the declared roles that the user has, by id. */
  readonly roles?: ReadonlySet<string>;
}
