import { areas, type Area } from '../../scripts/dependency-rule.cjs';

const cell = (names: readonly string[]): string =>
  names.length === 0 ? '–' : names.map((name) => `\`${name}\``).join(' ');

const ownImports = (area: Area): string =>
  [
    cell(area.imports),
    ...(area.types === undefined ? [] : [`types of ${cell(area.types)}`]),
    ...(area.composes === undefined ? [] : [`in \`compose*.ts\` ${cell(area.composes)}`]),
  ].join('; ');

const libraries = (area: Area): string =>
  [
    cell([...area.libraries, ...(area.data ?? [])]),
    ...(area.libraryTypes === undefined ? [] : [`types of ${cell(area.libraryTypes)}`]),
  ].join('; ');

/** docs/dependency-rule.md, from the table that the linter reads. */
export const dependencyTable = (): string => {
  const rows = Object.entries(areas).map(
    ([name, area]) =>
      `| \`${name}\` | ${area.kind} | ${ownImports(area)} | ${libraries(area)} | ` +
      `${area.node === 'any' ? 'any' : cell(area.node)} |`,
  );
  return [
    '# Who may import what',
    '',
    'Generated from `scripts/dependency-rule.cjs`; after a change there, run `make docs`. What is not',
    'listed is refused; ADR 0002 says why. A package is entered by its index only; nothing in any',
    '`src/` imports `testing`.',
    '',
    '| package or service | kind | of ours | libraries | built-in modules |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
};
