import { existsSync, readdirSync } from 'node:fs';
import { readCompose } from './compose-model.js';
import {
  configMapsOf,
  containersOf,
  kustomizations,
  ofKind,
  renderKustomization,
  selects,
  workloadsOf,
  type Manifest,
  type Selector,
} from './kubernetes-model.js';
import { describeWith } from './programs.js';
import { inRepository } from './repository.js';

type Scaler = Manifest & {
  spec: { scaleTargetRef: { name: string }; minReplicas: number; maxReplicas: number };
};
type Budget = Manifest & { spec: { maxUnavailable: number; selector: Selector } };
type Service = Manifest & {
  spec: { selector: Record<string, string>; ports: { targetPort: string }[] };
};

const services = ['alert-worker', 'gateway', 'risk-engine'];

describeWith('kubectl', 'kubectl kustomize', () => {
  describe.each(kustomizations)('%s', (directory) => {
    const manifests = renderKustomization(directory);
    const workloads = workloadsOf(manifests);
    const own = workloads.filter(({ kind }) => kind === 'Deployment');
    const configMaps = new Map(configMapsOf(manifests).map((map) => [map.metadata.name, map.data]));

    it('runs the three services from one image of an exact tag', () => {
      expect(own.map(({ metadata }) => metadata.name).sort()).toEqual(services);
      expect(new Set(own.flatMap(containersOf).map(({ image }) => image)).size).toBe(1);
      for (const { image } of workloads.flatMap(containersOf)) {
        expect(image).toMatch(/^[\w./-]+:(?!latest$)[\w.-]+$/);
      }
      for (const workload of own) {
        const program = `services/${workload.metadata.name}/dist/main.js`;
        expect(containersOf(workload).map(({ args }) => args)).toEqual([[program]]);
        expect(existsSync(inRepository(program.replace('/dist/main.js', '/src/main.ts')))).toBe(
          true,
        );
      }
    });

    it('selects with each workload, service and budget the pods of one workload', () => {
      const selectors = [
        ...workloads.map(({ metadata, spec }) => ({ metadata, selector: spec.selector })),
        ...(ofKind(manifests, 'Service') as Service[]).map(({ metadata, spec }) => ({
          metadata,
          selector: { matchLabels: spec.selector },
        })),
        ...(ofKind(manifests, 'PodDisruptionBudget') as Budget[]).map(({ metadata, spec }) => ({
          metadata,
          selector: spec.selector,
        })),
      ];
      for (const { metadata, selector } of selectors) {
        const selected = workloads.filter(({ spec }) =>
          selects(selector, spec.template.metadata.labels),
        );
        expect(selected.map((workload) => workload.metadata.name)).toEqual([metadata.name]);
      }
    });

    it('targets with each service a port that its pods name', () => {
      const found = ofKind(manifests, 'Service') as Service[];
      expect(found.map(({ metadata }) => metadata.name).sort()).toEqual(
        workloads.map(({ metadata }) => metadata.name).sort(),
      );
      for (const { metadata, spec } of found) {
        const workload = workloads.find((each) => each.metadata.name === metadata.name)!;
        const names = containersOf(workload).flatMap(({ ports = [] }) =>
          ports.map(({ name }) => name),
        );
        expect(names).toEqual(
          expect.arrayContaining(spec.ports.map(({ targetPort }) => targetPort)),
        );
      }
    });

    it('keeps a pod of each service alive while nodes are drained, and spreads them', () => {
      const budgets = ofKind(manifests, 'PodDisruptionBudget') as Budget[];
      expect(budgets.map(({ metadata }) => metadata.name).sort()).toEqual(services);
      for (const { spec } of budgets) expect(spec.maxUnavailable).toBe(1);
      for (const { spec } of own) {
        const spread = spec.template.spec.topologySpreadConstraints ?? [];
        expect(spread.map(({ topologyKey }) => topologyKey)).toEqual([
          'topology.kubernetes.io/zone',
          'kubernetes.io/hostname',
        ]);
      }
    });

    it('scales those that answer requests, and leaves their number to the autoscaler', () => {
      const scalers = ofKind(manifests, 'HorizontalPodAutoscaler') as Scaler[];
      const scaled = scalers.map(({ spec }) => spec.scaleTargetRef.name);
      expect(scaled.sort()).toEqual(['gateway', 'risk-engine']);
      for (const { spec } of scalers) expect(spec.maxReplicas).toBeGreaterThan(spec.minReplicas);
      // With a number in both, every apply would throw the autoscaler's away.
      for (const { metadata, spec } of own) {
        expect([metadata.name, spec.replicas === undefined]).toEqual([
          metadata.name,
          scaled.includes(metadata.name),
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
          if (reference === undefined) continue;
          expect(configMaps.get(reference.name)).toHaveProperty(reference.key);
        }
      }
    });

    it('names the settings and ports that docker-compose.yml names', () => {
      for (const workload of own) {
        const composed = readCompose().services[workload.metadata.name]?.environment ?? {};
        const settings = new Map(
          containersOf(workload).flatMap(({ env = [] }) =>
            env.map(({ name, value }) => [name, value]),
          ),
        );
        // In Compose, Redis is on a network of its own; a cluster's is not private by itself.
        const wanted = Object.keys(composed).filter((name) => name !== 'STEPGATE_REDIS_PLAIN');
        expect([...settings.keys()]).toEqual(expect.arrayContaining(wanted));
        const ports = Object.keys(composed).filter((name) => name.endsWith('_PORT'));
        expect(ports.map((name) => settings.get(name))).toEqual(
          ports.map((name) => composed[name]),
        );
        const listening = containersOf(workload).flatMap(({ ports: all = [] }) => all);
        expect(listening.map(({ containerPort }) => String(containerPort))).toEqual(
          ports.map((name) => composed[name]),
        );
      }
    });

    it('scrapes each service at the port where it answers probes', () => {
      for (const workload of own) {
        const { readinessProbe, ports = [] } = containersOf(workload)[0]!;
        const port = ports.find(({ name }) => name === readinessProbe?.httpGet?.port);
        expect(workload.spec.template.metadata.annotations).toMatchObject({
          'prometheus.io/scrape': 'true',
          'prometheus.io/path': '/metrics',
          'prometheus.io/port': String(port?.containerPort),
        });
      }
    });

    it('ships every policy and list of infra, and nothing else', () => {
      const shipped = (prefix: string): string[] =>
        [...configMaps]
          .filter(([name]) => name.startsWith(prefix))
          .flatMap(([, data]) => Object.keys(data))
          .sort();
      const policies = readdirSync(inRepository('infra/policies')).filter(
        (name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'),
      );
      expect(shipped('stepgate-policies-')).toEqual(policies.sort());
      expect(shipped('stepgate-alerts-')).toEqual(['sinks.yaml']);
      expect(shipped('stepgate-reputation-')).toEqual(
        readdirSync(inRepository('infra/reputation')).sort(),
      );
    });
  });
});
