import fc from 'fast-check';
import { canonicalPath } from '../src/canonical-path.js';

describe('canonicalPath', () => {
  it.each([
    '/login',
    '/login/',
    '/LOGIN',
    '//login',
    '/%6cogin',
    '/%256cogin',
    '/%25256cogin',
    '/login;jsessionid=1',
    '/./login',
    '/x/../login',
    '/x/%2e%2e/login',
    '/x/..%2flogin',
    '/%5clogin',
    '/\\login',
    '/login?next=/',
    '/login#top',
    '/login//.',
    '/../login',
  ])('takes %s for the login', (target) => {
    expect(canonicalPath(target)).toBe('/login');
  });

  it.each(['/logins', '/login/help', '/a/login', '/', '/?login', '/login%00', '/lo%20gin'])(
    'does not take %s for the login',
    (target) => {
      expect(canonicalPath(target)).not.toBe('/login');
    },
  );

  it.each(['http://evil.example/login', '*', '', 'login', '/%', '/%zz', '/%ff'])(
    'has no path for %s',
    (target) => {
      expect(canonicalPath(target)).toBeNull();
    },
  );

  it('changes nothing when applied to a path that needs no decoding', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z0-9._~-]{1,8}$/)), (segments) => {
        const once = canonicalPath(`/${segments.join('/')}`);
        return once !== null && canonicalPath(once) === once;
      }),
    );
  });
});
