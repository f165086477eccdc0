import type { INodeDescriptor } from '@cognigy/extension-tools';

import type * as Editor from './editor';

/** @returns what only the editor reads, mainly words. It is a file of its own in the extension */
export function loadEditor(): typeof Editor {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a reader of these members can't wait for `import()`
  return require('./editor') as typeof Editor;
}

/** Gives a node its form when somebody reads it. */
export function withForm(node: INodeDescriptor, form: (editor: typeof Editor) => Pick<INodeDescriptor, 'fields' | 'sections' | 'form'>): INodeDescriptor {
  return withLateMembers(node, ['fields', 'sections', 'form'], () => form(loadEditor()));
}

/**
 * Defines members that are computed when one of them is first read, and are plain members from then on. The editor's part of a descriptor,
 * mainly words in five languages, is read once, at the upload. `module.js` is loaded at each execution.
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
