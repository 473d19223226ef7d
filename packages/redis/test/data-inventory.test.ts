import { readFileSync, writeFileSync } from 'node:fs';
import { keyTable, type KeyConcept } from '../src/keys.js';

interface Datum {
  readonly data: string;
  /** How a person stands in it; `no`: it is about nobody. */
  readonly personal: string;
  readonly erased: string;
}

const withSubject = 'at once';
const member = 'with its life; a pseudonym among others, see residuals';

/** What lies under each key; a key that is not in here fails the test. */
const inventory: Readonly<Record<KeyConcept, Datum>> = {
  profile: {
    data: 'proven logins: devices, countries, networks, hours, three places to 11 m',
    personal: 'pseudonyms; places and countries in clear',
    erased: withSubject,
  },
  failures: { data: 'times of failed logins', personal: 'pseudonym', erased: withSubject },
  'failing-sources': { data: 'whence they failed', personal: 'pseudonyms', erased: withSubject },
  push: {
    data: 'prompts and answers with their times',
    personal: 'pseudonym',
    erased: withSubject,
  },
  guard: {
    data: 'lock, breach, risk',
    personal: 'pseudonym',
    erased: 'at once, but for a live lock',
  },
  episode: {
    data: 'the open alert, whence prompts came',
    personal: 'pseudonyms; subject and addresses sealed',
    erased: withSubject,
  },
  seen: { data: 'ids of events', personal: 'pseudonyms', erased: withSubject },
  decisions: { data: 'which decisions were made', personal: 'pseudonym', erased: withSubject },
  seal: {
    data: 'salt that opens the alerts of a subject',
    personal: 'no, but leads to one',
    erased: withSubject,
  },
  attempt: {
    data: 'which decision an attempt id got; hash of its body',
    personal: 'hashes',
    erased: 'with its life',
  },
  claim: {
    data: 'hash of the body under an attempt id',
    personal: 'hashes',
    erased: 'with its life',
  },
  decision: {
    data: 'the record: findings, country, place, outcome',
    personal: 'pseudonyms; place in clear',
    erased: 'at once: the latest 100',
  },
  nonce: { data: 'that a signed request came', personal: 'no', erased: 'with its life' },
  limit: {
    data: 'times of attempts',
    personal: 'pseudonym',
    erased: 'with its life: a limit is a live lock',
  },
  'source-failures': {
    data: 'times of failures from an address',
    personal: 'pseudonym of the address',
    erased: member,
  },
  'source-subjects': { data: 'who failed from an address', personal: 'pseudonyms', erased: member },
  'source-proven': {
    data: 'who has signed in from an address',
    personal: 'pseudonyms',
    erased: member,
  },
  'network-subjects': { data: 'who failed from a network', personal: 'pseudonyms', erased: member },
  population: {
    data: 'how common devices and networks are',
    personal: 'no: counts',
    erased: 'never: nobody stands in it',
  },
  'campaign-subjects': {
    data: 'who is prompted by one address or network',
    personal: 'pseudonyms',
    erased: member,
  },
  campaign: {
    data: 'the alert of a campaign, a sample of its subjects',
    personal: 'pseudonyms; subjects sealed',
    erased: 'unreadable at once; the pseudonym with its life',
  },
  reviews: { data: 'who is to be looked at when', personal: 'pseudonym', erased: withSubject },
  'open-alerts': { data: 'ids of open alerts', personal: 'hash of an event', erased: withSubject },
  undelivered: {
    data: 'alerts on their way',
    personal: 'subject and addresses sealed; devices as pseudonyms',
    erased: 'unreadable at once',
  },
  outbox: {
    data: 'alerts on their way',
    personal: 'subject and addresses sealed; devices as pseudonyms',
    erased: 'unreadable at once',
  },
  instance: { data: 'that the state was begun', personal: 'no', erased: 'never' },
  barrier: { data: 'that a write was kept', personal: 'no', erased: 'with its life' },
};

const renderInventory = (): string =>
  [
    '| key | what it holds | of a person | kept | erased |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(keyTable).map(([concept, { ttl }]) => {
      const datum = new Map(Object.entries(inventory)).get(concept);
      const { data = '', personal = '', erased = '' } = datum ?? {};
      return `| \`${concept}\` | ${[data, personal, ttl, erased].join(' | ')} |`;
    }),
  ].join('\n');

describe('the data inventory', () => {
  it('knows every key that exists', () => {
    expect(Object.keys(inventory).toSorted()).toEqual(Object.keys(keyTable).toSorted());
  });

  it('keeps nothing of a person without an end, but for alerts that wait for their sinks', () => {
    const endless = Object.entries(keyTable).filter(([, { ttlMs }]) => ttlMs === null);
    expect(endless.map(([concept]) => concept).toSorted()).toEqual([
      'instance',
      'outbox',
      'undelivered',
    ]);
  });

  it('stands in the page on privacy', () => {
    const page = new URL('../../../docs/privacy.md', import.meta.url);
    const text = readFileSync(page, 'utf8');
    const section = /(?<=<!-- inventory -->\n\n)[\s\S]*(?=\n\n<!-- \/inventory -->)/;
    expect(text).toMatch(section);
    // UPDATE_DOCS=1 writes the table anew.
    if (process.env['UPDATE_DOCS'] === '1')
      writeFileSync(page, text.replace(section, renderInventory()));
    expect(readFileSync(page, 'utf8')).toContain(renderInventory());
  });
});
