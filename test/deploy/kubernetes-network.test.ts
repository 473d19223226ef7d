import { networkPoliciesOf, reachableIn } from './kubernetes-flows.js';
import { kustomizations, renderKustomization, selects, workloadsOf } from './kubernetes-model.js';
import { describeWith } from './programs.js';

describeWith('kubectl', 'network policies', () => {
  it.each(kustomizations)('of %s forbid what none of them allows', (directory) => {
    const [deny] = networkPoliciesOf(renderKustomization(directory)).filter(
      ({ metadata }) => metadata.name === 'default-deny',
    );
    expect(deny?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  it.each(kustomizations)('of %s each select a workload and name their peers', (directory) => {
    const manifests = renderKustomization(directory);
    const labels = workloadsOf(manifests).map(({ spec }) => spec.template.metadata.labels);
    for (const { spec } of networkPoliciesOf(manifests)) {
      expect(labels.some((each) => selects(spec.podSelector, each))).toBe(true);
      for (const { from, to } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
        expect((from ?? to ?? []).length).toBeGreaterThan(0);
      }
    }
  });

  it('let our pods reach each other where they must, and nowhere else', () => {
    expect(reachableIn(renderKustomization('k8s/overlays/dev')).sort()).toEqual([
      'alert-worker > redis:redis',
      'gateway > risk-engine:http',
      'risk-engine > redis:redis',
    ]);
    expect(reachableIn(renderKustomization('k8s/overlays/production'))).toEqual([
      'gateway > risk-engine:http',
    ]);
  });

  it('would be seen to fail: without them everything reaches everything', () => {
    const manifests = renderKustomization('k8s/overlays/dev');
    const open = manifests.filter(({ kind }) => kind !== 'NetworkPolicy');
    expect(reachableIn(open)).toContain('gateway > redis:redis');
  });

  it('keep the worker, whose webhook address is a setting, away from private networks', () => {
    const policies = networkPoliciesOf(renderKustomization('k8s/overlays/production'));
    const { spec } = policies.find(({ metadata }) => metadata.name === 'alert-worker')!;
    const blocks = spec.egress!.flatMap(({ to = [] }) =>
      to.flatMap(({ ipBlock }) => ipBlock ?? []),
    );
    expect(blocks).toEqual(
      expect.arrayContaining([
        {
          cidr: '0.0.0.0/0',
          except: expect.arrayContaining(['10.0.0.0/8', '169.254.0.0/16', '192.168.0.0/16']),
        },
        { cidr: '::/0', except: expect.arrayContaining(['::1/128', 'fc00::/7', 'fe80::/10']) },
      ]),
    );
  });
});
