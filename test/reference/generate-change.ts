/** Another policy for the same state: rules gone, limits that allow another amount, labels that imply others. */
import { Draw } from "./draw.js";
import type { Piece } from "./generate-vocabulary.js";

/** The pieces of the changed bundle. What becomes of one follows from its text alone, so that it stays so with fewer of them. */
export function changePieces(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece) => changeOf(piece, new Draw(hashOf(piece.text))));
}

function changeOf(piece: Piece, draw: Draw): Piece[] {
  const { text } = piece;
  const written = (changed: string): Piece[] => [{ ...piece, text: changed }];
  // What is asked of the past has to be kept for as long as it is asked, so that stays.
  if (text.includes("prior ")) return [piece];
  if (/^(?:@.*\n)*(?:shadow )?(?:allow|deny|require) /.test(text)) return draw.chance(0.2) ? [] : [piece];
  if (/^(?:@.*\n)*exception /.test(text)) return draw.chance(0.15) ? [] : [piece];
  if (/^(?:@.*\n)*(?:(?:shadow|waivable) )*limit /.test(text) && draw.chance(0.3)) {
    return written(
      text.replace(/at most (\d+) /, (_, cap) => `at most ${Number(cap) + draw.pick([-1, 1, 2])} `),
    );
  }
  if (text.startsWith("tool ") && draw.chance(0.2)) {
    return written(text.replace("accepts any", "accepts internal, untrusted"));
  }
  if (/^label (?:pii|secret)/.test(text) && draw.chance(0.3)) {
    return written(text.includes(" implies ") ? text.replace(/ implies .*/, "") : `${text} implies internal`);
  }
  return [piece];
}

/** FNV-1a over the code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
