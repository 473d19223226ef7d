import type { FormatName, ReadDocument } from '@stepgate/idp-events';
import type { Moment, SubjectSummary } from './timeline.js';

/** All that a replay has shown. */
export interface ImportReport {
  readonly format: FormatName;
  readonly read: ReadDocument;
  readonly moments: readonly Moment[];
  readonly summaries: readonly SubjectSummary[];
}
