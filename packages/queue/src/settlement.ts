import type { AlertOutbox, SealedAlert } from '@stepgate/assessment';
import type { AlertQueue } from './alert-queue.js';
import { sinksFor, type Route } from './ports.js';

export interface Standing {
  /** Every sink has the message or has it with its dead letters. */
  readonly ended: boolean;
  /** Sinks whose job is not there. */
  readonly missing: readonly string[];
  /** No sink takes the message, as they are configured now. */
  readonly unwanted: boolean;
}

export interface Settlement {
  standingOf(alert: SealedAlert): Promise<Standing>;
  /** Called when a job of the message has ended: of several that end at once the last sees them all. */
  settleIfEnded(alert: SealedAlert): Promise<void>;
}

export interface SettlementOptions {
  readonly outbox: Pick<AlertOutbox, 'settle'>;
  readonly queue: Pick<AlertQueue, 'progressOf'>;
  readonly sinks: readonly Route[];
}

/** When a message need not be remembered as undelivered any more. */
export const createSettlement = ({ outbox, queue, sinks }: SettlementOptions): Settlement => {
  const standingOf = async (alert: SealedAlert): Promise<Standing> => {
    const wanting = sinksFor(sinks, alert);
    const progress = await Promise.all(wanting.map((sink) => queue.progressOf(alert.id, sink)));
    return {
      ended: progress.every((one) => one === 'ended'),
      missing: wanting.filter((_, n) => progress[n] === 'missing'),
      unwanted: wanting.length === 0,
    };
  };
  return {
    standingOf,
    settleIfEnded: async (alert) => {
      if ((await standingOf(alert)).ended) await outbox.settle(alert.id);
    },
  };
};
