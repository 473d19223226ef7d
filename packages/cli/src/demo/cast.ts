import type { Device, Origin } from './story.js';

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
const safariPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** Addresses of real networks, so that geolocation and reputation say something; nothing is sent there. */
export const origins = {
  utrecht: { label: 'Utrecht, home', ip: '77.161.224.17' },
  rotterdam: { label: 'Rotterdam, home', ip: '62.163.0.17' },
  train: { label: 'train, mobile network', ip: '31.201.0.17' },
  barcelona: { label: 'Barcelona, hotel', ip: '2.152.64.17' },
  sydney: { label: 'Sydney', ip: '1.40.32.17' },
  hamburg: { label: 'Hamburg', ip: '2.206.128.17' },
  london: { label: 'London', ip: '2.124.192.17' },
  ward: { label: 'hospital network', ip: '198.51.100.20' },
} as const satisfies Record<string, Origin>;

export const devices = {
  aliceLaptop: { label: 'own laptop', id: 'alice-laptop-1f0c', userAgent: chrome },
  alicePhone: { label: 'new phone', id: 'alice-phone-77a2', userAgent: safariPhone },
  bobLaptop: { label: 'own laptop', id: 'bob-laptop-90be', userAgent: firefox },
  daveLaptop: { label: 'own laptop', id: 'dave-laptop-3c41', userAgent: chrome },
  wardTerminal: { label: 'ward terminal', id: 'ward-7-terminal', managed: true, userAgent: chrome },
  noraTablet: { label: 'own tablet', id: 'nora-tablet-5d', managed: false, userAgent: safariPhone },
  thief: { label: 'unknown', id: 'a-device-nobody-knows', userAgent: firefox },
  sprayer: { label: 'unknown', id: 'spray-box', userAgent: chrome },
  bomber: { label: 'unknown', id: 'bomber-box', userAgent: chrome },
} as const satisfies Record<string, Device>;
