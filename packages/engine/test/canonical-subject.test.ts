import fc from 'fast-check';
import { canonicalSubjectId } from '../src/canonical-subject.js';
import { propertyOptions } from './property-options.js';

const spellingsOf: Readonly<Record<string, readonly string[]>> = {
  alice: [
    'alice',
    'Alice',
    'ALICE',
    'aLiCe',
    ' alice',
    'alice ',
    '  alice  ',
    '\talice',
    'alice\t',
    'alice\n',
    'alice\r\n',
    '\u00a0alice',
    'alice\u2003',
    'alice\u3000',
    '\u2028alice\u2029',
    'ａｌｉｃｅ',
    'ＡＬＩＣＥ',
    'ａlice',
    '\u{1d41a}\u{1d425}\u{1d422}\u{1d41c}\u{1d41e}',
    '\u{1d4d0}\u{1d4db}\u{1d4d8}\u{1d4d2}\u{1d4d4}',
    'ⓐⓛⓘⓒⓔ',
    'ⒶⓁⒾⒸⒺ',
    'al\u2170ce',
    'al\u2160ce',
    'al\u200bice',
    'al\u200cice',
    'al\u200dice',
    'al\u2060ice',
    '\ufeffalice',
    'alice\ufeff',
    'al\u00adice',
    '\u200falice',
    '\u200ealice\u200e',
    '\u202ealice\u202c',
    '\u2066alice\u2069',
    '\u061calice',
    'al\u180eice',
    'al\u034fice',
    'al\ufe0fice',
    'al\u{e0100}ice',
    'al\u{e0061}ice',
    'al\u115fice',
    'al\u3164ice',
    'al\u206aice',
    'alice\u0000',
    '\u0000alice',
    'al\u0000ice',
    'al\u0007ice',
    'al\u001b\u009bice',
    'al\u007fice',
    ' \u200b alice \u200b ',
    '\u0000 \u200b\talice',
  ],
  zoë: [
    'zoë',
    'Zoë',
    'ZOË',
    'zoe\u0308',
    'ZOE\u0308',
    'ｚｏë',
    'zo\u200be\u0308',
    'zoe\u200b\u0308',
  ],
  strasse: ['straße', 'STRASSE', 'Strasse', 'STRAẞE', 'straẞe', 'ſtraße', 'ﬆrasse'],
  οδυσσευσ: ['οδυσσευς', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευσ', 'ΟΔΥΣΣΕΥς'],
  'σ b': ['Σ b', 'ς b', 'σ b', 'Σ\tB', 'ς\u3000b'],
  office: ['office', 'oﬃce', 'oﬀice', 'OﬀICE', 'oﬃCE'],
  i̇stanbul: ['İstanbul', 'İSTANBUL', 'i̇stanbul', 'I\u0307stanbul'],
  ılker: ['ılker', 'ıLKER', 'ıＬＫＥＲ'],
  'ann lee': [
    'ann lee',
    'Ann  Lee',
    'ann\u00a0lee',
    'ann\tlee',
    'ann \r\n lee',
    'ann \u200b lee',
    'ann \u0000 lee',
  ],
  '👩💻': ['👩\u200d💻', '👩💻', '👩\ufe0f\u200d💻'],
  '❤': ['❤', '❤\ufe0f', '❤\ufe0e'],
  가: ['가', '\u1100\u1161', '\u1100\u115f\u1161'],
  kelvin: ['\u212aelvin', 'Kelvin', 'KELVIN'],
  å: ['\u212b', '\u00c5', 'a\u030a', 'A\u030a'],
  ʼn: ['\u0149', 'ʼN', 'ʼn'],
  αι: ['ᾳ', 'ᾼ', 'ΑΙ', 'α\u0345'],
};

const spellings = Object.entries(spellingsOf).flatMap(([canonical, variants]) =>
  variants.map((variant) => ({ canonical, variant, shown: JSON.stringify(variant) })),
);

/** Alike to the eye or to some database, and still two people who must not share a profile. */
const strangers: readonly (readonly [string, string, string])[] = [
  ['a dotless ı', 'ılker', 'ilker'],
  ['a capital dotted İ', 'İlker', 'ilker'],
  ['a diaeresis', 'zoë', 'zoe'],
  ['a Cyrillic а', '\u0430lice', 'alice'],
  ['a digit for a letter', 'al1ce', 'alice'],
  ['a space inside', 'ali ce', 'alice'],
  ['a stroke', 'łukasz', 'lukasz'],
  ['another skin tone', '👩🏽', '👩🏿'],
  ['another domain', 'alice@a.example', 'alice@b.example'],
  ['a plus tag', 'alice+vpn@a.example', 'alice@a.example'],
];

const lettersThatFold = fc.constantFrom(
  ...[
    'ẞ',
    'ß',
    'ς',
    'Σ',
    'ı',
    'İ',
    'I',
    'i',
    'ŉ',
    'ﬃ',
    'ǰ',
    'ᾳ',
    'ᾼ',
    '\u0345',
    '\u0301',
    '\u0307',
  ],
  ...[
    '\u0308',
    '\u1100',
    '\u1161',
    '\u115f',
    '\u200d',
    '\u00ad',
    '\u0000',
    ' ',
    '\u3000',
    '\u00a8',
  ],
  ...['ａ', 'Å', '\u212b', '𝚤', 'Ꭰ', 'ꭰ', '\u0587', '\ufb03', '\ud800', '\udc00', '👩', '\ufdfa'],
);
const spelling = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: lettersThatFold }),
);

describe('canonicalSubjectId', () => {
  it.each(spellings)('folds $shown into $canonical', ({ canonical, variant }) => {
    expect(canonicalSubjectId(variant)).toBe(canonical);
  });

  it.each(strangers)('keeps %s apart', (_case, one, other) => {
    expect(canonicalSubjectId(one)).not.toBe(canonicalSubjectId(other));
  });

  it.each([
    ['nothing', ''],
    ['white space only', ' \t\u3000\n'],
    ['invisible characters only', '\u200b\u00ad\ufeff\u0000'],
  ])('makes an empty id of %s, for the edge to refuse', (_case, id) => {
    expect(canonicalSubjectId(id)).toBe('');
  });

  it.each(['\ud800', 'a\udc00b', '\udc00\ud800', '\ud800\u0301'])(
    'does not throw on a lone surrogate (%j)',
    (id) => {
      expect(canonicalSubjectId(id)).toBe(id);
    },
  );

  it('is its own canonical form, for every code point of the planes that hold letters', () => {
    const moving: string[] = [];
    for (let codePoint = 0; codePoint < 0x20000; codePoint += 1) {
      const once = canonicalSubjectId(`a${String.fromCodePoint(codePoint)}b`);
      if (canonicalSubjectId(once) !== once) moving.push(codePoint.toString(16));
    }
    expect(moving).toStrictEqual([]);
  });

  it('is its own canonical form, whatever the spelling', () => {
    fc.assert(
      fc.property(spelling, (id) => {
        const once = canonicalSubjectId(id);
        expect(canonicalSubjectId(once)).toBe(once);
      }),
      propertyOptions(5000),
    );
  });

  it.each(['NFC', 'NFD', 'NFKC', 'NFKD'] as const)('does not depend on the form (%s)', (form) => {
    fc.assert(
      fc.property(spelling, (id) => {
        expect(canonicalSubjectId(id.normalize(form))).toBe(canonicalSubjectId(id));
      }),
      propertyOptions(2000),
    );
  });

  it('does not depend on white space around and invisible characters within', () => {
    fc.assert(
      fc.property(spelling, fc.constantFrom('\u200b', '\u00ad', '\u2060', '\ufeff'), (id, mark) => {
        const disguised = ` ${Array.from(id).join(mark)}\t${mark}`;
        expect(canonicalSubjectId(disguised)).toBe(canonicalSubjectId(id));
      }),
      propertyOptions(2000),
    );
  });
});
