import { quoteIdentifier } from '../report/sql-quoting.ts';
import { fillFix } from '../report/words.ts';
import { correctedOptions } from './client-search-path.ts';
import { defineCheck } from './define-check.ts';

/** The names of a search_path: comma-separated, in double quotes where they need them. */
function namesOf(searchPath: string): readonly string[] {
  const parts = searchPath.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? [];
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase()));
}

export default defineCheck({
  id: 'server.search-path',
  stage: 'server',
  title: 'the schemas of search_path exist',
  needs: ['server'],
  codes: {
    'server-search-path-missing': {
      severity: 'warning',
      title: 'search_path names missing schemas',
      message: 'search_path is {path}, but {missing} does not exist{consequence}.',
      fix: 'Create the schema, or correct the path{remedy}',
    },
  },
  summary: ({ server }) => server.searchPath,
  judge: ({ server }, { target }) => {
    if (server.searchPath === '') return { notApplicable: 'the server does not show it' };
    const wanted = namesOf(server.searchPath).filter(
      (name) => !/^(\$user|pg_temp|pg_catalog)$/.test(name) && name !== '',
    );
    const existing = wanted.filter((name) => server.searchPathSchemas.includes(name));
    const missing = wanted.filter((name) => !server.searchPathSchemas.includes(name));
    // PostgreSQL itself skips `"$user"` silently, and so many paths name optional schemas; one that exists is enough.
    const ownSchema = server.searchPathSchemas.includes(server.sessionUser) && server.searchPath.includes('$user');
    if (missing.length === 0) return [];
    const proposal = existing.length > 0 ? existing : ['public'];
    const ofClient = correctedOptions(target, proposal.map(quoteIdentifier).join(','));
    const args = {
      path: server.searchPath,
      missing: missing.map((name) => `"${name}"`).join(', '),
      consequence:
        existing.length > 0 || ownSchema ? '' : ': no schema is left, so unqualified names fail (42P01, 3F000)',
      remedy:
        ofClient === undefined
          ? fillFix(': ALTER ROLE {userIdent} SET search_path = {sqlProposal};', {
              userIdent: quoteIdentifier(server.sessionUser),
              sqlProposal: proposal.map(quoteIdentifier).join(', '),
            })
          : ` where this side sends it (${target.parameters['options']?.from.replace(/^env:/, '')}), which beats what ALTER ROLE sets: ${ofClient}`,
    };
    return [{ code: 'server-search-path-missing', args }];
  },
});
