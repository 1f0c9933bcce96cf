import type { EffortName } from "../measure.js";
import { progress } from "../process/progress.js";
import { runScript, scriptAt } from "../process/script.js";
import type { StateResult } from "./state-case.js";

/** What limits cost, in memory and on Redis. */
export function stateSuite(effort: EffortName): Promise<StateResult> {
  progress("limits, in memory and on Redis");
  return runScript(scriptAt("./state-one.js", import.meta.url), [effort]);
}
