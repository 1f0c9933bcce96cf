/** The interface of every contender, including Writ. */
import type { Answer, RequestSpec, Workload } from "../cases/workload.js";

/** A policy, loaded. What a request needs to be in its own form is made before anything is timed. */
export interface Loaded<Input = unknown> {
  input(request: RequestSpec): Input;
  decide(input: Input): Answer;
}

/** One way to decide. */
export interface Peer {
  readonly name: string;
  /** How it is used, in a sentence for the results. */
  readonly use: string;
  /** More rules than these take it minutes, and it is left out; any number where undefined. */
  readonly most?: number;
  load(work: Workload): Promise<Loaded> | Loaded;
}

/** Ties the input of `input` to that of `decide`; benches treat all alike afterwards. */
export function loaded<Input>(of: Loaded<Input>): Loaded {
  return of as Loaded;
}
