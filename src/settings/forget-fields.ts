import { NODE_FIELDS } from './node-fields';
import type { NodeField } from './node-field';
import { DEFAULT_STORAGE_KEY } from './result';

/**
 * Fields above all sections say whose token it is and where it is stored. From the sections, only the fields that say
 * how to reach servers are needed.
 */
const SHARED_FIELDS = Object.entries<NodeField>(NODE_FIELDS).filter(
  ([key, { section }]) => section === undefined || key === 'tlsConnection' || key === 'allowInsecure',
);

/** The fields of Forget Token, in the order of the form. */
export const FORGET_FIELDS: Readonly<Record<string, NodeField>> = {
  ...Object.fromEntries(SHARED_FIELDS),
  revocationUrl: {
    type: 'cognigyText',
    label: ['Revocation URL', 'Widerrufs-URL', 'URL de revocación', '폐기 URL', '失効 URL'],
    description: [
      'Optional. Where the server revokes tokens (RFC 7009). If empty, the token is forgotten here but stays valid at the server.',
      'Optional. Wo der Server Tokens widerruft (RFC 7009). Ohne diese URL wird das Token nur hier verworfen und bleibt beim Server gültig.',
      'Opcional. La URL donde el servidor revoca tokens (RFC 7009). Si la deja vacía, el token solo se olvida aquí y sigue siendo válido en el servidor.',
      '선택 사항입니다. 서버가 토큰을 폐기하는 URL입니다(RFC 7009). 비워 두면 토큰이 여기서만 삭제되고 서버에서는 계속 유효합니다.',
      '任意です。サーバーがトークンを失効させる URL です (RFC 7009)。空欄の場合はここで破棄するだけで、サーバーでは有効なままです。',
    ],
    condition: { key: 'authentication', value: 'customRequest', negate: true },
  },
  contextKey: {
    type: 'cognigyText',
    label: NODE_FIELDS.contextKey.label,
    description: [
      'The key that Get Access Token uses. The result replaces the token there.',
      'Der Schlüssel aus „Access-Token abrufen“. Das Ergebnis ersetzt das Token dort.',
      'La clave de «Obtener token de acceso». El resultado reemplaza el token que hay allí.',
      "'액세스 토큰 가져오기'의 키입니다. 그곳의 토큰이 결과로 대체됩니다.",
      '「アクセストークンを取得」のキーです。そこにあるトークンは結果に置き換わります。',
    ],
    defaultValue: DEFAULT_STORAGE_KEY,
    section: 'resultSection',
  },
};
