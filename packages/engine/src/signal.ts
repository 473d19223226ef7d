/**
 * One raw attribute of an attempt. "Could not tell" is a value of its own: a detector that treats it
 * as "clean" would let an attacker win by breaking the source of the signal.
 */
export type Signal<T> =
  | { readonly state: 'observed'; readonly value: T }
  | { readonly state: 'absent' }
  | { readonly state: 'unavailable'; readonly cause: string };

export type SignalState = Signal<unknown>['state'];

export const observed = <T>(value: T): Signal<T> => ({ state: 'observed', value });
export const absent: Signal<never> = { state: 'absent' };
export const unavailable = (cause: string): Signal<never> => ({ state: 'unavailable', cause });

/** The value of an observed signal; null when it is absent or unavailable. */
export const valueOf = <T>(signal: Signal<T>): T | null =>
  signal.state === 'observed' ? signal.value : null;
