import { createNodeDescriptor } from '@cognigy/extension-tools';
import type { INodeDescriptor } from '@cognigy/extension-tools';

import type { Localized } from './localized';

/** What a branch's colour says. */
export type BranchMood = keyof typeof COLORS;

const COLORS = { good: '#61D188', neutral: '#3D9FFF', bad: '#E4574C' } as const;

/** One of the branches below a node: nothing but a place to put nodes. */
export function createBranch(
  type: string,
  parentType: string,
  defaultLabel: Localized,
  mood: BranchMood,
): INodeDescriptor {
  return createNodeDescriptor({
    type,
    parentType,
    defaultLabel,
    appearance: { color: COLORS[mood], textColor: 'white', variant: 'mini' },
    constraints: {
      editable: false,
      deletable: false,
      creatable: false,
      movable: false,
      collapsable: true,
      placement: { predecessor: { whitelist: [] } },
    },
    behavior: { entrypoint: false },
  });
}
