import { checkState, initialiseState, type InstanceDeps, type InstanceState } from './instance.js';

export interface InstanceWatch {
  /** Null before the first answer. */
  latest(): InstanceState | null;
  /** A call has found the state gone. */
  noteEmptied(): void;
  /** Looks at once. Never rejects. */
  look(): Promise<void>;
  close(): void;
}

export interface InstanceWatchDeps extends InstanceDeps {
  /** Whether a state that is absent when this process begins may be begun by it. */
  readonly initialise: boolean;
  readonly everyMs?: number;
  /** Pause while the state is gone: whoever accepts that is served again soon. */
  readonly lostEveryMs?: number;
  readonly onState?: (state: InstanceState) => void;
}

const defaults = { everyMs: 30_000, lostEveryMs: 500 } as const;

/**
 * Whether the state is still the one that was begun. A process that has seen it never begins another
 * by itself: who can empty Redis would have all locks lifted.
 */
export const createInstanceWatch = (deps: InstanceWatchDeps): InstanceWatch => {
  const { everyMs, lostEveryMs } = { ...defaults, ...deps };
  let latest: InstanceState | null = null;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let lookedBefore = false;

  const read = async (): Promise<InstanceState> => {
    const found = await checkState(deps);
    // Begun under the previous secret, it is the same state: it is taken over, not begun anew.
    const isNew = found.kind === 'absent' && deps.initialise;
    if (lookedBefore || !(isNew || found.kind === 'rotated')) return found;
    await initialiseState(deps);
    return checkState(deps);
  };
  const tell = (state: InstanceState): void => {
    const changed = latest?.kind !== state.kind;
    latest = state;
    if (changed) deps.onState?.(state);
  };
  const schedule = (): void => {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(() => void look(), latest?.kind === 'intact' ? everyMs : lostEveryMs);
    timer.unref();
  };
  const look = async (): Promise<void> => {
    try {
      tell(await read());
      lookedBefore = true;
    } catch {
      // Redis does not answer, which others tell; what was known stays.
    }
    schedule();
  };
  schedule();

  return {
    latest: () => latest,
    noteEmptied: () => {
      if (latest?.kind === 'intact') void look();
    },
    look,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
};
