import { createUserAgentParser } from '@stepgate/user-agent';
import { promise, type FuzzTarget } from '../target.js';

const parser = createUserAgentParser({ cacheSize: 100 });
const maxLength = 512;

export const userAgent: FuzzTarget = {
  name: 'user-agent',
  words: [
    ...['Mozilla/5.0 ', '(Linux; Android 9; ', 'Build/', 'iPhone OS ', '_1', '1.', 'Chrome/', ' '],
    ...['Version/', 'Safari/', ';', 'like Gecko', 'Edg/', 'bot', 'xiaomi redmi '],
  ],
  check: (input) => {
    const text = input.toString();
    const read = parser.parse(text);
    if (text.slice(0, maxLength).trim() === '') {
      promise(read.state === 'absent', 'a blank one is taken for a browser');
      return;
    }
    promise(read.state === 'observed', 'an odd one is taken for none');
    if (read.state !== 'observed') return;
    const texts = [
      read.value.browser,
      read.value.browserVersion,
      read.value.os,
      read.value.osVersion,
    ];
    promise(
      texts.every((value) => value === null || value.length <= maxLength),
      'more was read than is looked at',
    );
    promise(read.value.browser !== null || read.value.automated, 'no browser, and no automaton');
  },
};
