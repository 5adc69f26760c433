import type { Report } from '../report/report.ts';
import { grantsTable } from './grants-table.ts';
import type { Look } from './look.ts';
import { renderTable } from './table.ts';

/** The report for people, with the tables of its grants. */
export const renderTableWithGrants = (report: Report, look: Look): Generator<string> =>
  renderTable(report, look, grantsTable);
