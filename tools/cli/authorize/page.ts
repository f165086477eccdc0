/** What the browser shows after the redirect: static texts, so that nothing of the redirect gets onto the page. */
const TEXTS = {
  done: ['The answer has arrived', 'You can close this window and go back to the terminal.'],
  failed: ['This did not work', 'The terminal says why, and what to do. You can close this window.'],
} as const;

export type PageName = keyof typeof TEXTS;

/** Nothing is loaded, run, framed or sent from the page, and its address, which has the code in it, goes nowhere. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  connection: 'close',
} as const;

export function page(name: PageName): string {
  const [title, text] = TEXTS[name];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Access Token: ${title}</title></head>
<body><h1>${title}</h1><p>${text}</p></body>
</html>
`;
}
