import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderKustomization, secretKeysOf, workloadsOf } from './kubernetes-model.js';
import { describeWith, isInstalled, run } from './programs.js';
import { readText, repositoryRoot } from './repository.js';

interface Command {
  readonly directory: string;
  readonly words: readonly string[];
}

/** Commands of the shell blocks of docs/deploy.md, with the directory that they are run in. */
const readCommands = (): Command[] =>
  [...readText('docs/deploy.md').matchAll(/```sh\n(.*?)```/gs)].flatMap((block) => {
    let directory = repositoryRoot;
    return block[1]!
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter((line) => line !== '')
      .flatMap((line) => {
        const words = line.split(/\s+/);
        if (words[0] === 'cd') directory = join(repositoryRoot, words[1]!);
        return words[0] === 'cd' ? [] : [{ directory, words }];
      });
  });

const commands = readCommands();
const starting = (...words: string[]): Command[] =>
  commands.filter((command) => words.every((word, index) => command.words[index] === word));

/** Needs a container engine, a cluster or the network; the rest is run below. */
const online = [
  ['docker'],
  ['npm', 'ci'],
  ['kubectl', 'apply'],
  ['kubectl', 'create'],
  ['kubectl', '-n', 'stepgate', 'exec'],
  ['cp', '.env.example', '.env'],
];
const offline = [
  ['promtool'],
  ['kubectl', 'kustomize'],
  ['npm', 'run', 'deploy:secrets'],
  ['kubectl', '-n', 'stepgate', 'create', 'secret', 'generic'],
];

describe('the commands of docs/deploy.md', () => {
  it('are all run here, but for those that need an engine, a cluster or the network', () => {
    const known = [...online, ...offline].flatMap((words) => starting(...words));
    expect(commands.filter((command) => !known.includes(command))).toEqual([]);
    expect(offline.map((words) => starting(...words).length)).toEqual([3, 3, 2, 5]);
  });

  for (const { directory, words } of [
    ...starting('promtool'),
    ...starting('kubectl', 'kustomize'),
  ]) {
    const [program, ...args] = words;
    const runs = isInstalled(program!) ? it : it.skip;
    runs(`${words.join(' ')} (needs ${program!})`, () => {
      const { code, output } = run(program!, args, directory);
      expect([code, output]).toEqual([0, output]);
    });
  }
});

describeWith('kubectl', 'the secrets that docs/deploy.md makes', () => {
  const parent = mkdtempSync(join(tmpdir(), 'stepgate-docs-'));
  const directory = join(parent, 'secrets');
  afterAll(() => {
    rmSync(parent, { recursive: true });
  });

  /** `NAME/KEY` of every secret that the commands, run in their order, make. */
  const makeSecrets = (): string[] => {
    const resolve = (word: string): string => word.replace('./secrets', directory);
    const [{ words }] = starting('npm', 'run', 'deploy:secrets') as [Command];
    expect(run('npm', words.slice(1).map(resolve)).code).toBe(0);
    const creating = starting('kubectl', '-n').filter(({ words }) => words.includes('secret'));
    return creating.flatMap((command) => {
      const args = [...command.words.slice(1).map(resolve), '--dry-run=client', '-o', 'json'];
      const { code, stdout, output } = run('kubectl', args);
      if (code !== 0) throw new Error(output);
      const { metadata, data } = JSON.parse(stdout) as { metadata: { name: string }; data: object };
      return Object.keys(data).map((key) => `${metadata.name}/${key}`);
    });
  };

  it('are those that the manifests read, no more and no fewer', () => {
    const read = workloadsOf(renderKustomization('k8s/overlays/dev')).flatMap(secretKeysOf);
    expect(makeSecrets().sort()).toEqual([...new Set(read)].sort());
  });
});
