import { CUSTOM_TOKEN_REQUEST } from './custom-request';
import type { ConnectionType, Words } from './setting';
import { OAUTH2_SIGNED_JWT } from './signed-jwt';
import { OAUTH2_CLIENT_CREDENTIALS } from './token';

/** What bot builders see of a way to get a token. */
export interface AuthenticationChoice {
  /** Its option in the nodes' field `authentication`. */
  option: Words;
  /** The nodes' field for its connection, shown for that option: `connection`, or `<name>Connection`. */
  key: string;
  field: { label: Words; description: Words };
  connection: ConnectionType;
}

/** The ways to get a token: by the value of the nodes' field `authentication`, in the order of the form. */
export const AUTHENTICATION_CHOICES = {
  clientSecret: {
    option: ['With client ID and secret', 'Mit Client-ID und Secret', 'Con ID y secreto de cliente', '클라이언트 ID와 시크릿으로', 'クライアント ID とシークレットで'],
    key: 'connection',
    field: {
      label: ['OAuth2 connection', 'OAuth2-Verbindung', 'Conexión OAuth2', 'OAuth2 연결', 'OAuth2 接続'],
      description: [
        'Token URL, client ID and client secret of the API you want to call.',
        'Token-URL, Client-ID und Client-Secret der API, die Sie aufrufen möchten.',
        'URL del token, ID y secreto de cliente de la API que desea llamar.',
        '호출하려는 API의 토큰 URL, 클라이언트 ID 및 클라이언트 시크릿입니다.',
        '呼び出す API のトークン URL、クライアント ID、クライアントシークレットです。',
      ],
    },
    connection: OAUTH2_CLIENT_CREDENTIALS,
  },
  signedJwt: {
    option: ['With a private key or service account', 'Mit privatem Schlüssel oder Dienstkonto', 'Con clave privada o cuenta de servicio', '개인 키 또는 서비스 계정으로', '秘密鍵またはサービスアカウントで'],
    key: 'signedJwtConnection',
    field: {
      label: ['Private key connection', 'Verbindung mit privatem Schlüssel', 'Conexión con clave privada', '개인 키 연결', '秘密鍵の接続'],
      description: [
        'The key file of a service account, or a private key that signs for your client.',
        'Die Schlüsseldatei eines Dienstkontos oder ein privater Schlüssel, der für Ihren Client signiert.',
        'El archivo de clave de una cuenta de servicio o una clave privada que firma por su cliente.',
        '서비스 계정의 키 파일 또는 클라이언트를 대신해 서명하는 개인 키입니다.',
        'サービスアカウントのキーファイル、またはクライアントに代わって署名する秘密鍵です。',
      ],
    },
    connection: OAUTH2_SIGNED_JWT,
  },
  customRequest: {
    option: ['With a login of its own', 'Mit einem eigenen Login der API', 'Con un inicio de sesión propio', '자체 로그인으로', 'API 独自のログインで'],
    key: 'customRequestConnection',
    field: {
      label: ['Login connection', 'Login-Verbindung', 'Conexión de inicio de sesión', '로그인 연결', 'ログイン接続'],
      description: [
        'The request that the API wants, and where its answer has the token. For APIs that do not use OAuth.',
        'Die Anfrage, die die API erwartet, und wo das Token in der Antwort steht. Für APIs ohne OAuth.',
        'La petición que espera la API y dónde está el token en su respuesta. Para API que no usan OAuth.',
        'API가 요구하는 요청과 응답에서 토큰이 있는 위치입니다. OAuth를 사용하지 않는 API용입니다.',
        'API が求めるリクエストと、応答内のトークンの位置です。OAuth を使わない API 用です。',
      ],
    },
    connection: CUSTOM_TOKEN_REQUEST,
  },
} as const satisfies Record<string, AuthenticationChoice>;

export type AuthenticationName = keyof typeof AUTHENTICATION_CHOICES;
