/** One token request with axios, as many extensions send in each execution: `node axios-post.cjs TOKEN_URL`. */
const axios = require('axios');

axios.post(process.argv[2], 'grant_type=client_credentials&client_id=bench&client_secret=bench').then(({ data }) => {
  if (typeof data.access_token !== 'string') process.exitCode = 1;
});
