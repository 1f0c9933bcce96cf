import type { EffortName } from "../measure.js";
import { progress } from "../process/progress.js";
import { runScript, scriptAt } from "../process/script.js";
import type { AnswerResult } from "./answer-case.js";

/** From a request that was parsed to the answer object. */
export function answerSuite(effort: EffortName): Promise<AnswerResult> {
  progress("from a request to its answer");
  return runScript(scriptAt("./answer-one.js", import.meta.url), [effort]);
}
