import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { existsSync } from 'node:fs';
import { readCompose } from './compose-model.js';
import { inRepository, readText } from './repository.js';

const text = readText('Dockerfile');
const dockerfile = DockerfileParser.parse(text);
const instructions = dockerfile.getInstructions();

interface Stage {
  readonly name: string;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

const argumentDefaults = new Map(
  dockerfile
    .getInitialARGs()
    .map((arg) => [arg.getProperty()?.getName(), arg.getProperty()?.getValue()]),
);

const baseOf = (image: string): string =>
  image.replace(/\$\{(\w+)\}/, (_all, name: string) => argumentDefaults.get(name) ?? '');

const stages: readonly Stage[] = dockerfile.getFROMs().map((from, index, all) => ({
  name: from.getBuildStage() ?? '',
  base: baseOf(from.getImage() ?? ''),
  instructions: instructions.filter((instruction) => {
    const line = instruction.getRange().start.line;
    const next = all[index + 1]?.getRange().start.line ?? Infinity;
    return line > from.getRange().start.line && line < next;
  }),
}));
const final = stages.at(-1)!;

const argumentsOf = (stage: Stage, keyword: string): string[] =>
  stage.instructions
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) => instruction.getTextContent().slice(keyword.length).trim());

/** Docker falls back to a shell without a word when an exec form is not valid JSON. */
const isExecForm = (content: string): boolean => {
  try {
    const value: unknown = JSON.parse(content.slice(content.indexOf('[')));
    return Array.isArray(value) && value.every((word) => typeof word === 'string');
  } catch {
    return false;
  }
};

describe('the Dockerfile', () => {
  it('ends in a distroless image that runs as a numeric user who is not root', () => {
    expect(final.base).toBe('gcr.io/distroless/nodejs22-debian12:nonroot');
    expect(argumentsOf(final, 'USER')).toEqual(['65532:65532']);
  });

  it('names a tag of every base image, and none is latest', () => {
    expect(stages).toHaveLength(4);
    for (const { base } of stages) expect(base).toMatch(/^[\w./-]+:(?!latest$)[\w.-]+$/);
  });

  it('never uses a shell, neither to build nor to run, and fetches nothing with ADD', () => {
    const keywords = new Set(instructions.map((instruction) => instruction.getKeyword()));
    expect([...keywords]).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(ADD|SHELL)$/)]),
    );
    const commands = stages.flatMap((stage) =>
      ['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'].flatMap((keyword) => argumentsOf(stage, keyword)),
    );
    expect(commands.length).toBeGreaterThan(5);
    expect(commands.filter((command) => !isExecForm(command))).toEqual([]);
    expect(argumentsOf(final, 'RUN')).toEqual([]);
  });

  it('installs exactly what the lockfile says, and runs no install script', () => {
    const installs = stages.flatMap((stage) =>
      argumentsOf(stage, 'RUN').filter((command) => command.includes('"npm"')),
    );
    const [build, ...rest] = installs.filter((command) => !command.includes('"run"'));
    expect(build).toBe('["npm", "ci", "--ignore-scripts"]');
    expect(rest).toHaveLength(1);
    expect(JSON.parse(rest[0]!)).toEqual([
      'npm',
      'ci',
      '--ignore-scripts',
      '--omit=dev',
      '--workspace=services/risk-engine',
      '--workspace=services/gateway',
      '--workspace=services/alert-worker',
    ]);
  });

  it('copies into the final image what its user cannot write but for a directory of state, and takes stages from this file', () => {
    const copies = argumentsOf(final, 'COPY');
    expect(copies.length).toBeGreaterThan(3);
    // The one directory that it may write: a new volume for the audit log takes its owner from here.
    const written = copies.filter((copy) => !copy.includes('--chown=0:0'));
    expect(written).toEqual(['--from=build --chown=65532:65532 /app/state /var/lib/stepgate']);
    const sources = stages.flatMap((stage) =>
      argumentsOf(stage, 'COPY').flatMap((copy) => /--from=(\S+)/.exec(copy)?.[1] ?? []),
    );
    const names = stages.map(({ name }) => name);
    expect(sources.filter((source) => !names.includes(source))).toEqual([]);
  });

  it('holds no secret in arguments or environment', () => {
    const values = stages.flatMap((stage) => [
      ...argumentsOf(stage, 'ENV'),
      ...argumentsOf(stage, 'ARG'),
    ]);
    expect(values.filter((value) => /SECRET|PASSWORD|TOKEN|KEY/i.test(value))).toEqual([]);
    expect(argumentsOf(final, 'ENV').join()).toContain('NODE_ENV=production');
  });

  it('starts the risk engine unless told otherwise, and asks it for its liveness', () => {
    expect(argumentsOf(final, 'CMD')).toEqual(['["services/risk-engine/dist/main.js"]']);
    const [healthcheck] = argumentsOf(final, 'HEALTHCHECK');
    expect(healthcheck).toContain('["/nodejs/bin/node", "/app/healthcheck.mjs"]');
    expect(argumentsOf(final, 'COPY').join()).toContain(
      'infra/docker/healthcheck.mjs healthcheck.mjs',
    );
  });
});

describe('.dockerignore', () => {
  const patterns = readText('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  it('lets in only what it names, and that is all the Dockerfile copies', () => {
    expect(patterns[0]).toBe('*');
    const allowed = patterns.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = stages.flatMap((stage) =>
      argumentsOf(stage, 'COPY')
        .filter((copy) => !copy.includes('--from='))
        .flatMap((copy) => copy.split(/\s+/).slice(0, -1))
        .filter((word) => !word.startsWith('--')),
    );
    for (const source of copied) {
      expect(existsSync(inRepository(source))).toBe(true);
      expect(allowed.some((path) => source === path || source.startsWith(`${path}/`))).toBe(true);
    }
  });

  it('keeps installed and built files of the host out of the build', () => {
    expect(patterns).toEqual(expect.arrayContaining(['**/node_modules', '**/dist']));
  });
});

describe('the image of docker-compose.yml', () => {
  it('is tagged with the version of the project', () => {
    const { version } = JSON.parse(readText('package.json')) as { version: string };
    expect(readCompose().services['risk-engine']?.image).toBe(`stepgate:${version}`);
  });
});
