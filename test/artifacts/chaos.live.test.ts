import { BRIEF, describeChaos } from './support/chaos';

// test/soak/chaos.soak.test.ts plays fifty lifetimes.
describeChaos({ servers: 'a server', ...BRIEF });
