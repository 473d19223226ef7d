import { existsSync, readdirSync } from 'node:fs';
import { readCompose } from './compose-model.js';
import {
  configMapsOf,
  kustomizations,
  ofKind,
  renderKustomization,
  selects,
  workloadsOf,
  type Container,
  type Manifest,
  type Selector,
  type Workload,
} from './kubernetes-model.js';
import { describeWith } from './programs.js';
import { inRepository, readText } from './repository.js';

const containersOf = (workload: Workload): readonly Container[] =>
  workload.spec.template.spec.containers;

const quantity = /^\d+(m|Ki|Mi|Gi)?$/;

describeWith('kubectl', 'kubectl kustomize', () => {
  describe.each(kustomizations)('%s', (directory) => {
    const manifests = renderKustomization(directory);
    const workloads = workloadsOf(manifests);
    const configMaps = new Map(configMapsOf(manifests).map((map) => [map.metadata.name, map.data]));
    const podLabels = workloads.map(({ spec }) => spec.template.metadata.labels);
    const own = workloads.filter(({ kind }) => kind === 'Deployment');

    it('puts everything into a namespace that enforces the restricted profile', () => {
      const [namespace, ...others] = ofKind(manifests, 'Namespace');
      expect(others).toEqual([]);
      expect(namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce']).toBe('restricted');
      const elsewhere = manifests.filter(
        ({ kind, metadata }) =>
          kind !== 'Namespace' && metadata.namespace !== namespace?.metadata.name,
      );
      expect(elsewhere).toEqual([]);
    });

    it.each(workloads)('keeps $metadata.name within the restricted profile, read-only', (workload) => {
      const pod = workload.spec.template.spec;
      expect(pod).not.toHaveProperty('hostNetwork');
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(pod.securityContext?.['runAsUser']).toBeGreaterThan(0);
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
      const volumes = (pod.volumes ?? []).flatMap(({ name, ...source }) => Object.keys(source));
      expect(['configMap', 'secret', 'projected']).toEqual(expect.arrayContaining(volumes));
    });

    it.each(workloads)('bounds what $metadata.name may use, and asks for all its memory', (workload) => {
      for (const { resources } of containersOf(workload)) {
        const { requests = {}, limits = {} } = resources ?? {};
        expect(requests['cpu']).toMatch(quantity);
        expect(requests['memory']).toMatch(quantity);
        expect(limits['memory']).toBe(requests['memory']);
      }
    });

    it.each(workloads)('probes start, readiness and life of $metadata.name at its own ports', (workload) => {
      for (const container of containersOf(workload)) {
        const { startupProbe, readinessProbe, livenessProbe, ports = [] } = container;
        const probes = [startupProbe, readinessProbe, livenessProbe];
        expect(probes).not.toContain(undefined);
        const asked = probes.flatMap((probe) => probe?.httpGet?.port ?? []);
        expect(ports.map(({ name }) => name)).toEqual(expect.arrayContaining(asked));
        if (workload.kind === 'Deployment') {
          expect(readinessProbe?.httpGet?.path).toBe('/readyz');
          expect(livenessProbe?.httpGet?.path).toBe('/healthz');
        }
      }
    });

    it('runs the three services from one image, pinned by a tag', () => {
      expect(own.map(({ metadata }) => metadata.name).sort()).toEqual([
        'alert-worker',
        'gateway',
        'risk-engine',
      ]);
      const images = new Set(own.flatMap(containersOf).map(({ image }) => image));
      expect(images.size).toBe(1);
      for (const { image } of workloads.flatMap(containersOf)) {
        expect(image).toMatch(/^[\w./-]+:(?!latest$)[\w.-]+$/);
      }
      for (const { metadata, spec } of own) {
        const program = `services/${metadata.name}/dist/main.js`;
        expect(spec.template.spec.containers[0]?.args).toEqual([program]);
        expect(existsSync(inRepository(program.replace('/dist/main.js', '/src/main.ts')))).toBe(true);
      }
    });

    it('selects with every selector the pods that it is meant for', () => {
      for (const { metadata, spec } of workloads) {
        expect(selects(spec.selector, spec.template.metadata.labels)).toBe(true);
        expect(podLabels.filter((labels) => selects(spec.selector, labels))).toHaveLength(1);
        const ofName = (kind: string): Manifest | undefined =>
          ofKind(manifests, kind).find((manifest) => manifest.metadata.name === metadata.name);
        const service = ofName('Service') as { spec: { selector: Record<string, string> } } & Manifest;
        expect(selects({ matchLabels: service.spec.selector }, spec.template.metadata.labels)).toBe(true);
        if (workloads[0]?.kind === 'StatefulSet') continue;
        const budget = ofName('PodDisruptionBudget') as ({ spec: { selector: Selector } } & Manifest) | undefined;
        if (budget !== undefined) expect(selects(budget.spec.selector, spec.template.metadata.labels)).toBe(true);
      }
    });

    it('keeps a pod of each service alive through a drain of nodes, and scales those that answer', () => {
      const budgets = ofKind(manifests, 'PodDisruptionBudget') as ({ spec: { maxUnavailable: number } } & Manifest)[];
      expect(budgets.map(({ metadata }) => metadata.name).sort()).toEqual(own.map(({ metadata }) => metadata.name).sort());
      expect(budgets.filter(({ spec }) => spec.maxUnavailable !== 1)).toEqual([]);
      const scalers = ofKind(manifests, 'HorizontalPodAutoscaler') as ({
        spec: { scaleTargetRef: { name: string }; minReplicas: number; maxReplicas: number };
      } & Manifest)[];
      const scaled = scalers.map(({ spec }) => spec.scaleTargetRef.name);
      expect(scaled.sort()).toEqual(['gateway', 'risk-engine']);
      for (const { spec } of scalers) expect(spec.maxReplicas).toBeGreaterThan(spec.minReplicas);
      // Both would claim the number of pods, and every apply would throw the autoscaler's away.
      for (const { metadata, spec } of own) {
        expect(spec.replicas === undefined).toBe(scaled.includes(metadata.name));
        const spread = spec.template.spec.topologySpreadConstraints ?? [];
        expect(spread.map(({ topologyKey }) => topologyKey)).toEqual([
          'topology.kubernetes.io/zone',
          'kubernetes.io/hostname',
        ]);
      }
    });

    it('refers only to ConfigMaps and keys that it makes', () => {
      for (const { spec } of workloads) {
        const { volumes = [], containers } = spec.template.spec;
        const mounted = volumes.flatMap(({ configMap }) => configMap?.name ?? []);
        expect([...configMaps.keys()]).toEqual(expect.arrayContaining(mounted));
        for (const { valueFrom } of containers.flatMap(({ env = [] }) => env)) {
          const reference = valueFrom?.configMapKeyRef;
          if (reference !== undefined) expect(configMaps.get(reference.name)).toHaveProperty(reference.key);
        }
      }
    });

    it('mounts every volume that it names, read-only but for claims, and reads secrets where they are', () => {
      for (const { spec } of workloads) {
        const { volumes = [], containers } = spec.template.spec;
        const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
        const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
        expect(mounts.map(({ name }) => name).sort()).toEqual(
          [...volumes.map(({ name }) => name), ...claims].sort(),
        );
        const writable = mounts.filter(({ readOnly }) => readOnly !== true);
        expect(writable.map(({ name }) => name)).toEqual(claims);
        const secrets = mounts.find(({ name }) => name === 'secrets')!.mountPath;
        const files = volumes
          .flatMap(({ projected, secret }) => [secret, ...(projected?.sources ?? []).map((source) => source.secret)])
          .flatMap((secret) => secret?.items ?? [])
          .map(({ path }) => `${secrets}/${path}`);
        const read = containers
          .flatMap(({ env = [] }) => env)
          .flatMap(({ value }) => (value?.startsWith('/run/secrets/') === true ? [value] : []));
        expect(files).toEqual(expect.arrayContaining(read));
      }
    });

    it('holds no secret itself, and docs/deploy.md tells how to make each one that it needs', () => {
      expect(ofKind(manifests, 'Secret')).toEqual([]);
      const deploy = readText('docs/deploy.md');
      const needed = workloads.flatMap(({ spec }) => {
        const { volumes = [], containers } = spec.template.spec;
        return [
          ...volumes.flatMap(({ secret, projected }) => [
            secret?.secretName ?? [],
            ...(projected?.sources ?? []).map((source) => source.secret?.name ?? []),
          ]),
          ...containers.flatMap(({ env = [] }) => env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? [])),
        ].flat();
      });
      expect(needed.length).toBeGreaterThan(5);
      for (const name of needed) expect(deploy).toContain(`create secret generic ${name} `);
    });

    it('forbids all traffic, then allows what the services need', () => {
      const policies = ofKind(manifests, 'NetworkPolicy') as ({
        spec: { podSelector: Selector; policyTypes: string[]; ingress?: unknown[]; egress?: unknown[] };
      } & Manifest)[];
      const [deny] = policies.filter(({ metadata }) => metadata.name === 'default-deny');
      expect(deny?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
      for (const { spec } of policies) {
        expect(podLabels.some((labels) => selects(spec.podSelector, labels))).toBe(true);
        const flows = [...(spec.ingress ?? []), ...(spec.egress ?? [])] as { from?: unknown[]; to?: unknown[] }[];
        for (const { from, to } of flows) expect([...(from ?? []), ...(to ?? [])]).not.toEqual([]);
      }
    });

    it('tells the same settings as docker-compose.yml, where both tell one', () => {
      const { services } = readCompose();
      for (const { metadata, spec } of own) {
        const composed = services[metadata.name]?.environment ?? {};
        for (const { name, value } of spec.template.spec.containers[0]?.env ?? []) {
          if (name.endsWith('_PORT')) expect([name, value]).toEqual([name, composed[name]]);
        }
        expect(Object.keys(composed)).toEqual(
          expect.arrayContaining(Object.keys(composed).filter((name) => name.startsWith('STEPGATE_'))),
        );
      }
    });

    it('scrapes each service at the port where it serves metrics', () => {
      for (const { spec } of own) {
        const { annotations } = spec.template.metadata;
        const { readinessProbe, ports = [] } = spec.template.spec.containers[0]!;
        const port = ports.find(({ name }) => name === readinessProbe?.httpGet?.port);
        expect(annotations?.['prometheus.io/port']).toBe(String(port?.containerPort));
      }
    });

    it('ships every policy of infra/policies, and only policies', () => {
      const [policies] = [...configMaps].filter(([name]) => name.startsWith('stepgate-policies-'));
      const files = readdirSync(inRepository('infra/policies'));
      const expected = files.filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'));
      expect(Object.keys(policies![1]).sort()).toEqual(expected.sort());
      const [lists] = [...configMaps].filter(([name]) => name.startsWith('stepgate-reputation-'));
      expect(Object.keys(lists![1]).sort()).toEqual(readdirSync(inRepository('infra/reputation')).sort());
    });
  });
});
