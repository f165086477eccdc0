import { createHttpClient } from '../../../tools/sandbox/axios-client';
import type { StartExtensionHost } from '../../../tools/sandbox/extensions/host';
import { HostCommands } from '../../../tools/sandbox/extensions/host-commands';
import type { HttpClient } from '../../../tools/sandbox/http-client';
import { copyJson } from '../../../tools/sandbox/json';

/**
 * Hosts of extensions in this very process, which nothing separates from the test: for nodes that mean no harm.
 *
 * @param http sends the requests of resolvers
 */
export const inProcessHosts = (http: HttpClient): StartExtensionHost => (onConsole) => {
  const commands = new HostCommands(onConsole, http);
  let isGone = false;
  return {
    ready: Promise.resolve(),
    get isGone() {
      return isGone;
    },
    // As between processes, only JSON is passed.
    ask: async (command) => copyJson(await commands.answer({ ...command, id: 0 })),
    kill: async () => {
      isGone = true;
    },
  };
};

export const startInProcess = inProcessHosts(createHttpClient());
