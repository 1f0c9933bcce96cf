/** Chooses the media type of a body: JSON if offered, otherwise a type with fields or text. */
import { isSchema, own, type Schema } from "./schema.js";

/** One form of a body. */
export interface ChosenMedia {
  /** Such as `application/json`, without its parameters. */
  readonly type: string;
  readonly isJson: boolean;
  /** Undefined if none was published. */
  readonly schema: unknown;
}

const FORMS = ["application/x-www-form-urlencoded", "multipart/form-data"];
const MAX_TYPES = 50;

/** Returns the most informative form of a `content` map; undefined if there is none. */
export function chooseMedia(content: unknown): ChosenMedia | undefined {
  if (!isSchema(content)) return undefined;
  const all = Object.keys(content)
    .slice(0, MAX_TYPES)
    .map((key) => ({ type: (key.split(";")[0] ?? "").trim().toLowerCase(), media: own(content, key) }));
  const [best] = all.sort((a, b) => preference(a.type) - preference(b.type));
  if (best === undefined) return undefined;
  const media: Schema = isSchema(best.media) ? best.media : {};
  return { type: best.type, isJson: isJson(best.type), schema: own(media, "schema") };
}

function preference(type: string): number {
  if (type === "application/json") return 0;
  if (isJson(type)) return 1;
  return FORMS.includes(type) ? 2 : 3;
}

function isJson(type: string): boolean {
  return type === "application/json" || type.endsWith("+json") || type === "*/*" || type === "application/*";
}
