import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { inRepository, readText } from '../deploy/repository.js';
import { readSteps, type Step } from './dockerfile-steps.js';

/** The `**` patterns of .dockerignore: names that never enter the build. */
const ignoredNames = readText('.dockerignore')
  .split('\n')
  .flatMap((line) => /^\*\*\/(.+)$/.exec(line)?.[1] ?? []);

const isIgnored = (path: string): boolean =>
  ignoredNames.some((name) =>
    name.startsWith('*') ? path.endsWith(name.slice(1)) : basename(path) === name,
  );

const runIn = (directory: string, words: readonly string[], env: NodeJS.ProcessEnv): void => {
  const [program, ...args] = words;
  const { status, stdout, stderr } = spawnSync(program!, args, {
    cwd: directory,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${words.join(' ')} failed:\n${stdout}${stderr}`);
};

const copyInto = (
  step: Extract<Step, { kind: 'copy' }>,
  { sourceRoot, target }: { readonly sourceRoot: string; readonly target: string },
): void => {
  for (const source of step.sources) {
    const path = join(sourceRoot, source);
    // As Docker does: of a directory the content is copied, of a file the file.
    const isInto = step.target.endsWith('/') && !statSync(path).isDirectory();
    cpSync(path, isInto ? join(target, basename(source)) : target, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (each) => step.from !== null || !isIgnored(each),
    });
  }
};

/**
 * Follows the Dockerfile without a container engine: every stage is a directory below `root`, and the
 * commands run there with this machine's Node. Returns the directory that the last stage works in.
 */
export const buildTree = (root: string): string => {
  let stage = '';
  let workdir = '';
  let env: NodeJS.ProcessEnv = {};
  const inStage = (path: string): string => resolve(root, stage, `.${resolve(workdir, path)}`);
  for (const step of readSteps(readText('Dockerfile'))) {
    switch (step.kind) {
      case 'from':
        stage = step.stage;
        env = {
          PATH: process.env['PATH'],
          HOME: process.env['HOME'],
          npm_config_prefer_offline: 'true',
        };
        break;
      case 'workdir':
        workdir = step.path;
        mkdirSync(inStage('.'), { recursive: true });
        break;
      case 'env':
        env = { ...env, ...step.variables };
        break;
      case 'run':
        runIn(inStage('.'), step.words, env);
        break;
      case 'copy':
        copyInto(step, {
          sourceRoot: step.from === null ? inRepository('.') : join(root, step.from),
          target: inStage(step.target),
        });
        break;
    }
  }
  return inStage('.');
};
