import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsBodySchemaFor } from '@stepgate/contracts';
import { formatNames, readIdpEvents, type FormatName } from '@stepgate/idp-events';
import { promise, type FuzzTarget } from '../target.js';

const fixtures = join(__dirname, '../../../packages/idp-events/test/fixtures');

const fitsTheWire = (event: unknown): boolean =>
  eventsBodySchemaFor(event).safeParse(event).success;

const targetFor = (name: FormatName): FuzzTarget => ({
  name: `idp-${name}`,
  words: [
    ...['"eventType":', '"result":', '"status":', '"user":', '"published":', '"type":', '"date":'],
    ...['"2026-02-30T00:00:00Z"', '"denied"', '"fraud"', '[{', '}]', '},{', '\n', '"ip":"1.2.3.4"'],
  ],
  starts: () => [readFileSync(join(fixtures, `${name}.json`))],
  check: (input) => {
    const outcome = readIdpEvents(name, input.toString());
    if (outcome.kind !== 'read') return;
    promise(outcome.events.every(fitsTheWire), 'an event does not fit the wire');
    const irrelevant = [...outcome.irrelevant.values()].reduce((sum, count) => sum + count, 0);
    const told = new Set(outcome.eventRows).size + irrelevant + outcome.unknown.length;
    promise(told === outcome.rows, 'a row is not accounted for');
  },
});

/** One per identity provider. */
export const idpRows: readonly FuzzTarget[] = formatNames.map(targetFor);
