const NAMES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/** Removes the machine's proxy settings from the environment. @returns a function that restores them */
export function clearProxyVariables(): () => void {
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  for (const name of NAMES) Reflect.deleteProperty(process.env, name);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}
