import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIdpEvents, type FormatName, type ReadDocument } from '../src/index.js';

const fixtureText = (name: FormatName): string =>
  readFileSync(join(__dirname, 'fixtures', `${name}.json`), 'utf8');

export const fixture = (name: FormatName): unknown => JSON.parse(fixtureText(name));

/** @throws when the document cannot be read at all. */
export const readAs = (name: FormatName, document: unknown): ReadDocument => {
  const outcome = readIdpEvents(name, document);
  if (outcome.kind !== 'read') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
  return outcome;
};

/** One line an event: row, type, time of day, who, from where, which prompt. */
export const linesOf = ({ events, eventRows }: ReadDocument): string[] =>
  events.map(({ type, subject, occurred_at: at, context, data }, index) =>
    [
      String(eventRows[index]),
      type,
      at.slice(11, 19),
      subject.id,
      context?.ip ?? '-',
      data.prompt_id ?? '-',
      ...(context?.device?.id === undefined ? [] : [context.device.id]),
    ].join(' '),
  );

export const unknownOf = ({ unknown }: ReadDocument): string[] =>
  unknown.map(({ row, reason }) => `${String(row)} ${reason}`);
