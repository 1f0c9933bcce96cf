/** What a request is judged in by the commands that ask without a service: when, and after which words of the user. */
import { InvalidArgumentError, Option } from "commander";
import { parseTime } from "../values/time.js";

/** What the options of a command say of it. */
export interface Situation {
  /** The time to judge at, ms; the present where it is undefined. */
  readonly now?: number;
  /** The user's own words, with which the session that the request names was opened. */
  readonly stated?: string;
}

/** `--now` and `--stated`, for every command that asks so. */
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
