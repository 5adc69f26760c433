import { renderJson } from '../../src/render/json.ts';
import type { Report } from '../../src/report/report.ts';

/** The pieces, each copied while it holds. */
export function jsonPieces(report: Report): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (const piece of renderJson(report)) pieces.push(Buffer.from(piece));
  return pieces;
}

/** The whole document. */
export const jsonText = (report: Report): string => Buffer.concat(jsonPieces(report)).toString();
