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
