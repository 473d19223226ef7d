import { absent, unavailable } from '@stepgate/engine';
import { parseAddress } from '../src/address.js';
import { createNoReputation } from '../src/reputation/no-reputation.js';

describe('reputation without lists', () => {
  it('calls no address clean, and says why', async () => {
    const reputation = createNoReputation('no directory');
    const address = parseAddress('203.0.113.7');
    if (address === null) throw new Error('not an address');
    expect(reputation.lookUp(address, absent)).toEqual(unavailable('no directory'));
    expect((await reputation.reload()).problem).toBe('no directory');
  });
});
