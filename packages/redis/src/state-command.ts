import { checkState, initialiseState, type InstanceDeps } from './instance.js';

/** What an operator is told, and whether all is as it should be. */
export interface StateReport {
  readonly good: boolean;
  readonly text: string;
}

const missingIn = (missing: number): string =>
  `${String(missing)} of its markers are missing: shards were emptied, and with them locks and denials`;

/** Begins the state, once for a deployment. @throws StateUnavailableError */
export const beginState = async (deps: InstanceDeps, accept: boolean): Promise<StateReport> => {
  const begun = await initialiseState(deps, { accept });
  switch (begun.kind) {
    case 'new':
      return { good: true, text: `The state is begun: instance ${begun.instance.id}.` };
    case 'known':
      return {
        good: true,
        text: `The state was begun at ${begun.instance.since}: instance ${begun.instance.id}. Nothing was changed.`,
      };
    case 'accepted':
      return {
        good: true,
        text: `The emptied shards begin anew: instance ${begun.instance.id}.`,
      };
    case 'partial':
      return {
        good: false,
        text: `The state was begun, but ${missingIn(begun.missing)}. Restore them, or accept that with --accept-emptied.`,
      };
  }
};

/** @throws StateUnavailableError */
export const reportState = async (deps: InstanceDeps): Promise<StateReport> => {
  const state = await checkState(deps);
  switch (state.kind) {
    case 'intact':
      return {
        good: true,
        text: `The state is intact: instance ${state.instance.id}, since ${state.instance.since}.`,
      };
    case 'rotated':
      return {
        good: true,
        text: `The state was begun under the previous secret (instance ${state.instance.id}); engines take it over as they start.`,
      };
    case 'partial':
      return { good: false, text: `The state is incomplete: ${missingIn(state.missing)}.` };
    case 'absent':
      return {
        good: false,
        text: 'No state of this deployment: it was never begun, was emptied, or STEPGATE_SECRET is not the one it was begun with.',
      };
  }
};
