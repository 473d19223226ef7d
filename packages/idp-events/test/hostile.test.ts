import { eventsBodySchemaFor } from '@stepgate/contracts';
import fc from 'fast-check';
import { formatNames, readIdpEvents, type FormatName } from '../src/index.js';
import { fixture, readAs } from './read-fixture.js';

/** Printed in test names: STEPGATE_TEST_SEED=<seed> npx jest ... has a failure again. */
const seed = Number(process.env['STEPGATE_TEST_SEED'] ?? Date.now() % 2 ** 31);

const nasty = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '\u0000',
    '\ud800',
    'x'.repeat(70_000),
    '',
  ),
  fc.constantFrom(-1, Infinity, NaN, 1e300, null, true, undefined),
  fc.constantFrom(
    '2026-02-30T00:00:00Z',
    '+275760-09-13T00:00:00.001Z',
    '9999-12-31T23:59:59.999Z',
  ),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 4 }),
);

const pathsIn = (value: unknown, path: readonly string[] = []): string[][] =>
  typeof value === 'object' && value !== null
    ? [
        [...path],
        ...Object.entries(value).flatMap(([key, child]) => pathsIn(child, [...path, key])),
      ]
    : [[...path]];

const replaced = (value: unknown, path: readonly string[], by: unknown): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy: Record<string, unknown> = Array.isArray(value)
    ? ([...value] as unknown as Record<string, unknown>)
    : { ...(value as Record<string, unknown>) };
  copy[key] = replaced(copy[key], rest, by);
  return copy;
};

const fitsTheWire = (event: unknown): boolean =>
  eventsBodySchemaFor(event).safeParse(event).success;

describe.each(formatNames)(`%s (seed ${String(seed)})`, (name) => {
  const document = fixture(name);
  const paths = pathsIn(document).filter((path) => path.length > 0);

  it('gives events that the engine takes, whatever a field is replaced with', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), nasty, (path, by) => {
        const outcome = readIdpEvents(name, replaced(document, path, by));
        return outcome.kind !== 'read' || outcome.events.every(fitsTheWire);
      }),
      { seed, numRuns: 250 },
    );
  });

  it('accounts for every row: an event, irrelevant or unknown', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...paths), nasty)), (rows) => {
        const read = readAs(name, rows);
        const irrelevant = [...read.irrelevant.values()].reduce((sum, count) => sum + count, 0);
        return new Set(read.eventRows).size + irrelevant + read.unknown.length === rows.length;
      }),
      { seed, numRuns: 300 },
    );
  });

  it('never throws and leaves the prototype alone, whatever text it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json({ maxDepth: 6 })), (text) => {
        readIdpEvents(name, text);
        return Object.keys(Object.prototype).length === 0;
      }),
      { seed, numRuns: 300 },
    );
  });
});

const key = (name: FormatName): string =>
  ({
    okta: 'eventType',
    auth0: 'type',
    duo: 'result',
    pingid: 'result',
    entra: 'status',
    ocsf: 'class_uid',
  })[name];

describe('a hostile document', () => {
  it.each(formatNames)('of %s that is 40,000 levels deep is read or refused in no time', (name) => {
    const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
    const startedAt = performance.now();
    readIdpEvents(name, deep);
    readIdpEvents(name, `{"${key(name)}":${deep}}`);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it.each(formatNames)('of %s cannot make its reader run for long with one long text', (name) => {
    const text = 'push sent "push" timed out '.repeat(40_000);
    const rows = Array.from({ length: 20 }, () => replaced(fixture(name), ['0'], text));
    const message = {
      result: { status: 'SUCCESS', message: text },
      status_detail: text,
      class_uid: 3002,
      activity_id: 1,
    };
    const startedAt = performance.now();
    for (const each of rows) readIdpEvents(name, each);
    readIdpEvents(
      name,
      Array.from({ length: 1_000 }, () => message),
    );
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('with ten thousand made-up codes does not make ten thousand names', () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => ({
      eventType: `app.made.up.${String(n)}`,
    }));
    const { irrelevant } = readAs('okta', rows);
    expect(irrelevant.size).toBeLessThan(200);
    expect([...irrelevant.values()].reduce((sum, count) => sum + count, 0)).toBe(10_000);
  });

  it('with own fields called as those of every object is not taken for more than it says', () => {
    const text = '[{"__proto__":{"eventType":"user.session.end"}},{"constructor":1}]';
    expect(readAs('okta', text).unknown.map(({ reason }) => reason)).toEqual([
      'eventType is missing',
      'eventType is missing',
    ]);
  });
});
