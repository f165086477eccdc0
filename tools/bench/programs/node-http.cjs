/** One token request with Node's own HTTP client: `node node-http.cjs TOKEN_URL`. */
const { request } = require('http');

const BODY = 'grant_type=client_credentials&client_id=bench&client_secret=bench';
const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': BODY.length };

request(process.argv[2], { method: 'POST', headers, agent: false }, (response) => {
  let text = '';
  response.on('data', (chunk) => (text += chunk));
  response.on('end', () => {
    if (typeof JSON.parse(text).access_token !== 'string') process.exitCode = 1;
  });
}).end(BODY);
