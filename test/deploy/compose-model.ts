import { readYaml } from './repository.js';

export interface ComposeService {
  readonly image: string;
  readonly build?: object;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly network_mode?: string;
  readonly pids_limit?: number;
  readonly mem_limit?: string;
  readonly stop_grace_period?: string;
  readonly volumes?: readonly string[];
  /** By name, which is then also the file's below /run/secrets; or with a path of its own. */
  readonly secrets?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export interface MountedSecret {
  readonly name: string;
  readonly path: string;
}

export const mountedSecrets = ({ secrets = [] }: ComposeService): readonly MountedSecret[] =>
  secrets.map((secret) =>
    typeof secret === 'string'
      ? { name: secret, path: `/run/secrets/${secret}` }
      : { name: secret.source, path: secret.target },
  );

export const readCompose = (): ComposeFile => readYaml('docker-compose.yml') as ComposeFile;
