import type { Type } from "../../values/type.js";
import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";

/** Warns of labels that nothing yields, and tags that no tool has. */
export function useVocabulary(bundle: Bundle, program: Program): void {
  const yielded = new Set<string>();
  const add = (ids: readonly string[]) => {
    for (const id of ids) for (const implied of program.labels.get(id)?.closure ?? []) yielded.add(implied);
  };
  const tags = new Set<string>();
  for (const tool of program.tools.values()) {
    add(tool.yields);
    add(labelsIn(tool.args));
    if (tool.result !== undefined) add(labelsIn(tool.result));
    for (const tag of tool.tags) tags.add(tag);
  }
  for (const channel of program.channels.values()) add(channel.yields);
  for (const label of program.labels.values()) {
    if (!yielded.has(label.id)) bundle.problems.add(messages.unyieldedLabel(label.name, label.nameSpan));
  }
  for (const tag of program.tags.values()) {
    if (!tags.has(tag.id)) bundle.problems.add(messages.unusedTag(tag.name, tag.nameSpan));
  }
}

function labelsIn(type: Type): string[] {
  if (type.kind === "record")
    return type.fields.flatMap((field) => [...field.labels, ...labelsIn(field.type)]);
  return "of" in type ? labelsIn(type.of) : [];
}
