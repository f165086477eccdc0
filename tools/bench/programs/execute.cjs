/**
 * Runs a node of an extension as a Flow does. The default is Get Access Token.
 *
 * @returns the branch that it took, and what it stored
 */
exports.execute = async function execute({ nodes }, { type = 'getAccessToken', config, context = {} }) {
  const stored = {};
  let next;
  const api = {
    addToContext: (key, value) => void (stored[key] = value),
    addToInput: (key, value) => void (stored[key] = value),
    log: () => undefined,
    output: () => undefined,
    setNextNode: (id) => void (next = id),
  };
  const childConfigs = [
    { type: `${type}OnSuccess`, id: 'success' },
    { type: `${type}OnError`, id: 'error' },
  ];
  const cognigy = { input: {}, context, profile: {}, api };
  await nodes.find((node) => node.type === type).function({ nodeId: 'bench', config, childConfigs, cognigy });
  return { branch: next, result: stored.accessToken ?? stored.apiResponse };
};
