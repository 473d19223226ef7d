import type { Manifest } from './kubernetes-model.js';
import { kustomizations, renderKustomization, workloadsOf } from './kubernetes-model.js';
import { typeProblemsOf } from './kubernetes-types.js';
import { describeWith } from './programs.js';

describeWith('kubectl', 'the manifests', () => {
  it('of base and overlays are what the Kubernetes API accepts', () => {
    const manifests = kustomizations.flatMap(renderKustomization);
    expect(manifests.length).toBeGreaterThan(50);
    expect(typeProblemsOf(manifests)).toEqual([]);
  });

  it('would be refused with a misspelt key, a wrong type or a missing part', () => {
    const [deployment] = workloadsOf(renderKustomization('k8s/base'));
    const broken = (change: object): Manifest => ({
      ...deployment!,
      ...({ spec: { ...deployment!.spec, ...change } } as object),
    });
    const problems = typeProblemsOf([
      broken({ minReadySecond: 3 }),
      broken({ replicas: '2' }),
      broken({ selector: undefined }),
      { ...deployment!, kind: 'Deploiment' },
    ]);
    expect(problems).toEqual([
      expect.stringContaining(`'"minReadySecond"' does not exist`),
      expect.stringContaining("'string' is not assignable to type 'number'"),
      expect.stringContaining(`'"selector"' is missing`),
      expect.stringContaining('Deploiment'),
    ]);
  });
});
