import { readIdpEvents } from '../src/index.js';
import { readAs, unknownOf } from './read-fixture.js';

const row = (overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  txid: 'tx-1',
  isotimestamp: '2026-03-02T08:00:00+01:00',
  event_type: 'authentication',
  factor: 'duo_push',
  result: 'denied',
  reason: 'user_mistake',
  user: { name: 'noor' },
  access_device: { ip: '198.51.100.66' },
  ...overrides,
});

const countIn = (document: unknown): number => readAs('duo', document).events.length;

describe('a document', () => {
  it('is a list, an envelope, one row, or the text of any of them', () => {
    const rows = [row(), row({ txid: 'tx-2' })];
    expect(countIn(rows)).toBe(2);
    expect(countIn({ response: { authlogs: rows } })).toBe(2);
    expect(countIn({ authlogs: rows })).toBe(2);
    expect(countIn(row())).toBe(1);
    expect(countIn(JSON.stringify(rows, null, 2))).toBe(2);
    expect(countIn(`\uFEFF${JSON.stringify(rows)}`)).toBe(2);
  });

  it('may be JSON lines: a broken line is an unknown row with its number, and the rest is read', () => {
    const text = [JSON.stringify(row()), '', '{"txid": "half', JSON.stringify(row({ txid: 't' }))];
    const read = readAs('duo', text.join('\r\n'));
    expect(read.eventRows).toEqual([1, 4]);
    expect(unknownOf(read)).toEqual(['3 it is not a JSON object']);
  });

  it.each([
    ['nothing', ''],
    ['prose', 'Dear engine,\nplease find the log enclosed.'],
    ['a number', '4711'],
    ['null', null],
  ])('that is %s is unreadable', (_what, document) => {
    expect(readIdpEvents('duo', document)).toEqual({
      kind: 'unreadable',
      reason: expect.stringMatching(/^it is neither/),
    });
  });

  it('of more rows than asked for is not read at all', () => {
    const rows = [1, 2, 3].map(() => row());
    expect(readIdpEvents('duo', rows, { maxRows: 2 })).toEqual({ kind: 'too_many_rows', rows: 3 });
    expect(readIdpEvents('duo', rows, { maxRows: 3 }).kind).toBe('read');
  });

  it('of no rows has no events', () => {
    expect(readAs('duo', { response: { authlogs: [] } })).toMatchObject({ events: [], rows: 0 });
  });
});

describe('an event', () => {
  it('has its own time, in UTC', () => {
    expect(readAs('duo', row()).events[0]?.occurred_at).toBe('2026-03-02T07:00:00.000Z');
  });

  it.each([
    ['is missing', undefined],
    ['could not be an id', 'has spaces'],
    ['is too long for one', 'x'.repeat(129)],
    ['holds another alphabet', 'номер'],
  ])(
    'whose id %s gets one from its fields: the same for the same row, another for another',
    (_what, txid) => {
      const ids = [
        row({ txid }),
        row({ txid }),
        row({ txid, isotimestamp: '2026-03-02T08:00:01+01:00' }),
      ].map((one) => readAs('duo', one).events[0]?.id ?? '');
      expect(ids[0]).toMatch(/^[\x21-\x7e]{1,128}$/);
      expect(ids[1]).toBe(ids[0]);
      expect(ids[2]).not.toBe(ids[0]);
    },
  );

  it('has no address when the row has something else in its place', () => {
    const places = ['unknown', '198.51.100.66:443', '0x7f000001', 'fe80::1%eth0', 17, null, {}];
    const contexts = places.map(
      (ip) => readAs('duo', row({ access_device: { ip } })).events[0]?.context,
    );
    expect(contexts).toEqual(places.map(() => undefined));
  });

  it.each([
    ['no subject', { user: {} }, 'user.name cannot be used'],
    ['an invisible subject', { user: { name: '\u200b\u2060' } }, 'user.name cannot be used'],
    ['half a character for a subject', { user: { name: 'a\ud800' } }, 'user.name cannot be used'],
    ['a novel for a subject', { user: { name: 'x'.repeat(257) } }, 'user.name cannot be used'],
    ['a list for a subject', { user: { name: ['noor'] } }, 'user.name cannot be used'],
    ['a time that is none', { isotimestamp: 'noon' }, 'isotimestamp cannot be used'],
    [
      'a time past all calendars',
      { isotimestamp: null, timestamp: 9e15 },
      'isotimestamp cannot be used',
    ],
    ['neither', { user: null, isotimestamp: null }, 'user.name and isotimestamp cannot be used'],
  ])('of %s does not come of a row; the row is unknown', (_what, fields, reason) => {
    const read = readAs('duo', [row(), row(fields)]);
    expect(read.events).toHaveLength(1);
    expect(unknownOf(read)).toEqual([`2 ${reason}`]);
  });
});
