import { isbot } from 'isbot';
import UAParser from 'ua-parser-js';
import type { UserAgent } from '@stepgate/engine';

/** Systems of phones: a browser on one of these that names no device type is not a desktop. */
const handheldSystems: ReadonlySet<string> = new Set(['Android', 'iOS', 'HarmonyOS', 'KaiOS']);

const readDeviceType = (type: string | undefined, os: string | null): UserAgent['deviceType'] => {
  if (type === 'mobile' || type === 'tablet') return type;
  // Consoles, televisions, wearables.
  if (type !== undefined) return 'other';
  return os === null || handheldSystems.has(os) ? 'other' : 'desktop';
};

/** @param text bounded by the caller: the work grows with its length. */
export const readUserAgent = (text: string): UserAgent => {
  const parser = new UAParser(text);
  const browser = parser.getBrowser();
  const name = browser.name ?? null;
  const system = parser.getOS();
  const os = system.name ?? null;
  return {
    browser: name,
    browserVersion: browser.version ?? null,
    os,
    osVersion: system.version ?? null,
    deviceType: readDeviceType(parser.getDevice().type, os),
    // isbot knows crawlers, script libraries and headless browsers; a client that names no browser
    // at all is none that a person logs in with.
    automated: name === null || isbot(text),
  };
};
