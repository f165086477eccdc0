import { nodeTransport } from '../../src/http/node-transport';
import { describeTransportWithCertificates } from '../support/transport-certificates-suite';
import { describeTransport } from '../support/transport-suite';
import { describeTransportWithProxy } from '../support/transport-proxy-suite';

describe('the HTTP client of the nodes', () => describeTransport(nodeTransport));

describe('the HTTP client of the nodes and its surroundings', () => describeTransportWithProxy(nodeTransport));

describe('the HTTP client of the nodes and certificates', () => describeTransportWithCertificates(nodeTransport));
