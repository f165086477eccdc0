import type { ExtensionForms } from '../wire';
import { useLocalized } from './languages';
import { addressOf, useRoute, type Route } from './routes';

/** Where one can go: the timeline, every node, every type of connection. */
export function Navigation({ forms }: { forms: ExtensionForms }) {
  const localized = useLocalized();
  const nodes = forms.nodes.filter(({ parentType }) => (parentType ?? null) === null);
  return (
    <nav aria-label="Studio">
      <NavigationLink route={{ page: 'timeline' }} text="Timeline" />
      <h2>Nodes</h2>
      {nodes.map(({ type, defaultLabel }) => (
        <NavigationLink key={type} route={{ page: 'node', type }} text={localized(defaultLabel)} />
      ))}
      <h2>Connections</h2>
      {forms.connections.map(({ type, label }) => (
        <NavigationLink key={type} route={{ page: 'connection', type }} text={label} />
      ))}
    </nav>
  );
}

function NavigationLink({ route, text }: { route: Route; text: string }) {
  const isCurrent = addressOf(useRoute()) === addressOf(route);
  return (
    <a href={addressOf(route)} aria-current={isCurrent ? 'page' : undefined}>
      {text}
    </a>
  );
}
