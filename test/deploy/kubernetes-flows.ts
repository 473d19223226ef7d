import {
  ofKind,
  selects,
  workloadsOf,
  type Manifest,
  type Selector,
  type Workload,
} from './kubernetes-model.js';

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: object;
}

interface Flow {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number | string }[];
}

export interface NetworkPolicy extends Manifest {
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly ('Ingress' | 'Egress')[];
    readonly ingress?: readonly Flow[];
    readonly egress?: readonly Flow[];
  };
}

export const networkPoliciesOf = (manifests: readonly Manifest[]): NetworkPolicy[] =>
  ofKind(manifests, 'NetworkPolicy') as NetworkPolicy[];

const labelsOf = (workload: Workload): Readonly<Record<string, string>> =>
  workload.spec.template.metadata.labels;

/** A pod of our own namespace, which carries none of the labels that other namespaces are chosen by. */
const isPeer = ({ podSelector, namespaceSelector }: Peer, workload: Workload): boolean =>
  namespaceSelector === undefined &&
  podSelector !== undefined &&
  selects(podSelector, labelsOf(workload));

/** As Kubernetes judges: a pod that a policy of a direction selects may do only what one allows. */
export const reachableIn = (manifests: readonly Manifest[]): string[] => {
  const policies = networkPoliciesOf(manifests);
  const workloads = workloadsOf(manifests);
  const flowsOf = (workload: Workload, direction: 'ingress' | 'egress'): readonly Flow[] | null => {
    const type = direction === 'ingress' ? 'Ingress' : 'Egress';
    const selecting = policies.filter(
      ({ spec }) =>
        spec.policyTypes.includes(type) && selects(spec.podSelector, labelsOf(workload)),
    );
    return selecting.length === 0 ? null : selecting.flatMap(({ spec }) => spec[direction] ?? []);
  };
  const allows = (
    flows: readonly Flow[] | null,
    peer: Workload,
    port: readonly (string | number)[],
  ) =>
    flows === null ||
    flows.some(
      ({ from, to, ports }) =>
        (from ?? to ?? []).some((each) => isPeer(each, peer)) &&
        (ports === undefined || ports.some((each) => port.includes(each.port))),
    );
  return workloads.flatMap((source) =>
    workloads
      .filter((target) => target !== source)
      .flatMap((target) =>
        target.spec.template.spec.containers
          .flatMap(({ ports = [] }) => ports)
          .filter(({ name, containerPort }) => {
            const port = [name, containerPort];
            return (
              allows(flowsOf(source, 'egress'), target, port) &&
              allows(flowsOf(target, 'ingress'), source, port)
            );
          })
          .map(({ name }) => `${source.metadata.name} > ${target.metadata.name}:${name}`),
      ),
  );
};
