/** Runs Get Access Token of an extension as a Flow does. @returns which branch it took, and what it stored */
exports.execute = async function execute({ nodes }, { config, context = {} }) {
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
    { type: 'getAccessTokenOnSuccess', id: 'success' },
    { type: 'getAccessTokenOnError', id: 'error' },
  ];
  const cognigy = { input: {}, context, profile: {}, api };
  await nodes.find(({ type }) => type === 'getAccessToken').function({ nodeId: 'bench', config, childConfigs, cognigy });
  return { branch: next, result: stored.accessToken };
};
