import { providerOf } from '../failures/provider-hosts.ts';
import type { ServerFacts } from '../probes/evidence.ts';
import { PRODUCTS, type Product } from './server-provider-data.ts';
import { defineCheck } from './define-check.ts';

/** The product by its tell-tales on the server, else by the host's name. */
function productOf(server: ServerFacts, host: string): Product | null {
  const told = PRODUCTS.find((each) => each.told(server));
  if (told !== undefined) return told;
  const named = providerOf(host)?.product;
  return named === undefined ? null : (PRODUCTS.find((each) => each.product === named) ?? null);
}

export default defineCheck({
  id: 'server.provider',
  stage: 'server',
  title: 'the kind of server is known',
  needs: ['server'],
  codes: {
    'server-managed': {
      severity: 'info',
      title: 'managed service',
      message: 'This is {product}. {difference}',
      fix: '{advice}',
    },
    'server-not-postgresql': {
      severity: 'warning',
      title: 'not PostgreSQL itself',
      message: 'This is {product}, which speaks PostgreSQL’s protocol but is another database. {difference}',
      fix: '{advice}',
    },
    'server-state-partial': {
      severity: 'warning',
      title: 'server state only partly readable',
      message: 'The server did not answer the question for its state ({because}), so most checks say nothing.',
      fix: 'Check by hand what it is: select version();',
    },
  },
  summary: ({ server }) => server.fullVersion.split(',')[0] ?? '',
  judge: ({ server }, { target }) => {
    const product = productOf(server, target.candidates[0]?.host ?? '');
    const partial =
      server.partialBecause === null
        ? []
        : [{ code: 'server-state-partial' as const, args: { because: server.partialBecause } }];
    if (product === null) return partial;
    const { difference, advice } = product;
    const code = product.compatible === true ? ('server-not-postgresql' as const) : ('server-managed' as const);
    return [...partial, { code, args: { product: product.product, difference, advice } }];
  },
});
