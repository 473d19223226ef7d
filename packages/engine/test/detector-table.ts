import { cleanEvidence, cleanNow, settingsWith } from '@stepgate/testing';
import { runDetectors, type DetectorName, type DetectorSettings } from '../src/detectors/index.js';
import type { Evidence } from '../src/evidence.js';
import type { Finding } from '../src/findings.js';

export interface DetectorCase {
  readonly when: string;
  readonly evidence: Partial<Evidence>;
  /** Null: silent. */
  readonly finding: Finding | null;
  readonly settings?: Partial<DetectorSettings>;
  readonly now?: number;
}

/** One test per row: the whole finding of the detector, or none; and none once it is switched off. */
export const describeDetector = (name: DetectorName, cases: readonly DetectorCase[]): void => {
  const findingsOf = (row: DetectorCase, settings: DetectorSettings): readonly Finding[] =>
    runDetectors(cleanEvidence(row.evidence), settings, row.now ?? cleanNow).filter(
      ({ reason }) => reason === name,
    );

  describe(name, () => {
    it.each(cases)('$when', (row) => {
      const expected = row.finding === null ? [] : [row.finding];
      expect(findingsOf(row, settingsWith(row.settings))).toStrictEqual(expected);
    });

    it.each(cases.filter(({ finding }) => finding !== null))(
      'switched off, is silent: $when',
      (row) => {
        expect(findingsOf(row, settingsWith({ [name]: null }))).toStrictEqual([]);
      },
    );
  });
};
