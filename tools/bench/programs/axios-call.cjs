/** One API call with axios, as by extensions that fetch a token for each call: `node axios-call.cjs TOKEN_URL API_URL`. */
const axios = require('axios');

const [, , tokenUrl, apiUrl] = process.argv;

async function main() {
  const { data: token } = await axios.post(tokenUrl, 'grant_type=client_credentials&client_id=bench&client_secret=bench');
  const { status } = await axios.get(apiUrl, { headers: { authorization: `Bearer ${token.access_token}` } });
  if (status !== 200) process.exitCode = 1;
}

void main();
