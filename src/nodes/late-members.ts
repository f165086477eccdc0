/**
 * Members that are worked out when one of them is first read, and are plain members from then on. The editor's side of a
 * descriptor, its words in five languages above all, is read once, when the extension is uploaded; `module.js` is loaded at each
 * execution.
 *
 * @param load returns all of them
 */
export function withLateMembers<T extends object, K extends keyof T>(target: T, keys: readonly K[], load: () => Pick<T, K>): T {
  const settle = () => {
    const loaded = load();
    for (const key of keys) define(target, key, { value: loaded[key], writable: true });
    return loaded;
  };
  for (const key of keys) {
    define(target, key, { get: () => settle()[key] });
  }
  return target;
}

function define(target: object, key: PropertyKey, property: PropertyDescriptor): void {
  Object.defineProperty(target, key, { ...property, enumerable: true, configurable: true });
}
