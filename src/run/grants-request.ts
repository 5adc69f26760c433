import type { GrantsPlan } from './grants.ts';
import type { Session } from '../connect/types.ts';
import type { FailureContext } from '../failures/context.ts';
import type { Gap } from '../grants/gaps.ts';
import type { Inventory } from '../grants/inventory.ts';
import type { Scope } from '../grants/scope.ts';
import type { Statements } from '../grants/statements.ts';
import type { ServerFacts } from '../probes/evidence.ts';
import type { Timeline } from '../probes/timeline.ts';
import type { Draft } from '../report/build.ts';
import type { GrantsSection } from '../report/grants.ts';
import type { Missing } from '../report/verdict.ts';
import type { Proposal, Statement } from '../report/report.ts';

/** Catalogue queries that are on their way already: sent behind the question for the server's state, in its round trip. */
export interface Begun {
  /** The `server_version_num` that they were written for. */
  readonly serverVersion: number;
  readonly inventory: Promise<Inventory>;
}

export interface GrantsSource {
  readonly session: Session;
  readonly begun?: Begun | undefined;
  readonly timeline: Timeline;
  readonly server: ServerFacts;
  /** statement_timeout for the catalogue queries, in milliseconds. */
  readonly statementMs: number;
  readonly context: FailureContext;
  /** The SSH keepalive of this run, in seconds; null without a bastion. */
  readonly keepaliveSeconds: number | null;
  /** Which of `user` and `password` hold one of these characters. */
  readonly credentialsWith: (characters: string) => readonly string[];
}

export interface Assessed {
  readonly inventory: Inventory;
  readonly scope: Scope;
  readonly statements: Statements;
}

export interface GrantsOutcome {
  readonly drafts: readonly Draft[];
  readonly section?: GrantsSection;
  /** What is missing, for `sql`. */
  readonly gaps?: readonly Gap[];
  /** What was read and judged, for `sql`. */
  readonly assessed?: Assessed;
  readonly statements?: readonly Statement[];
  readonly proposals?: readonly Proposal[];
  /** The verdict's sentence when something is missing. */
  readonly missing?: Missing;
  /** The verdict's sentence when nothing is missing. */
  readonly allGood?: string;
}

/** What `grants` and `sql` do once a session is open; loaded only by them, so that `test` starts without it. */
export interface GrantsRequest {
  /** Loads the code that `run` needs; called while a server is waited for. */
  readonly load?: () => Promise<unknown>;
  /** Sends the catalogue queries before the server's state is known, but for its version. */
  readonly begin?: (session: Session, serverVersion: number, statementMs: number) => Begun;
  readonly run: (source: GrantsSource) => Promise<GrantsOutcome>;
}

/** What `grants` asks; its code is loaded when it is needed, at the latest to run. */
export const lazyGrantsRequest = (plan: GrantsPlan): GrantsRequest => ({
  load: () => import('./grants.ts'),
  begin: (session, serverVersion, statementMs) => {
    const inventory = import('./read-inventory.ts').then(({ inventoryOf, readInventory }) =>
      readInventory(inventoryOf(plan, serverVersion), { session, statementMs }),
    );
    inventory.catch(() => {}); // told by `run`; where it is not called the server's state has told more
    return { serverVersion, inventory };
  },
  run: async (source) => (await import('./grants.ts')).grantsRequest(plan).run(source),
});
