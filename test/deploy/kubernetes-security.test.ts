import {
  containersOf,
  kustomizations,
  ofKind,
  renderKustomization,
  workloadsOf,
} from './kubernetes-model.js';
import { describeWith } from './programs.js';

const quantity = /^\d+(m|Ki|Mi|Gi)?$/;

describeWith('kubectl', 'pods', () => {
  describe.each(kustomizations)('of %s', (directory) => {
    const manifests = renderKustomization(directory);
    const workloads = workloadsOf(manifests);

    it('run in a namespace that enforces the restricted profile, as all else does', () => {
      const [namespace, ...others] = ofKind(manifests, 'Namespace');
      expect(others).toEqual([]);
      expect(namespace?.metadata.labels).toMatchObject({
        'pod-security.kubernetes.io/enforce': 'restricted',
      });
      const elsewhere = manifests.filter(
        ({ kind, metadata }) =>
          kind !== 'Namespace' && metadata.namespace !== namespace?.metadata.name,
      );
      expect(elsewhere).toEqual([]);
    });

    it.each(workloads)(
      'of $metadata.name are restricted, read-only and have no token',
      (workload) => {
        const { containers, volumes = [], ...pod } = workload.spec.template.spec;
        expect(Object.keys(pod).filter((key) => key.startsWith('host'))).toEqual([]);
        expect(pod.automountServiceAccountToken).toBe(false);
        expect(pod.securityContext).toMatchObject({
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        });
        expect(pod.securityContext?.['runAsUser']).toBeGreaterThan(0);
        for (const { securityContext } of containers) {
          expect(securityContext).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          });
        }
        const kinds = volumes.flatMap(({ name: _name, ...source }) => Object.keys(source));
        const bounded = volumes.filter(({ emptyDir }) => emptyDir?.sizeLimit !== undefined);
        const written = bounded.length > 0 ? ['emptyDir'] : [];
        expect(['configMap', 'secret', 'projected', ...written]).toEqual(
          expect.arrayContaining(kinds),
        );
      },
    );

    it.each(workloads)('of $metadata.name are bounded, and get all of their memory', (workload) => {
      for (const { resources } of containersOf(workload)) {
        const { requests = {}, limits = {} } = resources ?? {};
        expect(requests['cpu']).toMatch(quantity);
        expect(requests['memory']).toMatch(quantity);
        expect(limits['memory']).toBe(requests['memory']);
      }
    });

    it.each(workloads)('of $metadata.name are probed at a port of their own', (workload) => {
      for (const container of containersOf(workload)) {
        const { startupProbe, readinessProbe, livenessProbe, ports = [] } = container;
        const probes = [startupProbe, readinessProbe, livenessProbe];
        expect(probes).not.toContain(undefined);
        const asked = probes.flatMap((probe) => probe?.httpGet ?? []);
        expect(ports.map(({ name }) => name)).toEqual(
          expect.arrayContaining(asked.map(({ port }) => port)),
        );
        // Life must not depend on Redis: restarts would not mend it and would lose degraded answers.
        const paths = asked.map(({ path }) => path);
        expect(paths).toEqual(
          workload.kind === 'Deployment' ? ['/healthz', '/readyz', '/healthz'] : [],
        );
      }
    });

    it.each(workloads)(
      'of $metadata.name mount each volume, and write only to claims and the audit log',
      (workload) => {
        const { volumes = [] } = workload.spec.template.spec;
        const claims = (workload.spec.volumeClaimTemplates ?? []).map(
          ({ metadata }) => metadata.name,
        );
        const mounts = containersOf(workload).flatMap(({ volumeMounts = [] }) => volumeMounts);
        expect(mounts.map(({ name }) => name).sort()).toEqual(
          [...volumes.map(({ name }) => name), ...claims].sort(),
        );
        const writable = mounts.filter(({ readOnly }) => readOnly !== true);
        const logs = workload.metadata.name === 'risk-engine' ? ['audit'] : [];
        expect(writable.map(({ name }) => name)).toEqual([...claims, ...logs]);
      },
    );

    it.each(workloads)('of $metadata.name find their secrets where they read them', (workload) => {
      const { volumes = [] } = workload.spec.template.spec;
      const mounts = containersOf(workload).flatMap(({ volumeMounts = [] }) => volumeMounts);
      const root = mounts.find(({ name }) => name === 'secrets')?.mountPath ?? '';
      const files = volumes
        .flatMap(({ projected, secret }) => [
          secret,
          ...(projected?.sources ?? []).map((source) => source.secret),
        ])
        .flatMap((secret) => secret?.items ?? [])
        .map(({ path }) => `${root}/${path}`);
      const read = containersOf(workload)
        .flatMap(({ env = [] }) => env)
        .flatMap(({ value }) => (value?.startsWith('/run/secrets/') === true ? [value] : []));
      expect(files.length).toBeGreaterThan(0);
      expect(files).toEqual(expect.arrayContaining(read));
    });

    it('find no secret in the manifests', () => {
      expect(ofKind(manifests, 'Secret')).toEqual([]);
    });
  });
});
