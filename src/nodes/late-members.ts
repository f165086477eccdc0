import type { INodeDescriptor } from '@cognigy/extension-tools';

import type * as Editor from './editor';

/** @returns what only the editor reads: words above all. In the extension it is a file of its own */
export function loadEditor(): typeof Editor {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an `import()` would come too late for who reads a member
  return require('./editor') as typeof Editor;
}

/** Gives a node its form when somebody reads that. */
export function withForm(node: INodeDescriptor, form: (editor: typeof Editor) => Pick<INodeDescriptor, 'fields' | 'sections' | 'form'>): INodeDescriptor {
  return withLateMembers(node, ['fields', 'sections', 'form'], () => form(loadEditor()));
}

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
