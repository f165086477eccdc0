import { NODE_FIELDS } from './node-fields';
import type { NodeField } from './node-field';
import { DEFAULT_STORAGE_KEY } from './result';

/** What says whose token it is and where it lies stands above all sections; of the others, how servers are reached. */
const SHARED_FIELDS = Object.entries<NodeField>(NODE_FIELDS).filter(
  ([key, { section }]) => section === undefined || key === 'tlsConnection' || key === 'allowInsecure',
);

/** The fields of Forget Token, in the order of the form. */
export const FORGET_FIELDS: Readonly<Record<string, NodeField>> = {
  ...Object.fromEntries(SHARED_FIELDS),
  revocationUrl: {
    type: 'cognigyText',
    label: ['Revocation URL', 'Widerrufs-URL', 'URL de revocación', '취소 URL', '失効 URL'],
    description: [
      'Optional. Where the server revokes tokens (RFC 7009). Without it, the token is forgotten here only.',
      'Optional. Wo der Server Tokens widerruft (RFC 7009). Ohne sie wird das Token nur hier vergessen.',
      'Opcional. Donde el servidor revoca tokens (RFC 7009). Sin ella, el token solo se olvida aquí.',
      '선택 사항. 인증 서버가 토큰을 취소하는 주소입니다(RFC 7009). 비워 두면 여기서만 삭제됩니다.',
      '任意。認可サーバーがトークンを失効させる URL (RFC 7009)。空欄ならここで破棄するだけです。',
    ],
    condition: { key: 'authentication', value: 'customRequest', negate: true },
  },
  contextKey: {
    type: 'cognigyText',
    label: NODE_FIELDS.contextKey.label,
    description: [
      'The key of Get Access Token: the token there gives way to the result.',
      'Der Schlüssel von "Access-Token holen": Das Token dort weicht dem Ergebnis.',
      'La clave de "Obtener token de acceso": el resultado reemplaza el token que hay allí.',
      '"액세스 토큰 가져오기"의 키입니다. 그곳의 토큰이 결과로 바뀝니다.',
      '「アクセストークンを取得」のキー。そこのトークンは結果に置き換わります。',
    ],
    defaultValue: DEFAULT_STORAGE_KEY,
    section: 'resultSection',
  },
};
