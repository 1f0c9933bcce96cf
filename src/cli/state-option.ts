import { Option } from "commander";

/** `--state URL`. An address with a password belongs into the environment, for arguments are seen by everybody. */
export function stateOption(addresses: string): Option {
  return new Option("--state <url>", addresses).env("WRIT_STATE");
}
