import type { StartExtensionHost } from '../../../tools/sandbox/extensions/host';
import { HostCommands } from '../../../tools/sandbox/extensions/host-commands';
import { copyJson } from '../../../tools/sandbox/json';

/** A host of extensions in this very process, which nothing separates from the test: for nodes that mean no harm. */
export const startInProcess: StartExtensionHost = (onConsole) => {
  const commands = new HostCommands(onConsole);
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
