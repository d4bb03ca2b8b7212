import {testRandomControl} from '../support/random-control.js';

// `control-random.long.spec.ts` does it more often, and otherwise each time.
testRandomControl({steps: 150, fingerSteps: 60, seed: 1});
