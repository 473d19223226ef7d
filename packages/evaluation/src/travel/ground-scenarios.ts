import { cities as c, nowhere as n } from './cities.js';
import { ago, dataCentre, honest, theft, type TravelScenario } from './scenario.js';

const home = '203.0.113.7';
const nothingToCompare = 'a country is not a place; country_unseen sees it';

/** Networks whose address is where its user is. */
export const groundScenarios: readonly TravelScenario[] = [
  ...honest('jitter', [
    [
      'same address placed anew, 800 km off',
      [ago(5, c.munich, { address: home })],
      { city: c.paris, address: home },
    ],
    [
      'same address of days ago placed anew',
      [ago(5760, c.munich, { address: home }), ago(5, c.berlin)],
      { city: c.paris, address: home },
    ],
    ['next town within the minute', [ago(0.5, c.amsterdam)], { city: c.rotterdam }],
    [
      'radii that nearly meet',
      [ago(2, c.rotterdam, { radiusKm: 50 })],
      { city: c.groningen, radiusKm: 100 },
    ],
    ['radius of half a country', [ago(2, c.madrid)], { city: c.barcelona, radiusKm: 500 }],
    [
      'provider placed at its head office',
      [ago(3, c.munich)],
      { city: c.frankfurt, radiusKm: 200 },
    ],
    [
      'IPv4 and IPv6 of one house in two towns',
      [ago(1, c.hamburg, { radiusKm: 100 })],
      { city: c.berlin, radiusKm: 100 },
    ],
    [
      'IPv4 and IPv6 in turn, both proven',
      [ago(300, c.munich), ago(1, c.frankfurt)],
      { city: c.munich },
    ],
    [
      'sure of itself and 300 km wrong',
      [ago(3, c.munich)],
      { city: c.frankfurt },
      'data that claim 20 km are believed; the wrong place is remembered once proven',
    ],
  ]),
  ...honest('border', [
    ['Basel and Mulhouse', [ago(5, c.basel)], { city: c.mulhouse }],
    ['Geneva to Lyon by train', [ago(115, c.geneva)], { city: c.lyon }],
    ['San Diego and Tijuana', [ago(2, c.sanDiego)], { city: c.tijuana }],
    ['Singapore and Johor Bahru', [ago(1, c.singapore)], { city: c.johorBahru }],
    ['Copenhagen and Malmo', [ago(3, c.copenhagen)], { city: c.malmo }],
    ['London to Paris under the sea', [ago(150, c.london)], { city: c.paris }],
  ]),
  ...honest('journey', [
    ['London to New York', [ago(470, c.london)], { city: c.newYork }],
    ['New York to London with the wind', [ago(400, c.newYork)], { city: c.london }],
    ['New York to Los Angeles', [ago(330, c.newYork)], { city: c.losAngeles }],
    ['Amsterdam to Sydney', [ago(1260, c.amsterdam)], { city: c.sydney }],
    ['Tokyo to Osaka by train', [ago(150, c.tokyo)], { city: c.osaka }],
    ['Sydney, a day and an hour after Oslo', [ago(1500, c.oslo)], { city: c.sydney }],
  ]),
  ...honest('antimeridian', [
    [
      'Taveuni, from east to west of 180 degrees',
      [ago(10, c.taveuniEast)],
      { city: c.taveuniWest },
    ],
    ['Suva to Apia', [ago(140, c.suva)], { city: c.apia }],
    ['Anadyr to Nome', [ago(120, c.anadyr)], { city: c.nome }],
    ['Tokyo to San Francisco', [ago(590, c.tokyo)], { city: c.sanFrancisco }],
  ]),
  ...theft('antimeridian', [
    ['Honolulu after Auckland', [ago(20, c.auckland)], { city: c.honolulu }],
    ['Apia after Suva', [ago(10, c.suva)], { city: c.apia }],
  ]),
  ...honest('pole', [
    ['South Pole under two longitudes', [ago(10, c.southPole)], { city: c.southPoleAgain }],
    ['across the North Pole', [ago(5, c.northPoleEast)], { city: c.northPoleWest }],
    ['Longyearbyen to Tromso', [ago(105, c.longyearbyen)], { city: c.tromso }],
  ]),
  ...theft('pole', [
    ['Anchorage after Longyearbyen', [ago(15, c.longyearbyen)], { city: c.anchorage }],
    ['Ushuaia after McMurdo', [ago(30, c.mcMurdo)], { city: c.ushuaia }],
  ]),
  ...honest('clock_skew', [
    ['proven half a minute ahead', [ago(-0.5, c.amsterdam)], { city: c.utrecht }],
    ['proven five minutes ahead', [ago(-5, c.amsterdam)], { city: c.rotterdam }],
    ['no time at all, next town', [ago(0, c.copenhagen)], { city: c.malmo }],
    ['clock two hours behind', [ago(240, c.amsterdam)], { city: c.brussels }],
  ]),
  ...theft('clock_skew', [
    ['no time at all', [ago(0, c.amsterdam)], { city: c.sydney }],
    ['a millisecond', [ago(1 / 60_000, c.london)], { city: c.moscow }],
    ['proven 45 seconds ahead', [ago(-0.75, c.amsterdam)], { city: c.lagos }],
    ['proven eight hours ahead', [ago(-480, c.amsterdam)], { city: c.lagos }],
  ]),
  ...honest('two_places', [
    [
      "home, and the company's cloud exit",
      [ago(600, c.frankfurt, { lists: ['hosting'] }), ago(3, c.amsterdam)],
      dataCentre(c.frankfurt),
    ],
    [
      "the company's cloud exit, and home",
      [ago(30, c.amsterdam), ago(3, c.frankfurt, { lists: ['hosting'] })],
      { city: c.amsterdam },
    ],
    ['remote desktop overseas', [ago(5000, c.newYork), ago(10, c.london)], { city: c.newYork }],
    [
      'three places in turn',
      [ago(900, c.newYork), ago(700, c.singapore), ago(2, c.london)],
      { city: c.newYork },
    ],
    [
      "home, after a thief's login was proven",
      [ago(300, c.oslo), ago(5, c.moscow)],
      { city: c.oslo },
    ],
  ]),
  ...theft('two_places', [
    ['far from both', [ago(60, c.newYork), ago(10, c.london)], { city: c.moscow }],
    [
      'at a place not used for three weeks',
      [ago(30_240, c.newYork), ago(10, c.london)],
      { city: c.newYork },
    ],
    [
      'beside the other place',
      [ago(60, c.newYork), ago(10, c.london)],
      { city: c.newYork },
      'whoever sits beside a place in use makes no journey; device and network are his',
    ],
    [
      "back where one approved prompt made a thief's place known",
      [ago(1440, c.moscow), ago(20, c.oslo)],
      { city: c.moscow },
      'feedback_compromised forgets the place, as all that the thief taught',
    ],
  ]),
  ...honest('unknown', [
    ['country only', [ago(10, c.oslo)], { city: c.paris, radiusKm: null }],
    ['first login of all', [], { city: c.sydney }],
    [
      'earlier login known by country only',
      [ago(10, c.saoPaulo, { radiusKm: null })],
      { city: c.oslo },
    ],
    [
      'earlier login too coarse to learn',
      [ago(10, c.chicago, { radiusKm: 800 })],
      { city: c.oslo },
    ],
    ['latitude that is no number', [ago(10, c.sydney)], { city: n.noLatitude }],
    ['longitude that is no number', [ago(10, c.sydney)], { city: n.noLongitude }],
    ['latitude beyond the pole', [ago(10, c.sydney)], { city: n.farLatitude }],
    ['longitude of no globe', [ago(10, c.sydney)], { city: n.farLongitude }],
    ['infinite longitude', [ago(10, c.sydney)], { city: n.infiniteLongitude }],
    ['negative radius', [ago(10, c.sydney)], { city: c.amsterdam, radiusKm: -20_000 }],
    ['home after a login that lay nowhere', [ago(5, n.farLongitude)], { city: c.sydney }],
  ]),
  ...theft('unknown', [
    [
      'far away, after a login that lay nowhere',
      [ago(30, c.amsterdam), ago(5, n.noLatitude)],
      { city: c.sydney },
    ],
    [
      'country only, abroad',
      [ago(10, c.oslo)],
      { city: c.saoPaulo, radiusKm: null },
      nothingToCompare,
    ],
  ]),
  ...theft('theft', [
    ['Sydney half an hour after Amsterdam', [ago(30, c.amsterdam)], { city: c.sydney }],
    ['Bucharest after London', [ago(25, c.london)], { city: c.bucharest }],
    ['Bucharest after Oslo', [ago(90, c.oslo)], { city: c.bucharest }],
    ['Lagos after New York', [ago(120, c.newYork)], { city: c.lagos }],
    ['New York after Los Angeles', [ago(60, c.losAngeles)], { city: c.newYork }],
    ['Warsaw after Berlin', [ago(20, c.berlin)], { city: c.warsaw }],
    ['Marseille after Paris', [ago(15, c.paris)], { city: c.marseille }],
    [
      'residential proxy on the abuse list',
      [ago(40, c.singapore)],
      { city: c.moscow, lists: ['abuse'] },
    ],
    [
      'after a week of logins from home',
      [
        ago(7200, c.lyon, { address: home }),
        ago(1500, c.lyon, { address: home }),
        ago(8, c.lyon, { address: home }),
      ],
      { city: c.hanoi },
    ],
    [
      'nine hours after London, in New York',
      [ago(540, c.london)],
      { city: c.newYork },
      'an airliner is as fast',
    ],
    [
      'a day and a half later',
      [ago(2160, c.amsterdam)],
      { city: c.sydney },
      'after a day anybody may be anywhere',
    ],
    [
      'in the same town',
      [ago(10, c.paris)],
      { city: c.paris },
      'no journey; residential proxies next door are what device and network are for',
    ],
    [
      'in the next town',
      [ago(10, c.basel)],
      { city: c.mulhouse },
      'a short hop is jitter far more often',
    ],
  ]),
];
