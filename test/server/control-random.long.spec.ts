import {testRandomControl} from '../support/random-control.js';

testRandomControl({steps: 1_000, fingerSteps: 300, seed: Math.floor(Math.random() * 1e9)});
