import type { DecisionResponse } from '@stepgate/contracts';
import type { Answer, Check } from '@stepgate/testing';

/** Null: it is no decision, e.g. a problem or a broken connection. */
export const decisionIn = ({ status, body }: Answer): DecisionResponse | null =>
  status === 200 && typeof body === 'object' && body !== null && 'decision' in body
    ? (body as DecisionResponse)
    : null;

export const isDegraded = (answer: Answer): boolean =>
  decisionIn(answer)?.degraded.includes('state') === true;

/** Decided on the whole of the state. */
export const isNormal = (answer: Answer): boolean => decisionIn(answer)?.degraded.length === 0;

export const isLimited = (answer: Answer): boolean =>
  decisionIn(answer)?.reasons.some(({ code }) => code === 'limit_exceeded') === true;

export const isAllow = (answer: Answer): boolean => decisionIn(answer)?.decision === 'allow';

/** Turned away before it was looked at: the caller is told to come again. */
export const isShed = ({ status }: Answer): boolean => status === 503 || status === 429;

/** Of a denial or an event: it survives a crash of the store, by the engine's own word. */
export const isDurable = ({ body }: Answer): boolean =>
  typeof body === 'object' && body !== null && 'durable' in body && body.durable === true;

export const none = (name: string, seen: number): Check => ({
  name,
  value: seen,
  target: '0',
  holds: seen === 0,
});

export const equal = (name: string, value: number, target: number): Check => ({
  name,
  value,
  target: String(target),
  holds: value === target,
});

/** In the unit that the name says. */
export const atMost = (name: string, value: number, most: number): Check => ({
  name,
  value: Math.round(value * 10) / 10,
  target: `<= ${String(most)}`,
  holds: value <= most,
});

export const atLeast = (name: string, value: number, least: number): Check => ({
  name,
  value: Math.round(value * 10) / 10,
  target: `>= ${String(least)}`,
  holds: value >= least,
});

export const count = <T>(all: readonly T[], is: (one: T) => boolean): number =>
  all.filter(is).length;
