import type { OperationId } from '@stepgate/contracts';

export interface ChangeLog {
  changed(told: {
    readonly operation: OperationId;
    /** Id of the key, not the key. */
    readonly caller: string;
    readonly tenant: string;
  }): void;
}

export const keepNoLog: ChangeLog = { changed: () => undefined };
