export { formatNamed, formatNames, formats, type FormatName } from './formats/index.js';
export type { MappedEvent } from './mapped-event.js';
export { mappingTable } from './mapping-table.js';
export {
  readIdpEvents,
  type ReadDocument,
  type ReadOutcome,
  type UnknownRow,
} from './read-idp-events.js';
