import type { Change } from "./change.js";
import {
  ACCESS_ORDER,
  type Access,
  type Cell,
  type Posture,
  type PostureTool,
  rowName,
  type Way,
} from "./posture.js";

/** One cell that a change moves. */
export interface Move {
  readonly who: string;
  readonly tool: string;
  readonly tier: 1 | 2 | 3;
  /** `absent` where the agent, the role or the tool was, or is, not there. */
  readonly before: Access | "absent";
  readonly after: Access | "absent";
  /** `conditions` where the access stayed and something of its conditions or needs did not. */
  readonly change: "looser" | "tighter" | "conditions";
  readonly waysBefore: readonly Way[];
  readonly waysAfter: readonly Way[];
}

/** What differs between two bundles, and of which they are. */
export interface PostureDiff {
  readonly before: string;
  readonly after: string;
  /** Everything that can change a verdict. The matrix shows only a part of it. */
  readonly changes: readonly Change[];
  /** By row, then in the order of the tools. */
  readonly moves: readonly Move[];
}

/** Whether anything may be looser: a change that is, or whose direction is not known, or a cell of the matrix. */
export function mayBeLooser({ changes, moves }: PostureDiff): boolean {
  return (
    changes.some(({ direction }) => direction !== "tighter") ||
    moves.some(({ change }) => change === "looser")
  );
}

interface Place {
  readonly who: string;
  readonly tool: PostureTool;
  readonly cell: Cell;
}

/** Every cell that differs. What is gone and what was never allowed are the same, so adding a tool moves only what it opens. */
export function diffPostures(before: Posture, after: Posture, changes: readonly Change[]): PostureDiff {
  const [old, now] = [placesOf(before), placesOf(after)];
  const moves: Move[] = [];
  for (const key of new Set([...now.keys(), ...old.keys()])) {
    const [was, is] = [old.get(key), now.get(key)];
    const { who, tool } = (is ?? was) as Place;
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

function placesOf(posture: Posture): Map<string, Place> {
  const places = new Map<string, Place>();
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
