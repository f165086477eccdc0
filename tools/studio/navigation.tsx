import type { ExtensionForms } from '../sandbox/studio/wire';
import { useLanguageTag, useLocalized } from './languages';
import { addressOf, type Route } from './routes';

/** Links to the timeline, to every node and to every connection type. */
export function Navigation({ forms, route }: { forms: ExtensionForms; route: Route }) {
  const localized = useLocalized();
  const tag = useLanguageTag();
  const nodes = forms.nodes.filter(({ parentType }) => (parentType ?? null) === null);
  return (
    <nav aria-label="Studio">
      <NavigationLink to={{ page: 'timeline' }} current={route} text="Timeline" />
      <h2>Nodes</h2>
      {nodes.map(({ type, defaultLabel }) => (
        <NavigationLink key={type} to={{ page: 'node', type }} current={route} text={localized(defaultLabel)} lang={tag} />
      ))}
      <h2>Connections</h2>
      {forms.connections.map(({ type, label }) => (
        <NavigationLink key={type} to={{ page: 'connection', type }} current={route} text={label} />
      ))}
    </nav>
  );
}

interface NavigationLinkProps {
  to: Route;
  current: Route;
  text: string;
  lang?: string;
}

function NavigationLink({ to, current, text, lang }: NavigationLinkProps) {
  const isCurrent = addressOf(current) === addressOf(to);
  return (
    <a href={addressOf(to)} lang={lang} aria-current={isCurrent ? 'page' : undefined}>
      {text}
    </a>
  );
}
