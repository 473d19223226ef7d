import {
  amsterdam,
  cleanFamiliarity,
  cleanHistory,
  cleanNow,
  cleanPopulation,
} from '@stepgate/testing';
import { absent, observed, unavailable } from '../src/signal.js';
import { describeDetector } from './detector-table.js';

const gone = unavailable('timeout');

describeDetector('device_unseen', [
  {
    when: 'speaks when no proven login came from the device',
    evidence: { history: observed(cleanHistory({ device: null })) },
    finding: {
      reason: 'device_unseen',
      points: 20,
      detail: { known_devices: 2, device_sent: true, looks_known: false },
    },
  },
  {
    when: 'costs more when the attempt names no device and comes from a system that the subject uses',
    evidence: { device: absent, history: observed(cleanHistory({ device: null })) },
    finding: {
      reason: 'device_unseen',
      points: 32,
      detail: { known_devices: 2, device_sent: false, looks_known: true },
    },
  },
  {
    when: 'costs no more for it when the system is new to the subject as well',
    evidence: {
      device: absent,
      history: observed(cleanHistory({ device: null })),
      familiarity: observed(
        cleanFamiliarity({ own: { ...cleanFamiliarity().own, os: 0, userAgent: 0, browser: 0 } }),
      ),
    },
    settings: { history_unlikely: null },
    finding: {
      reason: 'device_unseen',
      points: 20,
      detail: { known_devices: 2, device_sent: false, looks_known: false },
    },
  },
  {
    when: 'costs no more for it where no device was ever seen again, because nobody keeps the tokens',
    evidence: {
      device: absent,
      history: observed(cleanHistory({ device: null })),
      familiarity: observed({
        ...cleanFamiliarity(),
        population: { ...cleanPopulation, returns: 9_999 },
      }),
    },
    finding: {
      reason: 'device_unseen',
      points: 20,
      detail: { known_devices: 2, device_sent: false, looks_known: false },
    },
  },
  {
    when: 'takes what it cannot compare for a likeness',
    evidence: {
      device: absent,
      history: observed(cleanHistory({ device: null })),
      familiarity: gone,
    },
    finding: {
      reason: 'device_unseen',
      points: 32,
      detail: { known_devices: 2, device_sent: false, looks_known: true },
    },
  },
  {
    when: 'speaks on the first login of all',
    evidence: { history: observed(cleanHistory({ device: null, knownDevices: 0, logins: 0 })) },
    finding: {
      reason: 'device_unseen',
      points: 20,
      detail: { known_devices: 0, device_sent: true, looks_known: false },
    },
  },
  {
    when: 'costs what the policy says',
    evidence: { history: observed(cleanHistory({ device: null })) },
    settings: { device_unseen: { points: 33, looksKnownPoints: 12, changedPoints: 0 } },
    finding: {
      reason: 'device_unseen',
      points: 33,
      detail: { known_devices: 2, device_sent: true, looks_known: false },
    },
  },
  { when: 'is silent on a known device', evidence: {}, finding: null },
  { when: 'is silent without a history', evidence: { history: absent }, finding: null },
  { when: 'is silent when the history is unavailable', evidence: { history: gone }, finding: null },
]);

const abroad = observed(cleanHistory({ countrySeen: false, knownCountries: 3 }));

describeDetector('country_unseen', [
  {
    when: 'speaks when no proven login came from the country',
    evidence: { history: abroad },
    finding: {
      reason: 'country_unseen',
      points: 15,
      detail: { country: 'NL', known_countries: 3 },
    },
  },
  {
    when: 'speaks when no more than the country is known',
    evidence: { history: abroad, geo: observed({ ...amsterdam, point: null }) },
    finding: {
      reason: 'country_unseen',
      points: 15,
      detail: { country: 'NL', known_countries: 3 },
    },
  },
  { when: 'is silent in a known country', evidence: {}, finding: null },
  { when: 'is silent without a place', evidence: { history: abroad, geo: absent }, finding: null },
  {
    when: 'is silent when the place is unavailable',
    evidence: { history: abroad, geo: gone },
    finding: null,
  },
  { when: 'is silent without a history', evidence: { history: absent }, finding: null },
  { when: 'is silent when the history is unavailable', evidence: { history: gone }, finding: null },
]);

const otherNetwork = observed(cleanHistory({ asnSeen: false, knownAsns: 4 }));

describeDetector('asn_unseen', [
  {
    when: 'speaks when no proven login came from the network',
    evidence: { history: otherNetwork },
    finding: { reason: 'asn_unseen', points: 10, detail: { asn: 64500, known_asns: 4 } },
  },
  { when: 'is silent on a known network', evidence: {}, finding: null },
  {
    when: 'is silent without a network',
    evidence: { history: otherNetwork, network: absent },
    finding: null,
  },
  {
    when: 'is silent when the network is unavailable',
    evidence: { history: otherNetwork, network: gone },
    finding: null,
  },
  { when: 'is silent without a history', evidence: { history: absent }, finding: null },
  { when: 'is silent when the history is unavailable', evidence: { history: gone }, finding: null },
]);

/** Logins per hour of day: `counts` where given, none elsewhere. */
const byHour = (counts: Readonly<Record<number, number>>) =>
  observed(
    cleanHistory({ loginsByHour: Array.from({ length: 24 }, (_, hour) => counts[hour] ?? 0) }),
  );
const atHour = (hour: number): number => Date.UTC(2026, 2, 3, hour, 30);

describeDetector('hour_unusual', [
  {
    when: 'speaks in the dead of night',
    evidence: {},
    now: atHour(3),
    finding: {
      reason: 'hour_unusual',
      points: 5,
      detail: { hour_utc: 3, share_percent: 0, logins: 40 },
    },
  },
  {
    when: 'speaks at exactly the greatest share',
    evidence: { history: byHour({ 3: 2, 12: 98 }) },
    now: atHour(3),
    finding: {
      reason: 'hour_unusual',
      points: 5,
      detail: { hour_utc: 3, share_percent: 2, logins: 100 },
    },
  },
  {
    when: 'is silent just above the greatest share',
    evidence: { history: byHour({ 3: 3, 12: 97 }) },
    now: atHour(3),
    finding: null,
  },
  {
    when: 'counts the hour before and the hour after',
    evidence: { history: byHour({ 2: 2, 4: 1, 12: 97 }) },
    now: atHour(3),
    finding: null,
  },
  {
    when: 'looks across midnight from 0 to 23',
    evidence: { history: byHour({ 23: 5, 12: 95 }) },
    now: atHour(0),
    finding: null,
  },
  {
    when: 'looks across midnight from 23 to 0',
    evidence: { history: byHour({ 0: 5, 12: 95 }) },
    now: atHour(23),
    finding: null,
  },
  {
    when: 'speaks from exactly the least number of logins',
    evidence: { history: byHour({ 12: 20 }) },
    now: atHour(3),
    finding: {
      reason: 'hour_unusual',
      points: 5,
      detail: { hour_utc: 3, share_percent: 0, logins: 20 },
    },
  },
  {
    when: 'is silent below the least number of logins',
    evidence: { history: byHour({ 12: 19 }) },
    now: atHour(3),
    finding: null,
  },
  { when: 'is silent at an ordinary hour', evidence: {}, now: cleanNow, finding: null },
  {
    when: 'is silent without a history',
    evidence: { history: absent },
    now: atHour(3),
    finding: null,
  },
  {
    when: 'is silent when the history is unavailable',
    evidence: { history: gone },
    now: atHour(3),
    finding: null,
  },
]);
