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
  /** Where people find what the connection asks for, at the providers that most of them use. */
  hint: Words;
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
    hint: [
      'Microsoft: App registrations, scope https://graph.microsoft.com/.default. Salesforce: External Client App, your My Domain address with /services/oauth2/token.',
      'Microsoft: App-Registrierungen, Scope https://graph.microsoft.com/.default. Salesforce: External Client App, Ihre My-Domain-Adresse mit /services/oauth2/token.',
      'Microsoft: registros de aplicaciones, ámbito https://graph.microsoft.com/.default. Salesforce: External Client App, su dirección My Domain con /services/oauth2/token.',
      'Microsoft: 앱 등록, 범위 https://graph.microsoft.com/.default. Salesforce: External Client App, My Domain 주소 + /services/oauth2/token.',
      'Microsoft: アプリの登録、スコープ https://graph.microsoft.com/.default。Salesforce: External Client App、My Domain のアドレス + /services/oauth2/token。',
    ],
    connection: OAUTH2_CLIENT_CREDENTIALS,
  },
  signedJwt: {
    option: ['With a private key or service account', 'Mit Schlüssel oder Dienstkonto', 'Con clave o cuenta de servicio', '개인 키 또는 서비스 계정으로', '秘密鍵またはサービスアカウントで'],
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
    hint: [
      'Google: paste the JSON key of the service account, and enter scopes. Microsoft with a certificate and Okta: use "client". Salesforce and DocuSign: enter the user as subject.',
      'Google: JSON-Schlüssel des Dienstkontos einfügen und Scopes eingeben. Microsoft mit Zertifikat und Okta: Verwendung "client". Salesforce und DocuSign: Benutzer als Subject eingeben.',
      'Google: pegue la clave JSON de la cuenta de servicio e indique los ámbitos. Microsoft con certificado y Okta: uso "client". Salesforce y DocuSign: indique el usuario como subject.',
      'Google: 서비스 계정의 JSON 키를 붙여 넣고 범위를 입력하세요. 인증서를 쓰는 Microsoft와 Okta: use에 "client". Salesforce와 DocuSign: subject에 사용자를 입력하세요.',
      'Google: サービスアカウントの JSON キーを貼り付け、スコープを入力します。証明書を使う Microsoft と Okta: use に "client"。Salesforce と DocuSign: subject にユーザーを入力します。',
    ],
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
    hint: [
      'Zoom and SAP Ariba: header Authorization: Basic {basic}. NiCE CXone: a JSON body with {username} and {secret}. The API\'s documentation shows the request and its answer.',
      'Zoom und SAP Ariba: Header Authorization: Basic {basic}. NiCE CXone: ein JSON-Body mit {username} und {secret}. Anfrage und Antwort stehen in der Dokumentation der API.',
      'Zoom y SAP Ariba: encabezado Authorization: Basic {basic}. NiCE CXone: cuerpo JSON con {username} y {secret}. La documentación de la API muestra la petición y su respuesta.',
      'Zoom, SAP Ariba: 헤더 Authorization: Basic {basic}. NiCE CXone: {username}과 {secret}이 있는 JSON 본문. 요청과 응답은 API 문서에 있습니다.',
      'Zoom と SAP Ariba: ヘッダー Authorization: Basic {basic}。NiCE CXone: {username} と {secret} を含む JSON ボディ。リクエストと応答は API のドキュメントにあります。',
    ],
    connection: CUSTOM_TOKEN_REQUEST,
  },
} as const satisfies Record<string, AuthenticationChoice>;

export type AuthenticationName = keyof typeof AUTHENTICATION_CHOICES;
