import { randomUUID } from 'node:crypto';
import type { EventRequest } from '@stepgate/contracts';
import type { EngineClient } from './observed-client.js';

export type GatewayEvent = Omit<EventRequest, 'id' | 'type'> & {
  readonly type: 'login_succeeded' | 'login_failed' | 'step_up_failed';
};

/**
 * Tells the engine what happened, before the user is answered, so that the next attempt is judged by
 * it. Whether it arrives never changes the answer; a loss is logged and counted by the client.
 */
export const sendEvent = async (
  client: Pick<EngineClient, 'sendEvents'>,
  event: GatewayEvent,
): Promise<void> => {
  await client.sendEvents([{ id: randomUUID(), ...event }]);
};
