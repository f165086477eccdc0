/** The page that the browser shows after the redirect. The texts are static, so nothing from the redirect gets onto it. */
const TEXTS = {
  done: ['The answer has arrived', 'You can close this window and go back to the terminal.'],
  failed: ['This did not work', 'The terminal says why, and what to do. You can close this window.'],
} as const;

export type PageName = keyof typeof TEXTS;

/** The page can't load, run, frame or send anything. Its address contains the code, so the browser must not pass it on. */
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
