import { CUSTOM_TOKEN_REQUEST } from './custom-request';
import type { ConnectionType, Words } from './setting';
import { OAUTH2_SIGNED_JWT } from './signed-jwt';
import { OAUTH2_CLIENT_CREDENTIALS } from './token';

/** What bot builders see of a way to get a token. */
export interface AuthenticationChoice {
  /** Its option in the nodes' field `authentication`. */
  option: Words;
  /** The node field for its connection, shown with that option: `connection` or `<name>Connection`. */
  key: string;
  field: { label: Words; description: Words };
  /** Where the common providers show what the connection asks for. */
  hint: Words;
  connection: ConnectionType;
}

/** The ways to get a token, by the value of the nodes' field `authentication`, in the order of the form. */
export const AUTHENTICATION_CHOICES = {
  clientSecret: {
    option: ['With client ID and secret', 'Client-ID und Client-Secret', 'ID y secreto de cliente', '클라이언트 ID와 시크릿 사용', 'クライアント ID とシークレットを使用'],
    key: 'connection',
    field: {
      label: ['OAuth2 connection', 'OAuth2-Verbindung', 'Conexión OAuth2', 'OAuth2 연결', 'OAuth2 接続'],
      description: [
        'The token URL, client ID and client secret for the API you want to call.',
        'Token-URL, Client-ID und Client-Secret für die API, die Sie aufrufen möchten.',
        'URL del token, ID y secreto de cliente para la API a la que desea llamar.',
        '호출하려는 API의 토큰 URL, 클라이언트 ID, 클라이언트 시크릿입니다.',
        '呼び出す API のトークン URL、クライアント ID、クライアントシークレットです。',
      ],
    },
    hint: [
      'Microsoft: under App registrations, scope https://graph.microsoft.com/.default. Salesforce: in an External Client App; the token URL is your My Domain address with /services/oauth2/token.',
      'Microsoft: unter App-Registrierungen, Scope https://graph.microsoft.com/.default. Salesforce: in einer External Client App; die Token-URL ist Ihre My-Domain-Adresse mit /services/oauth2/token.',
      'Microsoft: en Registros de aplicaciones, ámbito https://graph.microsoft.com/.default. Salesforce: en una External Client App; la URL del token es su dirección My Domain con /services/oauth2/token.',
      'Microsoft: 앱 등록, 범위는 https://graph.microsoft.com/.default입니다. Salesforce: External Client App, 토큰 URL은 My Domain 주소에 /services/oauth2/token을 붙인 주소입니다.',
      'Microsoft: アプリの登録、スコープは https://graph.microsoft.com/.default です。Salesforce: External Client App、トークン URL は My Domain のアドレスに /services/oauth2/token を付けたものです。',
    ],
    connection: OAUTH2_CLIENT_CREDENTIALS,
  },
  signedJwt: {
    option: ['With a private key or service account', 'Privater Schlüssel oder Dienstkonto', 'Clave privada o cuenta de servicio', '개인 키 또는 서비스 계정 사용', '秘密鍵またはサービスアカウントを使用'],
    key: 'signedJwtConnection',
    field: {
      label: ['Private key connection', 'Verbindung mit privatem Schlüssel', 'Conexión con clave privada', '개인 키 연결', '秘密鍵の接続'],
      description: [
        'The key file of a service account, or the private key your client signs with.',
        'Die Schlüsseldatei eines Dienstkontos oder der private Schlüssel, mit dem Ihr Client signiert.',
        'El archivo de clave de una cuenta de servicio o la clave privada con la que firma su cliente.',
        '서비스 계정의 키 파일 또는 클라이언트가 서명에 사용하는 개인 키입니다.',
        'サービスアカウントのキーファイル、またはクライアントが署名に使う秘密鍵です。',
      ],
    },
    hint: [
      'Google: paste the JSON key of the service account and enter the scopes. Microsoft with a certificate, and Okta: set "Use" to client. Salesforce and DocuSign: enter the user under "Subject".',
      'Google: Fügen Sie den JSON-Schlüssel des Dienstkontos ein, und geben Sie Scopes an. Microsoft mit Zertifikat und Okta: „Use“ ist client. Salesforce und DocuSign: „Subject“ ist der Benutzer.',
      'Google: pegue la clave JSON de la cuenta de servicio e indique los ámbitos. Microsoft con certificado y Okta: «Use» es client. Salesforce y DocuSign: indique el usuario en «Subject».',
      "Google: 서비스 계정의 JSON 키를 붙여 넣고 범위를 입력하세요. 인증서를 쓰는 Microsoft와 Okta: 'Use'에 client를 입력하세요. Salesforce와 DocuSign: 'Subject'에 사용자를 입력하세요.",
      'Google: サービスアカウントの JSON キーを貼り付け、スコープを入力します。証明書を使う Microsoft と Okta: 「Use」に client と入力します。Salesforce と DocuSign: 「Subject」にユーザーを入力します。',
    ],
    connection: OAUTH2_SIGNED_JWT,
  },
  customRequest: {
    option: ['With a custom login', 'Eigenes Login-Verfahren der API', 'Inicio de sesión propio de la API', 'API 자체 로그인 사용', 'API 独自のログインを使用'],
    key: 'customRequestConnection',
    field: {
      label: ['Login connection', 'Login-Verbindung', 'Conexión de inicio de sesión', '로그인 연결', 'ログイン接続'],
      description: [
        'For APIs without OAuth: the request that gets a token, and where the response has the token.',
        'Für APIs ohne OAuth: die Anfrage, die ein Token liefert, und wo das Token in der Antwort steht.',
        'Para API sin OAuth: la solicitud que obtiene un token y dónde está el token en la respuesta.',
        'OAuth를 사용하지 않는 API용입니다. 토큰을 받는 요청과 응답에서 토큰이 있는 위치를 설정합니다.',
        'OAuth を使わない API 用です。トークンを取得するリクエストと、レスポンス内のトークンの位置を設定します。',
      ],
    },
    hint: [
      "Zoom and SAP Ariba: header Authorization: Basic {basic}. NiCE CXone: JSON body with {username} and {secret}. The API's documentation shows the request and the response.",
      'Zoom und SAP Ariba: Header Authorization: Basic {basic}. NiCE CXone: JSON-Body mit {username} und {secret}. Anfrage und Antwort stehen in der Dokumentation der API.',
      'Zoom y SAP Ariba: encabezado Authorization: Basic {basic}. NiCE CXone: cuerpo JSON con {username} y {secret}. La documentación de la API muestra la solicitud y la respuesta.',
      'Zoom과 SAP Ariba: 헤더 Authorization: Basic {basic}. NiCE CXone: {username}과 {secret}이 있는 JSON 본문. 요청과 응답은 API 문서에서 확인하세요.',
      'Zoom と SAP Ariba: ヘッダー Authorization: Basic {basic}。NiCE CXone: {username} と {secret} を含む JSON ボディ。リクエストとレスポンスは API のドキュメントで確認してください。',
    ],
    connection: CUSTOM_TOKEN_REQUEST,
  },
} as const satisfies Record<string, AuthenticationChoice>;

export type AuthenticationName = keyof typeof AUTHENTICATION_CHOICES;
