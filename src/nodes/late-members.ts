import type { INodeDescriptor } from '@cognigy/extension-tools';

import type * as Editor from './editor';

/** @returns what only the editor reads, mainly labels. In the extension it is a file of its own */
export function loadEditor(): typeof Editor {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the reader of a member can't wait for `import()`
  return require('./editor') as typeof Editor;
}

/** Gives a node its form when the form is first read. */
export function withForm(node: INodeDescriptor, form: (editor: typeof Editor) => Pick<INodeDescriptor, 'fields' | 'sections' | 'form'>): INodeDescriptor {
  return withLateMembers(node, ['fields', 'sections', 'form'], () => form(loadEditor()));
}

/**
 * Adds members that are computed when one of them is first read, and are plain members from then on. The editor's part
 * of a descriptor, mainly labels in five languages, is read once, when the extension is uploaded. But `module.js` is
 * loaded at each execution.
 *
 * @param load returns all of these members
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
