import { useRef, useState } from 'preact/hooks';

import type { FormField, NodeForm, ResolvedOptions } from '../../sandbox/studio/wire';
import { messageOf, server } from '../server';
import { configOf, type FormValues } from './values';

/** The form that a list belongs to, with its current values. */
export interface OptionsSource {
  node: NodeForm;
  values: FormValues;
}

type Options = ResolvedOptions['options'];

interface Asked {
  /** The values of the fields that the list depends on. */
  of: string;
  /** Both this and `problem` are absent until there is an answer. */
  options?: Options;
  problem?: string;
}

interface Resolution {
  /** Empty until there is an answer for the form's current values. */
  options: Options;
  isAsking: boolean;
  problem: string | undefined;
  /** Asks for the options, unless a request for the current values is under way. */
  ask: () => void;
  /** Asks for the options, unless the shown ones, or those under way, are for the current values. */
  askIfChanged: () => void;
}

/** The options that the extension offers in a list. It gets them only when asked. */
export function useResolvedOptions({ key, optionsResolver }: FormField, { node, values }: OptionsSource): Resolution {
  const [asked, setAsked] = useState<Asked>();
  /** Like the state, but without delay: after a press, the focus comes before the next render. */
  const latest = useRef<Asked | undefined>(undefined);
  const config = configOf(node, values);
  const now = JSON.stringify(optionsResolver?.dependencies.map((dependency) => config[dependency]));

  const show = (next: Asked) => {
    latest.current = next;
    setAsked(next);
  };
  const askNow = async () => {
    const begun: Asked = { of: now };
    show(begun);
    const answer = await server.options({ type: node.type, field: key, config }).then(
      ({ options }) => ({ options }),
      (error: unknown) => ({ problem: messageOf(error) }),
    );
    // There may have been another request meanwhile.
    if (latest.current === begun) show({ of: now, ...answer });
  };
  const isCurrent = () => latest.current?.of === now;
  const { options, problem } = asked?.of === now ? asked : {};
  return {
    options: options ?? [],
    isAsking: asked?.of === now && !isAnswered(asked),
    problem,
    ask: () => {
      if (!isCurrent() || isAnswered(latest.current)) void askNow();
    },
    askIfChanged: () => {
      if (!isCurrent()) void askNow();
    },
  };
}

function isAnswered(asked: Asked | undefined): boolean {
  return asked?.options !== undefined || asked?.problem !== undefined;
}
