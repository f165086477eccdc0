import { createNodeDescriptor } from '@cognigy/extension-tools';
import type { INodeDescriptor } from '@cognigy/extension-tools';

import { explain } from './explain';
import { withForm } from './late-members';
import { localized } from './localized';

const node = createNodeDescriptor({
  type: 'forgetToken',
  defaultLabel: localized(['Forget Token', 'Token verwerfen', 'Olvidar token', '토큰 삭제', 'トークンを破棄']),
  summary: localized([
    'Logs out: removes the access token and revokes it',
    'Meldet ab: verwirft das Access-Token und widerruft es',
    'Cierra la sesión: elimina el token de acceso y lo revoca',
    '로그아웃: 액세스 토큰을 삭제하고 폐기합니다',
    'ログアウト: アクセストークンを破棄し、失効させます',
  ]),
  appearance: { color: '#0E7490', textColor: 'white' },
  tags: ['service', 'oauth2', 'token'],
  preview: { type: 'text', key: 'tokenName' },
  function: async (parameters) => {
    const { executeForget } = await import('./forget/execute-forget');
    return executeForget(parameters, explain);
  },
});

/** Forgets a token and has it revoked. It has no branches; the result tells the outcome. */
export const forgetToken: INodeDescriptor = withForm(node, ({ formOf, FORGET_FIELDS }) => formOf(FORGET_FIELDS));
