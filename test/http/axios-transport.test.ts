import { axiosTransport } from '../../src/http/axios-transport';
import { describeTransport } from '../support/axios-transport-suite';
import { describeTransportWithProxy } from '../support/transport-proxy-suite';

describe('the HTTP client', () => describeTransport(axiosTransport));

describe('the HTTP client and its surroundings', () => describeTransportWithProxy(axiosTransport));
