import { useRef, useState } from 'preact/hooks';

import type { FormField, NodeForm, ResolvedOptions } from '../../sandbox/studio/wire';
import { messageOf, server } from '../server';
import { configOf, type FormValues } from './values';

/** The form that a list belongs to, as it is filled in now. */
export interface OptionsSource {
  node: NodeForm;
  values: FormValues;
}

type Options = ResolvedOptions['options'];

interface Asked {
  /** What the fields held that the list depends on. */
  of: string;
  /** Neither while the answer is not there. */
  options?: Options;
  problem?: string;
}

interface Resolution {
  /** None while there is no answer for what the form holds now. */
  options: Options;
  isAsking: boolean;
  problem: string | undefined;
  /** Asks for the options, unless that is under way. */
  ask: () => void;
  /** Asks for them, unless what is shown, or under way, is for what the form holds now. */
  askIfChanged: () => void;
}

/** What the extension offers in a list, once somebody asks for it. */
export function useResolvedOptions({ key, optionsResolver }: FormField, { node, values }: OptionsSource): Resolution {
  const [asked, setAsked] = useState<Asked>();
  /** The same, at once: a press is followed by the focus before anything is shown. */
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
    // Another question may have been asked meanwhile.
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
