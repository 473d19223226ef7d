import ts from 'typescript';
import type { Manifest } from './kubernetes-model.js';
import { inRepository } from './repository.js';

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  types: [],
};

const sourceOf = (manifests: readonly Manifest[]): string =>
  manifests
    .flatMap((manifest, index) => [
      `import type { I${manifest.kind} as T${String(index)} } from 'kubernetes-models/${manifest.apiVersion}/${manifest.kind}';`,
      `export const m${String(index)}: T${String(index)} = ${JSON.stringify(manifest)};`,
    ])
    .join('\n');

/**
 * What the Kubernetes API would refuse or ignore: TypeScript checks each manifest, written as an object
 * literal, against the types of kubernetes-models. Unlike that package's own validator it finds
 * unknown keys.
 */
export const typeProblemsOf = (manifests: readonly Manifest[]): string[] => {
  const file = inRepository('test/deploy/manifests-under-test.mts');
  const source = ts.createSourceFile(file, sourceOf(manifests), ts.ScriptTarget.ES2023, true);
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (name, ...rest) =>
    name === file ? source : getSourceFile.call(host, name, ...rest);
  host.fileExists = (name) => name === file || fileExists.call(host, name);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options, host))
    .map(({ messageText, start = 0 }) => {
      const line = source.getLineAndCharacterOfPosition(start).line;
      const { kind, metadata } = manifests[Math.floor(line / 2)]!;
      return `${kind}/${metadata.name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
};
