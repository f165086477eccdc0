import type { ApiResult } from '../api-request/result';
import { reportOf, toAccessTokenError } from '../errors';
import { DEFAULT_ANSWER_KEY } from '../settings/request';
import { createNode } from './token-node';

export const authorizedRequest = createNode<ApiResult>({
  type: 'authorizedRequest',
  label: ['Authorized Request', 'Autorisierte Anfrage', 'Solicitud autorizada', '인증된 요청', '認可済みリクエスト'],
  summary: [
    'Calls an API with a valid OAuth2 access token',
    'Ruft eine API mit einem gültigen OAuth2-Access-Token auf',
    'Llama a una API con un token de acceso OAuth2 válido',
    '유효한 OAuth2 액세스 토큰으로 API를 호출합니다',
    '有効な OAuth2 アクセストークンで API を呼び出します',
  ],
  branches: [
    {
      type: 'authorizedRequestOnSuccess',
      label: ['On Success', 'Bei Erfolg', 'En caso de éxito', '성공 시', '成功時'],
      mood: 'good',
    },
  ],
  fields: (editor) => editor.REQUEST_FIELDS,
  preview: 'url',
  snippets: [
    { label: 'API response', type: 'context', script: `context.${DEFAULT_ANSWER_KEY}.body` },
    { label: 'API status', type: 'context', script: `context.${DEFAULT_ANSWER_KEY}.status` },
  ],
  onErrorType: 'authorizedRequestOnError',
  answersChain: false,
  resultKey: DEFAULT_ANSWER_KEY,
  resultOf: async (token, keeping) => {
    try {
      // Loaded only here: without a token there is nothing to send.
      const { callWithToken } = await import('./call-with-token');
      return await callWithToken(token, keeping);
    } catch (thrown) {
      const { withLabel, REQUEST_FIELDS } = await import('./editor');
      return { error: reportOf(withLabel(toAccessTokenError(thrown), keeping.config, REQUEST_FIELDS)) };
    }
  },
  chooseBranch: () => 'authorizedRequestOnSuccess',
});
