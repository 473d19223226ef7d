import type { IProbe } from 'kubernetes-models/v1/Probe';
import { run } from './programs.js';
import { inRepository, parseYamlStream } from './repository.js';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { key: string; operator: string; values: string[] }[];
}

interface Reference {
  readonly name: string;
  readonly key: string;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: {
      readonly configMapKeyRef?: Reference;
      readonly secretKeyRef?: Reference;
    };
  }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: IProbe;
  readonly readinessProbe?: IProbe;
  readonly livenessProbe?: IProbe;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
}

interface Items {
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly emptyDir?: { readonly sizeLimit?: string };
  readonly secret?: { readonly secretName: string } & Items;
  readonly projected?: {
    readonly sources: readonly { readonly secret?: { readonly name: string } & Items }[];
  };
}

export interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly terminationGracePeriodSeconds?: number;
  readonly topologySpreadConstraints?: readonly { readonly topologyKey: string }[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
}

export interface Workload extends Manifest {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: Selector;
    readonly template: {
      readonly metadata: {
        readonly labels: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
      };
      readonly spec: PodSpec;
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

export interface ConfigMap extends Manifest {
  readonly data: Readonly<Record<string, string>>;
}

export const kustomizations = ['k8s/base', 'k8s/overlays/dev', 'k8s/overlays/production'];

export const renderKustomization = (directory: string): Manifest[] => {
  const { code, stdout, output } = run('kubectl', ['kustomize', inRepository(directory)]);
  if (code !== 0) throw new Error(output);
  return parseYamlStream(stdout) as Manifest[];
};

export const ofKind = (manifests: readonly Manifest[], ...kinds: string[]): Manifest[] =>
  manifests.filter(({ kind }) => kinds.includes(kind));

export const workloadsOf = (manifests: readonly Manifest[]): Workload[] =>
  ofKind(manifests, 'Deployment', 'StatefulSet') as Workload[];

export const configMapsOf = (manifests: readonly Manifest[]): ConfigMap[] =>
  ofKind(manifests, 'ConfigMap') as ConfigMap[];

export const selects = (
  { matchLabels = {}, matchExpressions = [] }: Selector,
  labels: Readonly<Record<string, string>>,
): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''));

export const containersOf = (workload: Workload): readonly Container[] =>
  workload.spec.template.spec.containers;

/** `NAME/KEY` of each secret that a workload mounts or has in its environment. */
export const secretKeysOf = ({ spec }: Workload): string[] => {
  const { volumes = [], containers } = spec.template.spec;
  const mounted = volumes.flatMap(({ secret, projected }) => {
    const sources = (projected?.sources ?? []).flatMap((source) => source.secret ?? []);
    const named = secret === undefined ? [] : [{ ...secret, name: secret.secretName }];
    return [...sources, ...named].flatMap(({ name, items = [] }) =>
      items.map(({ key }) => `${name}/${key}`),
    );
  });
  const environment = containers
    .flatMap(({ env = [] }) => env)
    .flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? [])
    .map(({ name, key }) => `${name}/${key}`);
  return [...mounted, ...environment];
};
