import fc from 'fast-check';
import type { UserAgent } from '@stepgate/engine';
import { createUserAgentParser } from '../src/index.js';

const parse = (
  text: string | null,
): ReturnType<ReturnType<typeof createUserAgentParser>['parse']> =>
  createUserAgentParser().parse(text);

const chromeOnWindows =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.6723.92 Safari/537.36';
const safariOnPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const safariOnTablet =
  'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1';
const firefoxOnLinux = 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0';
const playstation =
  'Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15';
const headlessChrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36';

describe('createUserAgentParser', () => {
  it.each<[string, string, UserAgent]>([
    [
      'a desktop browser',
      chromeOnWindows,
      {
        browser: 'Chrome',
        browserVersion: '130.0.6723.92',
        os: 'Windows',
        osVersion: '10',
        deviceType: 'desktop',
        automated: false,
      },
    ],
    [
      'a browser on a free desktop',
      firefoxOnLinux,
      {
        browser: 'Firefox',
        browserVersion: '132.0',
        os: 'Linux',
        osVersion: null,
        deviceType: 'desktop',
        automated: false,
      },
    ],
    [
      'a phone',
      safariOnPhone,
      {
        browser: 'Mobile Safari',
        browserVersion: '17.5',
        os: 'iOS',
        osVersion: '17.5',
        deviceType: 'mobile',
        automated: false,
      },
    ],
    [
      'a tablet',
      safariOnTablet,
      {
        browser: 'Mobile Safari',
        browserVersion: '16.6',
        os: 'iOS',
        osVersion: '16.6',
        deviceType: 'tablet',
        automated: false,
      },
    ],
    [
      'a console, which is neither',
      playstation,
      {
        browser: 'Safari',
        browserVersion: '13.0',
        os: 'PlayStation',
        osVersion: '5',
        deviceType: 'other',
        automated: false,
      },
    ],
    [
      'a headless browser',
      headlessChrome,
      {
        browser: 'Chrome Headless',
        browserVersion: '120.0.0.0',
        os: 'Linux',
        osVersion: null,
        deviceType: 'desktop',
        automated: true,
      },
    ],
    [
      'a script library',
      'python-requests/2.32.3',
      {
        browser: null,
        browserVersion: null,
        os: null,
        osVersion: null,
        deviceType: 'other',
        automated: true,
      },
    ],
    [
      'a native client that names no browser',
      'Dalvik/2.1.0 (Linux; U; Android 13)',
      {
        browser: null,
        browserVersion: null,
        os: 'Android',
        osVersion: '13',
        deviceType: 'other',
        automated: true,
      },
    ],
  ])('reads %s', (_what, text, expected) => {
    expect(parse(text)).toEqual({ state: 'observed', value: expected });
  });

  it.each([[null], [''], ['   \t ']])('takes %j as none sent', (text) => {
    expect(parse(text)).toEqual({ state: 'absent' });
  });

  it.each([
    ['curl/8.5.0'],
    ['okhttp/4.12.0'],
    ['Go-http-client/2.0'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
    ['Mozilla/5.0'],
    ['x'],
    ['__proto__'],
  ])('takes %s for automated', (text) => {
    expect(parse(text)).toMatchObject({ state: 'observed', value: { automated: true } });
  });

  it('reads nothing beyond 512 characters', () => {
    const parser = createUserAgentParser();
    const padded = chromeOnWindows.padEnd(512, ' ');
    expect(parser.parse(`${padded} HeadlessChrome/1 curl/8 bot`)).toEqual(parser.parse(padded));
  });

  it('answers from the cache for a user agent seen before', () => {
    const parser = createUserAgentParser();
    const [first, second] = [parser.parse(chromeOnWindows), parser.parse(chromeOnWindows)];
    expect(second).toBe(first);
  });

  it('forgets the least recently used user agent once the cache is full', () => {
    const parser = createUserAgentParser({ cacheSize: 1 });
    const first = parser.parse(chromeOnWindows);
    parser.parse(firefoxOnLinux);
    const again = parser.parse(chromeOnWindows);
    expect(again).toEqual(first);
    expect(again).not.toBe(first);
  });

  it('never throws and always answers, whatever the text', () => {
    const parser = createUserAgentParser();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        expect(['observed', 'absent']).toContain(parser.parse(text).state);
      }),
    );
  });
});
