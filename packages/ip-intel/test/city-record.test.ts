import { absent, observed } from '@stepgate/engine';
import { readCityRecord } from '../src/geo/city-record.js';

/** As the files of ip-location-db hold it: flat, empty text for what is not known. */
const flat = (fields: object): object => ({
  city: 'Sydney',
  country_code: 'AU',
  latitude: -33.8688,
  longitude: 151.209,
  postcode: '',
  state1: 'New South Wales',
  state2: '',
  timezone: '',
  ...fields,
});

const nested = (fields: object): object => ({
  country: { iso_code: 'US' },
  subdivisions: [{ iso_code: 'WA' }],
  city: { names: { en: 'Milton' } },
  location: { latitude: 47.2513, longitude: -122.3149, accuracy_radius: 22 },
  ...fields,
});

const pointIn = (record: object): unknown => {
  const signal = readCityRecord(record);
  return signal.state === 'observed' ? signal.value.point : signal;
};

describe('readCityRecord', () => {
  it('reads a flat record, with a wide radius since it states none', () => {
    expect(readCityRecord(flat({}))).toEqual(
      observed({
        country: 'AU',
        region: 'New South Wales',
        city: 'Sydney',
        timezone: null,
        point: { latitude: -33.8688, longitude: 151.209, precisionKm: 200 },
      }),
    );
  });

  it.each([
    ['a flat record without a city', flat({ city: '' })],
    ['a country', nested({ city: undefined, subdivisions: undefined })],
    [
      'a region as wide as a country',
      nested({ city: undefined, location: { latitude: 1, longitude: 1, accuracy_radius: 1000 } }),
    ],
    ['a radius of zero', nested({ location: { latitude: 1, longitude: 1, accuracy_radius: 0 } })],
    [
      'coordinates never filled in',
      nested({ location: { latitude: 0, longitude: 0, accuracy_radius: 5 } }),
    ],
    [
      'a latitude beyond the pole',
      nested({ location: { latitude: 95, longitude: 1, accuracy_radius: 5 } }),
    ],
    [
      'a longitude that is no number',
      nested({ location: { latitude: 5, longitude: Number.NaN, accuracy_radius: 5 } }),
    ],
    ['half a point', nested({ location: { latitude: 5, accuracy_radius: 5 } })],
    ['no location', nested({ location: undefined })],
  ])('gives no point for %s', (_what, record) => {
    expect(pointIn(record)).toBeNull();
  });

  it.each([
    ['a city', nested({}), 22],
    [
      'a city in a wide area',
      nested({ location: { latitude: 1, longitude: 1, accuracy_radius: 1000 } }),
      1000,
    ],
    ['a region', nested({ city: undefined }), 22],
    ['a city without a radius', nested({ location: { latitude: 1, longitude: 1 } }), 200],
  ])('gives the radius of %s', (_what, record, precisionKm) => {
    expect(pointIn(record)).toMatchObject({ precisionKm });
  });

  it.each([
    ['nothing', null],
    ['a flat record without a country', flat({ country_code: '' })],
    ['a continent', { continent: { code: 'EU' } }],
    ['an anycast address', { registered_country: { iso_code: 'AU' } }],
  ])('is absent for %s', (_what, record) => {
    expect(readCityRecord(record)).toEqual(absent);
  });

  it.each([
    ['a country that is no code', flat({ country_code: 'Australia' })],
    ['a record of another kind', { autonomous_system_number: 1221 }],
    ['a number', 7],
  ])('is unavailable for %s', (_what, record) => {
    expect(readCityRecord(record)).toMatchObject({ state: 'unavailable' });
  });
});
