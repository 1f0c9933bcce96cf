/** The situation of a request that is decided without a service: the time, and the user's own words. */
import { InvalidArgumentError, Option } from "commander";
import { parseTime } from "../values/time.js";

/** The situation in the options of a command. */
export interface Situation {
  /** The time of the decision in ms; undefined is now. */
  readonly now?: number;
  /** The user's own words, with which the session that the request names was opened. */
  readonly stated?: string;
}

/** `--now` and `--stated`, for every command that decides without a service. */
export function situationOptions(): readonly Option[] {
  return [
    new Option("--now <time>", "decide at this time, such as 2026-12-20T09:00:00Z").argParser(readTime),
    new Option("--stated <text>", "the user's own words at the start of the session that the request names"),
  ];
}

function readTime(text: string): number {
  const time = parseTime(text);
  if (time === undefined) throw new InvalidArgumentError("a time is written as 2026-12-20T09:00:00Z");
  return time;
}
