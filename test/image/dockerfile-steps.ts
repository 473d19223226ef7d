import { DockerfileParser } from 'dockerfile-ast';

export type Step =
  | { readonly kind: 'from'; readonly stage: string }
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'run'; readonly words: readonly string[] }
  | { readonly kind: 'env'; readonly variables: Readonly<Record<string, string>> }
  | {
      readonly kind: 'copy';
      /** Null: from the build context. */
      readonly from: string | null;
      readonly sources: readonly string[];
      readonly target: string;
    };

const copyStep = (text: string): Step => {
  const words = text.split(/\s+/);
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length) ?? null;
  const paths = words.filter((word) => !word.startsWith('--'));
  return { kind: 'copy', from, sources: paths.slice(0, -1), target: paths.at(-1)! };
};

const stepOf = (keyword: string, text: string): Step[] => {
  switch (keyword) {
    case 'FROM':
      return [{ kind: 'from', stage: /\bAS (\S+)$/i.exec(text)![1]! }];
    case 'WORKDIR':
      return [{ kind: 'workdir', path: text }];
    case 'RUN':
      return [{ kind: 'run', words: JSON.parse(text) as string[] }];
    case 'COPY':
      return [copyStep(text)];
    case 'ENV':
      return [
        {
          kind: 'env',
          variables: Object.fromEntries(
            text.split(/\s+/).map((pair) => pair.split('=') as [string, string]),
          ),
        },
      ];
    case 'ARG':
    case 'CMD':
    case 'EXPOSE':
    case 'HEALTHCHECK':
    case 'LABEL':
    case 'USER':
      return [];
    default:
      throw new Error(`cannot follow ${keyword}`);
  }
};

/** What a Dockerfile does to files. Ours uses exec forms only, so it can be followed without an engine. */
export const readSteps = (dockerfile: string): Step[] =>
  DockerfileParser.parse(dockerfile)
    .getInstructions()
    .flatMap((instruction) => {
      const keyword = instruction.getKeyword();
      return stepOf(keyword, instruction.getTextContent().slice(keyword.length).trim());
    });
