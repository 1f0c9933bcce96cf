import type { AnswerResult } from "../answer/answer-case.js";
import type { CompileResult } from "../compile/suite.js";
import type { DecideResult } from "../decide/suite.js";
import type { HttpResult } from "../http/suite.js";
import type { EffortName } from "../measure.js";
import type { StateResult } from "../state/state-case.js";
import type { Machine } from "./machine.js";

/** What one run of the benches found; a suite that was not asked for is missing. */
export interface Results {
  readonly machine: Machine;
  /** The figures of a smoke mean nothing. */
  readonly effort: EffortName;
  readonly decide?: DecideResult;
  readonly answer?: AnswerResult;
  readonly http?: HttpResult;
  readonly state?: StateResult;
  readonly compile?: CompileResult;
}
