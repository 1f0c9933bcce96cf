/**
 * The part of SVG that charts need. Colours are fixed on a white background, so that charts are legible in dark mode
 * too.
 */

/** The position and style of a text. */
export interface TextStyle {
  readonly size?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly fill?: string;
  readonly weight?: "normal" | "bold";
}

/** The ink of texts, axes and grid. */
export const INK = { text: "#1f2328", quiet: "#59636e", grid: "#e4e7eb", axis: "#8c959f" } as const;

/** A whole picture on white, with a title for those who do not see it. */
export function svg(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `role="img" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

/** One line of text; `y` is its baseline. */
export function text(x: number, y: number, words: string, style: TextStyle = {}): string {
  const { size = 12, anchor = "start", fill = INK.text, weight = "normal" } = style;
  return `<text x="${r(x)}" y="${r(y)}" font-size="${size}" text-anchor="${anchor}" fill="${fill}" font-weight="${weight}">${escaped(words)}</text>`;
}

/** A straight line. */
export function line(x1: number, y1: number, x2: number, y2: number, stroke: string, dash = ""): string {
  const dashes = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
  return `<line x1="${r(x1)}" y1="${r(y1)}" x2="${r(x2)}" y2="${r(y2)}" stroke="${stroke}"${dashes}/>`;
}

/** A line through points, with a dot at each. */
export function series(
  points: readonly (readonly [x: number, y: number])[],
  stroke: string,
  width: number,
): string {
  const path = points.map(([x, y]) => `${r(x)},${r(y)}`).join(" ");
  const dots = points.map(
    ([x, y]) => `<circle cx="${r(x)}" cy="${r(y)}" r="${width + 1}" fill="${stroke}"/>`,
  );
  return `<polyline points="${path}" fill="none" stroke="${stroke}" stroke-width="${width}"/>${dots.join("")}`;
}

/** A filled rectangle. */
export function bar(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${r(x)}" y="${r(y)}" width="${r(width)}" height="${r(height)}" fill="${fill}"/>`;
}

const r = (value: number) => Math.round(value * 10) / 10;

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
