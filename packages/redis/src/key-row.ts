/** What is written down of a key: the table of them is the data inventory. */
export interface KeyRow {
  readonly type: 'hash' | 'zset' | 'string' | 'list' | 'stream';
  readonly hash:
    | 'subject'
    | 'source'
    | 'attempt'
    | 'decision'
    | 'caller and nonce'
    | 'block or network'
    | 'source, network or tenant'
    | 'subject, source or tenant, and limit'
    | 'tenant, in the shard of the subject'
    | 'deployment'
    | 'seal, in the shard of the subject'
    | 'none';
  /** Null: no expiry, `bound` says why that is no leak. */
  readonly ttlMs: number | null;
  readonly ttl: string;
  readonly writers: readonly string[];
  readonly readers: readonly string[];
  readonly bound: string;
}
