import { exitScenarios } from './exit-scenarios.js';
import { groundScenarios } from './ground-scenarios.js';
import type { TravelScenario } from './scenario.js';

export const travelScenarios: readonly TravelScenario[] = [...exitScenarios, ...groundScenarios];
