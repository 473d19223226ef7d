import type { EvaluationResults } from '../results.js';
import { markup, type Markup } from './markup.js';
import { readPublishedCurves } from './published-curves.js';
import { ablationSection } from './sections/ablation.js';
import { attackersSection } from './sections/attackers.js';
import { coldStartSection } from './sections/cold-start.js';
import { disparateImpactSection } from './sections/disparate-impact.js';
import { hardNegativesSection } from './sections/hard-negatives.js';
import { outcomesSection } from './sections/outcomes.js';
import { populationSection } from './sections/population.js';
import { reauthenticationsSection } from './sections/reauthentications.js';
import { soundnessSection } from './sections/soundness.js';
import { verdictSection } from './sections/verdict.js';
import { style } from './style.js';

const contents: readonly (readonly [id: string, name: string])[] = [
  ['checks', 'Verdict'],
  ['attackers', 'Thief or owner'],
  ['asked', 'How often asked'],
  ['hard-negatives', 'Strange but honest'],
  ['groups', 'Groups of people'],
  ['ablation', 'Features'],
  ['outcomes', 'Outcomes'],
  ['cold-start', 'First logins'],
  ['soundness', 'Travel, soundness'],
  ['population', 'Population'],
];

const sectionsOf = (results: EvaluationResults): Markup[] => {
  const published = readPublishedCurves();
  return [
    verdictSection(results),
    attackersSection(results),
    reauthenticationsSection(results, published),
    hardNegativesSection(results),
    disparateImpactSection(results),
    ablationSection(results),
    outcomesSection(results),
    coldStartSection(results),
    soundnessSection(results),
    populationSection(results, published),
  ];
};

/** One HTML file that loads nothing: the policy in its head holds browsers to that. */
export const renderReport = (results: EvaluationResults): string =>
  `<!doctype html>\n${
    markup`<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>stepgate: how well thief and owner are told apart</title>
<style>${{ text: style }}</style>
</head>
<body>
<header><h1>How well stepgate tells a thief from the owner</h1>
<nav aria-label="Sections">${contents.map(([id, name]) => markup`<a href="#${id}">${name}</a>`)}</nav></header>
<main>
${sectionsOf(results)}
</main>
</body>
</html>
`.text
  }`;
