import type { Change } from "./change.js";
import {
  ACCESS_ORDER,
  type Access,
  type Alternative,
  type Cell,
  type Posture,
  type PostureTool,
  rowName,
} from "./posture.js";

/** One cell that a change affects. */
export interface Move {
  readonly who: string;
  readonly tool: string;
  readonly tier: 1 | 2 | 3;
  /** `absent` if the agent, the role or the tool does not exist. */
  readonly before: Access | "absent";
  readonly after: Access | "absent";
  /** `conditions` if the access is the same and some of its conditions or needs differ. */
  readonly change: "looser" | "tighter" | "conditions";
  readonly waysBefore: readonly Alternative[];
  readonly waysAfter: readonly Alternative[];
}

/** The differences between two bundles. */
export interface PostureDiff {
  readonly before: string;
  readonly after: string;
  /** Every change that can affect a verdict. The matrix shows only some of them. */
  readonly changes: readonly Change[];
  /** By row, then in the order of the tools. */
  readonly moves: readonly Move[];
}

/** Reports whether anything may be looser: a change that is or may be looser, or a cell of the matrix. */
export function mayBeLooser({ changes, moves }: PostureDiff): boolean {
  return (
    changes.some(({ direction }) => direction !== "tighter") ||
    moves.some(({ change }) => change === "looser")
  );
}

interface MatrixPosition {
  readonly who: string;
  readonly tool: PostureTool;
  readonly cell: Cell;
}

/**
 * Returns every cell that differs. An absent cell equals a `never` cell, so adding a tool lists only what it permits.
 */
export function diffPostures(before: Posture, after: Posture, changes: readonly Change[]): PostureDiff {
  const [old, now] = [positionsOf(before), positionsOf(after)];
  const moves: Move[] = [];
  for (const key of new Set([...now.keys(), ...old.keys()])) {
    const [was, is] = [old.get(key), now.get(key)];
    const { who, tool } = (is ?? was) as MatrixPosition;
    const change = changeOf(was?.cell, is?.cell);
    if (change === undefined) continue;
    moves.push({
      who,
      tool: tool.name,
      tier: tool.tier,
      before: was?.cell.access ?? "absent",
      after: is?.cell.access ?? "absent",
      change,
      waysBefore: was?.cell.ways ?? [],
      waysAfter: is?.cell.ways ?? [],
    });
  }
  return { before: before.revision, after: after.revision, changes, moves };
}

function positionsOf(posture: Posture): Map<string, MatrixPosition> {
  const places = new Map<string, MatrixPosition>();
  for (const row of posture.rows) {
    posture.tools.forEach((tool, index) => {
      const cell = row.cells[index];
      if (cell === undefined) return;
      places.set(JSON.stringify([row.agent, row.role, row.role === undefined, tool.id]), {
        who: rowName(row),
        tool,
        cell,
      });
    });
  }
  return places;
}

function changeOf(before: Cell | undefined, after: Cell | undefined): Move["change"] | undefined {
  const [was, is] = [before, after].map((cell) => ACCESS_ORDER.indexOf(cell?.access ?? "never"));
  if (was !== is) return (is as number) < (was as number) ? "looser" : "tighter";
  return JSON.stringify(before?.ways ?? []) === JSON.stringify(after?.ways ?? []) ? undefined : "conditions";
}
