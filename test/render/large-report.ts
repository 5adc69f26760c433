import { buildReport } from '../../src/report/build.ts';
import type { RelationGrants } from '../../src/report/grants.ts';
import type { Report } from '../../src/report/report.ts';
import { SAMPLE } from './sample-report.ts';

/** A report of many relations in schemas of 100, every third of which lacks something that was asked for. */
export function largeReport(count: number): Report {
  const { grants, target } = SAMPLE;
  const model = grants?.relations[0];
  if (grants === undefined || model === undefined) throw new Error('the sample has no relations');
  const relations = Array.from({ length: count }, (_, index): RelationGrants => {
    const lacks = index % 3 === 0;
    return {
      ...model,
      schema: `tenant_${Math.floor(index / 100)}`,
      name: `a_table_with_quite_a_long_name_number_${index}`,
      read: lacks ? 'no' : 'yes',
      privileges: { ...model.privileges, select: lacks ? 'no' : 'yes' },
      via: lacks ? {} : { select: 'direct' },
      reasons: lacks ? [{ action: 'select', code: 'no-privilege', args: { object: String(index) } }] : [],
      missing: lacks ? ['select'] : [],
    };
  });
  const names = [...new Set(relations.map((relation) => relation.schema))];
  return buildReport({
    ...{ command: 'grants', version: '1.2.3', startedAt: new Date('2026-01-31T12:00:00Z'), durationMs: 900 },
    ...{ target, connected: true, strict: false, reportOnly: false, allGood: '' },
    drafts: [
      {
        ...{ id: 'grants', stage: 'grants', title: 'the role holds what is needed', durationMs: 500 },
        findings: relations
          .filter((each) => each.missing?.length === 1)
          .map(({ schema, name }) => ({
            code: 'no-privilege',
            stage: 'grants',
            args: { schema, name, kind: 'relation', object: `${schema}.${name}` },
          })),
      },
    ],
    catalogue: {
      'no-privilege': {
        severity: 'error',
        title: 'privilege not granted',
        message: 'role app does not have SELECT on {object}',
        fix: 'Let owner_role run: GRANT SELECT ON {object} TO app;',
      },
    },
    grants: {
      ...grants,
      schemas: names.map((name) => ({ name, owner: 'owner_role', usage: true, create: false })),
      relations,
    },
  });
}
