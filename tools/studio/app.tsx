import { useEffect, useState } from 'preact/hooks';

import type { ExtensionForms, Language } from '../sandbox/studio/wire';
import { ConnectionPage } from './forms/connection-page';
import { NodePage } from './forms/node-page';
import { LanguageContext, LANGUAGES, localize } from './languages';
import { Navigation } from './navigation';
import { addressOf, known, useRoute, type Route } from './routes';
import { messageOf, server } from './server';
import { TimelinePage } from './timeline/timeline-page';
import { useArrival } from './use-arrival';

/** Moves the focus without the link's address, which would name another page. */
function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

/** The whole page: header, navigation, and the content that the address names. */
export function App() {
  const [forms, setForms] = useState<ExtensionForms>();
  const [problem, setProblem] = useState<string>();
  const [language, setLanguage] = useState<Language>('enUS');
  const route = known(useRoute(), forms);
  useArrival(route, titleOf(route, forms, language));
  useEffect(() => {
    server.forms().then(setForms, (error: unknown) => setProblem(messageOf(error)));
  }, []);
  return (
    <LanguageContext.Provider value={language}>
      <a class="skip" href="#content" onClick={skipToContent}>
        Skip to the content
      </a>
      <header class="top">
        <img src="icon.png" alt="" width="32" height="32" />
        <h1>Access Token studio</h1>
        <label>
          Language of the forms
          <select value={language} onChange={(event) => setLanguage(event.currentTarget.value as Language)}>
            {Object.entries(LANGUAGES).map(([key, { name, tag }]) => (
              <option key={key} value={key} lang={tag}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </header>
      <div class="columns">
        {forms && <Navigation forms={forms} route={route} />}
        <main id="content" tabIndex={-1} data-page={addressOf(route).slice(2)}>
          {problem !== undefined && <p role="alert">{problem}</p>}
          {forms && <Content forms={forms} route={route} />}
        </main>
      </div>
    </LanguageContext.Provider>
  );
}

function Content({ forms, route }: { forms: ExtensionForms; route: Route }) {
  if (route.page === 'node') {
    const node = forms.nodes.find(({ type }) => type === route.type);
    if (node) return <NodePage key={node.type} node={node} forms={forms} />;
  }
  if (route.page === 'connection') {
    const connection = forms.connections.find(({ type }) => type === route.type);
    if (connection) return <ConnectionPage key={connection.type} connection={connection} forms={forms} />;
  }
  return <TimelinePage />;
}

function titleOf(route: Route, forms: ExtensionForms | undefined, language: Language): string {
  if (route.page === 'node') return localize(forms?.nodes.find(({ type }) => type === route.type)?.defaultLabel, language);
  if (route.page === 'connection') return forms?.connections.find(({ type }) => type === route.type)?.label ?? '';
  return 'Timeline';
}
