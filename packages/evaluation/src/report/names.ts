import type { AttackerName, HardNegativeName, SequenceName } from '../login.js';

export const attackerLabels: Readonly<Record<AttackerName, string>> = {
  naive: 'naive',
  vpn: 'VPN',
  targeted: 'targeted',
  isp_targeted: 'ISP-targeted',
  very_targeted: 'very targeted',
  takeover: 'takeover profile',
};

/** Each knows the password. */
export const attackerStories: Readonly<Record<AttackerName, string>> = {
  naive: 'an address from a public list of abusive ones, any user agent',
  vpn: "a VPN or data-centre address in the victim's country, any user agent",
  targeted: "the same, with the victim's browser and system",
  isp_targeted: "a residential network of the victim's country, the victim's browser and system",
  very_targeted: "the victim's own network and exact user agent",
  takeover: 'countries and bursts as in the published takeovers',
};

export const hardNegativeLabels: Readonly<Record<HardNegativeName, string>> = {
  home: 'at home (yardstick)',
  forgotten_password: 'forgotten password',
  holiday: 'holiday',
  new_device_at_home: 'new device at home',
  office_nat: 'office NAT, 200 users',
  private_relay: 'private relay',
  in_flight: 'in-flight Wi-Fi',
  mobile_cgnat: 'mobile CGNAT',
};

export const sequenceLabels: Readonly<Record<SequenceName, string>> = {
  spraying: 'spraying',
  stuffing: 'stuffing',
  distributed_stuffing: 'distributed stuffing',
  poisoning: 'poisoning',
};

/** By dimension and group. */
export const groupLabels: Readonly<Record<string, string>> = {
  'connection ordinary': 'connection: on no list',
  'connection listed': 'connection: VPN, relay or data centre',
  'connection home': 'connection: at home',
  'connection mobile_cgnat': 'connection: mobile CGNAT',
  'connection office_nat': 'connection: office NAT',
  'connection private_relay': 'connection: private relay',
  'device mobile': 'device: mobile',
  'device desktop': 'device: desktop',
  'device old_browser': 'device: old browser',
  'cookies kept': 'cookies: kept',
  'cookies private_window': 'cookies: private window',
  'history first': 'history: first login',
  'history to_3': 'history: 1 to 3 logins',
  'history to_11': 'history: 4 to 11 logins',
  'history long_standing': 'history: 12 logins or more',
  'devices one': 'devices: one',
  'devices several': 'devices: several',
  'travel never_abroad': 'travel: never abroad',
  'travel abroad': 'travel: abroad',
};
