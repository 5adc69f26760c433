/** What one real consumer asks of a role: data, not code. */
export interface Profile {
  readonly name: string;
  /** What it stands for, in a few words. */
  readonly title: string;
  /** Where the demands come from. */
  readonly source: string;
  /** Words of `--need`, comma-separated; `target-schema` is CREATE on the database or a schema of its own. */
  readonly needs: string;
  /** `read`: its schemas hold what it works on. `target`: it makes its own tables in them. */
  readonly schemas: 'read' | 'target';
  /** What no catalogue can show, for people. */
  readonly notes: readonly string[];
  /** The first major version that the consumer supports in full; older ones are a warning. */
  readonly since?: number;
  /** The consumer builds URLs without encoding: a warning where user or password hold one of these characters. */
  readonly brokenByCharacters?: string;
  /** The SSH keepalive that the consumer keeps, in seconds: interval and silence after which it gives up. */
  readonly keepalive?: { readonly interval: number; readonly total: number };
  /** It streams changes: wal_level must be logical. */
  readonly logicalReplication?: boolean;
}
