import type { ConnectionOptions } from 'node:tls';

export interface SentinelSettings {
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  /** The name under which the sentinels know the primary. */
  readonly primary: string;
}

/** PEM. The server's certificate is always verified. */
export interface TlsSettings {
  /** In place of the system's authorities. */
  readonly ca?: string;
  /** With its key: what this side shows of itself, where the server asks for it. */
  readonly cert?: string;
  readonly key?: string;
}

/** Where Redis is and how it is reached: the one shape for a server, a Cluster, and Sentinel. */
export interface RedisEndpoint {
  /**
   * `redis://`, `rediss://` or `unix:///path`, with user, password and database; several are nodes of
   * a Cluster. With sentinels, host and port count for nothing: they say where the primary is.
   */
  readonly url: string | readonly string[];
  readonly sentinels?: SentinelSettings;
  /** For `rediss://`. */
  readonly tls?: TlsSettings;
}

export interface Access {
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  readonly tls?: ConnectionOptions;
}

/** What goes with each connection, wherever it leads. */
export const accessOf = (url: string, tls: TlsSettings = {}): Access => {
  const { protocol, username, password, pathname } = new URL(url);
  const db = protocol === 'unix:' ? 0 : Number(pathname.slice(1));
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(db > 0 ? { db } : {}),
    // Verified whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED).
    ...(protocol === 'rediss:' ? { tls: { ...tls, rejectUnauthorized: true } } : {}),
  };
};

export const nodeOf = (url: string): { host: string; port: number } => {
  const { hostname, port } = new URL(url);
  // URLs put IPv6 addresses in brackets; sockets do not.
  const host = hostname.replace(/^\[(.*)\]$/u, '$1');
  return { host, port: port === '' ? 6379 : Number(port) };
};

export const addressOf = (url: string): { host: string; port: number } | { path: string } => {
  const { protocol, pathname } = new URL(url);
  return protocol === 'unix:' ? { path: decodeURIComponent(pathname) } : nodeOf(url);
};
