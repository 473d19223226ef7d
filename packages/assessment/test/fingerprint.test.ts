import { absent, observed, type UserAgent } from '@stepgate/engine';
import { fingerprintOf } from '../src/fingerprint.js';

const firefox: UserAgent = {
  browser: 'Firefox',
  browserVersion: '140.0',
  os: 'Linux',
  osVersion: null,
  deviceType: 'desktop',
  automated: false,
};

describe('the looks of a device', () => {
  it('are the same in whatever order its fingerprint is written', () => {
    const one = { screen: { width: 1, height: 2 }, fonts: ['a', 'b'] };
    const other = { fonts: ['a', 'b'], screen: { height: 2, width: 1 } };
    expect(fingerprintOf(one, absent)).toBe(fingerprintOf(other, absent));
    expect(fingerprintOf({ fonts: ['b', 'a'] }, absent)).not.toBe(
      fingerprintOf({ fonts: ['a', 'b'] }, absent),
    );
  });

  it('survive an upgrade of the browser, and not another system', () => {
    const looks = fingerprintOf(null, observed(firefox));
    expect(fingerprintOf(null, observed({ ...firefox, browserVersion: '141.0' }))).toBe(looks);
    expect(fingerprintOf(null, observed({ ...firefox, os: 'Windows' }))).not.toBe(looks);
    expect(fingerprintOf(null, observed({ ...firefox, deviceType: 'mobile' }))).not.toBe(looks);
  });

  it('are not known when nobody says anything', () => {
    expect(fingerprintOf(null, absent)).toBeNull();
  });
});
