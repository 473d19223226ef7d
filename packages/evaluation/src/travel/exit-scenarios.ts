import { cities as c } from './cities.js';
import {
  ago,
  dataCentre,
  honest,
  phone,
  relay,
  satellite,
  theft,
  tor,
  vpn,
  type TravelScenario,
} from './scenario.js';

const behindExit =
  'travel_unconfirmed: the exit tells nothing of its user; the listing, the device and the network do';

/** Networks whose address says where their way out is. */
export const exitScenarios: readonly TravelScenario[] = [
  ...honest('carrier', [
    ['phone leaves Wi-Fi, exit in Dallas', [ago(5, c.chicago)], phone(c.dallas)],
    ['phone leaves Wi-Fi, exit coast to coast', [ago(10, c.seattle)], phone(c.newYork)],
    [
      'phone is back on Wi-Fi',
      [ago(600, c.chicago), ago(10, c.dallas, { lists: ['mobile'] })],
      { city: c.chicago },
    ],
    [
      'first Wi-Fi of a phone',
      [ago(30, c.dallas, { lists: ['mobile'] }), ago(5, c.atlanta, { lists: ['mobile'] })],
      { city: c.miami },
    ],
    [
      'exit moves between logins',
      [ago(60, c.miami), ago(9, c.dallas, { lists: ['mobile'] })],
      phone(c.atlanta),
    ],
    [
      'roaming abroad, let out at home',
      [ago(4320, c.amsterdam), ago(10, c.barcelona)],
      phone(c.amsterdam),
    ],
    ['Delhi phone let out in Mumbai', [ago(3, c.delhi)], phone(c.mumbai)],
    ['Perth phone let out in Sydney', [ago(15, c.perth)], phone(c.sydney)],
    ['Manaus phone let out in Sao Paulo', [ago(2, c.manaus)], phone(c.saoPaulo)],
    ['Vladivostok phone let out in Moscow', [ago(20, c.vladivostok)], phone(c.moscow)],
    [
      'unlisted carrier, exit far away',
      [ago(10, c.paris)],
      { city: c.marseille },
      'a carrier on no list looks like any network; listing it ends this',
    ],
    [
      'unlisted carrier, exit proven before',
      [ago(2900, c.marseille), ago(20, c.paris)],
      { city: c.marseille },
    ],
    [
      'SIM of a country never seen',
      [ago(60, c.lisbon)],
      phone(c.singapore),
      "the same as a thief's SIM abroad, which must be seen",
    ],
  ]),
  ...theft('carrier', [
    ['SIM in Lagos after Amsterdam', [ago(20, c.amsterdam)], phone(c.lagos)],
    [
      'SIM in Jakarta after Wi-Fi and phone at home',
      [ago(40, c.perth), ago(5, c.sydney, { lists: ['mobile'] })],
      phone(c.jakarta),
    ],
    ['carrier of the same country', [ago(20, c.moscow)], phone(c.vladivostok), behindExit],
  ]),
  ...honest('vpn', [
    ['owner turns the VPN on', [ago(2, c.amsterdam)], vpn(c.newYork)],
    [
      'owner turns the VPN off',
      [ago(600, c.amsterdam), ago(10, c.newYork, { lists: ['vpn'] })],
      { city: c.amsterdam },
    ],
    [
      'only VPN logins so far, then home',
      [ago(10, c.newYork, { lists: ['vpn', 'hosting'] })],
      { city: c.amsterdam },
    ],
    ['VPN exit changes', [ago(90, c.munich), ago(10, c.tokyo, { lists: ['vpn'] })], vpn(c.geneva)],
    ["company's VPN", [ago(15, c.madrid)], { city: c.frankfurt, lists: ['vpn', 'hosting'] }],
    [
      'cloud proxy on no VPN list',
      [ago(5, c.amsterdam)],
      dataCentre(c.ashburn),
      'a data centre stands where it stands; proven once, it is a place in use',
    ],
    [
      'cloud proxy proven before',
      [ago(4300, c.ashburn, { lists: ['hosting'] }), ago(5, c.amsterdam)],
      dataCentre(c.ashburn),
    ],
  ]),
  ...theft('vpn', [
    ['VPN exit far away', [ago(20, c.london)], vpn(c.singapore), behindExit],
    [
      'VPN exit in the same town',
      [ago(20, c.london)],
      vpn(c.london),
      'no journey is to be seen, at any price',
    ],
    ['data centre abroad', [ago(10, c.london)], dataCentre(c.singapore)],
    [
      "abroad, minutes after the owner's VPN",
      [ago(30, c.amsterdam), ago(5, c.newYork, { lists: ['vpn'] })],
      { city: c.jakarta },
    ],
    [
      'VPN that is a Tor exit too',
      [ago(10, c.london)],
      { city: c.bucharest, lists: ['tor', 'vpn'] },
    ],
  ]),
  ...honest('tor', [
    [
      'home after a login over Tor',
      [ago(600, c.oslo), ago(5, c.bucharest, { lists: ['tor'] })],
      { city: c.oslo },
    ],
    ['Tor exit in the next town', [ago(5, c.amsterdam)], tor(c.utrecht)],
    [
      'owner uses Tor himself',
      [ago(10, c.oslo)],
      tor(c.bucharest),
      'seldom honest; no discount for the network that thieves like best',
    ],
  ]),
  ...theft('tor', [
    ['Tor exit in Bucharest after London', [ago(10, c.london)], tor(c.bucharest)],
    [
      'Tor exit on every list',
      [ago(45, c.tokyo)],
      { city: c.frankfurt, lists: ['tor', 'hosting', 'abuse'] },
    ],
  ]),
  ...honest('relay', [
    ['relay exit in the next big city', [ago(5, c.denver)], relay(c.losAngeles)],
    [
      'relay off again',
      [ago(300, c.denver), ago(5, c.losAngeles, { lists: ['relay'] })],
      { city: c.denver },
    ],
    ['relay exit over the border', [ago(1, c.brussels)], relay(c.paris)],
    ['relay that the data place overseas', [ago(5, c.lisbon)], relay(c.ashburn)],
    [
      'relay address rotates',
      [ago(200, c.berlin), ago(9, c.munich, { lists: ['relay'] })],
      relay(c.hamburg),
    ],
  ]),
  ...theft('relay', [
    ['relay exit abroad', [ago(20, c.berlin)], relay(c.saoPaulo), behindExit],
    [
      "abroad, minutes after the owner's relay",
      [ago(20, c.berlin), ago(3, c.munich, { lists: ['relay'] })],
      { city: c.hanoi },
    ],
  ]),
  ...honest('in_flight', [
    [
      'airport, then in-flight Wi-Fi let out overseas',
      [ago(60, c.frankfurt)],
      satellite(c.ashburn),
    ],
    [
      'landed after in-flight Wi-Fi',
      [ago(600, c.frankfurt), ago(30, c.ashburn, { lists: ['satellite'] })],
      { city: c.newYork },
    ],
    [
      'hotel after in-flight Wi-Fi let out behind',
      [ago(300, c.denver), ago(20, c.london, { lists: ['satellite'] })],
      { city: c.chicago },
    ],
    [
      'home soon after a flight',
      [ago(1500, c.sydney), ago(25, c.ashburn, { lists: ['satellite'] })],
      { city: c.sydney },
    ],
    ['ship let out at its provider', [ago(90, c.hamburg)], satellite(c.oslo)],
    ['dish at home, exit two countries away', [ago(30, c.lisbon)], satellite(c.frankfurt)],
    [
      'dish whose exit moves',
      [ago(900, c.madrid, { lists: ['satellite'] })],
      satellite(c.frankfurt),
    ],
  ]),
  ...theft('in_flight', [
    [
      'on the ground abroad while the owner flies',
      [ago(60, c.frankfurt), ago(10, c.ashburn, { lists: ['satellite'] })],
      { city: c.lagos },
    ],
    ['satellite exit abroad', [ago(20, c.oslo)], satellite(c.jakarta), behindExit],
  ]),
];
