import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Authenticator, EventType, Outcome } from '@stepgate/engine';

export type SubjectName = string;

export interface Origin {
  /** How the printed line names it. */
  readonly label: string;
  readonly ip: string;
}

export interface Device {
  readonly label: string;
  readonly id: string;
  readonly managed?: boolean;
  readonly userAgent: string;
}

export interface Expectation {
  readonly decision: Outcome;
  /** All of these are among the reasons. */
  readonly reasons?: readonly string[];
  /** Exactly these satisfy the step-up. */
  readonly authenticators?: readonly Authenticator[];
}

interface Moment {
  /** Minutes after the story's first midnight. */
  readonly at: number;
}

/** One login attempt; what follows it when it is let through, or how its step-up is done. */
export interface Attempt extends Moment {
  readonly kind: 'attempt';
  readonly subject: SubjectName;
  readonly authenticators: readonly Authenticator[];
  readonly groups?: readonly string[];
  readonly from: Origin;
  readonly device: Device;
  readonly application: string;
  readonly expect: Expectation;
  /** The step-up is done with this; what the engine then says. */
  readonly completion?: { readonly with: Authenticator; readonly expect: Expectation };
}

/** Something that happens without an attempt of its own: a failed password, an answer to a prompt. */
export interface Happening extends Moment {
  readonly kind: 'happening';
  readonly type: EventType;
  readonly subjects: readonly SubjectName[];
  readonly from: Origin;
  readonly times: number;
  /** Minutes between one and the next. */
  readonly every: number;
}

export interface Chapter {
  readonly title: string;
  readonly steps: readonly (Attempt | Happening)[];
}

/** The story needs a Tor exit; it takes the first one of the sample list that is shipped. */
export const firstTorExit = (root: string): string => {
  const list = readFileSync(join(root, 'infra/reputation/tor.secops-exit-nodes.txt'), 'utf8');
  const exit = list.split('\n').find((line) => /^\d+\.\d+\.\d+\.\d+$/.test(line));
  if (exit === undefined) throw new Error('The sample list of Tor exits is empty.');
  return exit;
};
