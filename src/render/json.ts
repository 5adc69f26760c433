import type { Report } from '../report/report.ts';

/** One JSON document: the report as it is. */
export const renderJson = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`;
