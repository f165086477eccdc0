import { AccessTokenError } from '../errors';
import { DEFAULT_REFRESH_PERCENT } from '../lifetime';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';
import { AUTHENTICATION_CHOICES } from './authentication';
import type { AuthenticationChoice, AuthenticationName } from './authentication';
import { optionalText } from './setting';
import type { Entered, Reader, Words } from './setting';
import { STORE_CHOICES } from './stores';
import type { StoreName } from './stores';
import type { StoreChoice } from './stores/shared-store';
import { readRefreshPercent, readTokenName } from './token';

/** The default key of the result in context or input. */
export const DEFAULT_STORAGE_KEY = 'accessToken';

/** Accepts the bare token and a whole Authorization value, of any scheme. */
const readRejectedToken: Reader<string | undefined> = (value, rule) => optionalText(value, rule)?.split(/\s+/).pop();

/** Identifies the token. Connections are read later: most turns of a conversation need none. */
export const WANTED_TOKEN = {
  tokenName: readTokenName,
  /** 1 to 99. */
  refreshPercent: readRefreshPercent,
  rejectedToken: readRejectedToken,
} satisfies Record<string, Reader<unknown>>;

/** RFC 9110 §5.6.2. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const NO_SCHEME = 'none';

/** A name that can stand in a header, or nothing. */
const readHeaderWord: Reader<string | undefined> = (value, { field }) => {
  const word = optionalText(value, { field })?.replace(/:$/, '');
  if (word === undefined || TOKEN.test(word)) return word;
  throw new AccessTokenError('configuration_invalid', `"${field}" has characters that no header takes.`, { field });
};

/** What the result has besides the token. */
export const RESULT_SHAPE = {
  authorizationHeader: (value, rule) => readHeaderWord(value, rule) ?? 'Authorization',
  /** `''` for the bare token; `undefined` for what the server says. */
  authorizationScheme: (value, rule) => {
    const scheme = readHeaderWord(value, rule);
    return scheme?.toLowerCase() === NO_SCHEME ? '' : scheme;
  },
  includeMembers: (value) => (optionalText(value, { field: '' }) ?? '').split(/[\s,;]+/).filter(Boolean),
} satisfies Record<string, Reader<unknown>>;

interface Condition {
  readonly key: string;
  readonly value: string;
  readonly negate?: true;
}

export interface NodeSection {
  label: Words;
  condition?: Condition;
}

export interface NodeField {
  type: 'connection' | 'description' | 'select' | 'cognigyText' | 'slider' | 'toggle' | 'number';
  label: Words;
  /** Left out for a `description`, which has a text in its place. */
  description?: Words;
  text?: Words;
  defaultValue?: string | number | boolean;
  params?: { required?: boolean; connectionType?: string; min?: number; max?: number; step?: number };
  /** The choices are what the editor is told when the form is opened: the outcome of a trial with these fields. */
  trialOf?: readonly string[];
  /** The choices, by value. */
  options?: Readonly<Record<string, Words>>;
  condition?: Condition;
  /** Default: above all sections. */
  section?: keyof typeof NODE_SECTIONS;
}

/** The sections of the form, in order; all start collapsed. */
export const NODE_SECTIONS = {
  refreshSection: { label: ['Refresh', 'Erneuerung', 'Renovación', '갱신', '更新'] },
  backgroundSection: {
    label: ['Background refresh', 'Erneuerung im Hintergrund', 'Renovación en segundo plano', '백그라운드 갱신', 'バックグラウンド更新'],
    condition: { key: 'store', value: 'conversation', negate: true },
  },
  resultSection: { label: ['Result', 'Ergebnis', 'Resultado', '결과', '結果'] },
  advancedSection: { label: ['Advanced', 'Erweitert', 'Avanzado', '고급', '詳細設定'] },
} as const satisfies Record<string, NodeSection>;

const AUTHENTICATIONS = Object.entries<AuthenticationChoice>(AUTHENTICATION_CHOICES);

/** The connection of each way to get a token, and a hint, shown where that is chosen. */
const AUTHENTICATION_CONNECTIONS = Object.fromEntries(
  AUTHENTICATIONS.flatMap(([name, { key, option, field, hint, connection }]): [string, NodeField][] => {
    const condition = { key: 'authentication', value: name };
    return [
      [key, { type: 'connection', ...field, params: { connectionType: connection.type, required: true }, condition }],
      [`${name}Hint`, { type: 'description', label: option, text: hint, condition }],
    ];
  }),
) as Record<(typeof AUTHENTICATION_CHOICES)[AuthenticationName]['key'], NodeField>;

const STORES = Object.entries<StoreChoice>(STORE_CHOICES);

/** The connection of each shared store, shown where that is chosen. */
const STORE_CONNECTIONS = Object.fromEntries(
  STORES.map(([name, { field, connection }]) => [
    `${name}Connection`,
    { type: 'connection', ...field, params: { connectionType: connection.type, required: true }, condition: { key: 'store', value: name } },
  ]),
) as Record<`${StoreName}Connection`, NodeField>;

/** The fields of all nodes, in the order of the form; a node can have more of its own. */
export const NODE_FIELDS = {
  authentication: {
    type: 'select',
    label: ['How the API gives out tokens', 'Wie die API Tokens ausgibt', 'Cómo entrega tokens la API', 'API의 토큰 발급 방식', 'API のトークン発行方法'],
    description: [
      'What you have got from the API: a client ID and a secret, a key file, or a login of another kind.',
      'Was Sie von der API haben: Client-ID und Secret, eine Schlüsseldatei oder einen anderen Login.',
      'Lo que le ha dado la API: ID y secreto de cliente, un archivo de clave u otro inicio de sesión.',
      'API에서 받은 것: 클라이언트 ID와 시크릿, 키 파일 또는 다른 로그인.',
      'API から受け取ったもの: クライアント ID とシークレット、キーファイル、または別のログイン。',
    ],
    defaultValue: 'clientSecret',
    params: { required: true },
    options: Object.fromEntries(AUTHENTICATIONS.map(([name, { option }]) => [name, option])),
  },
  ...AUTHENTICATION_CONNECTIONS,
  store: {
    type: 'select',
    label: ['Where the token is kept', 'Wo das Token aufbewahrt wird', 'Dónde se guarda el token', '토큰 보관 위치', 'トークンの保管場所'],
    description: [
      'A shared store gives one token to all conversations. Choose Redis where refresh tokens rotate.',
      'Ein gemeinsamer Speicher gibt allen Konversationen ein Token. Wählen Sie Redis, wenn Refresh-Tokens rotieren.',
      'Un almacén compartido da un token a todas las conversaciones. Elija Redis si los refresh tokens rotan.',
      '공유 저장소는 모든 대화에 하나의 토큰을 제공합니다. 리프레시 토큰이 회전하면 Redis를 선택하세요.',
      '共有ストアはすべての会話に 1 つのトークンを提供します。リフレッシュトークンがローテーションする場合は Redis を選択します。',
    ],
    defaultValue: 'conversation',
    params: { required: true },
    options: {
      conversation: ['This conversation only', 'Nur diese Konversation', 'Solo esta conversación', '이 대화에서만', 'この会話のみ'],
      ...Object.fromEntries(STORES.map(([name, { option }]) => [name, option])),
    },
  },
  ...STORE_CONNECTIONS,
  tokenName: {
    type: 'cognigyText',
    label: ['Token name', 'Token-Name', 'Nombre del token', '토큰 이름', 'トークン名'],
    description: [
      'One name for each API or tenant. Nodes with the same name share the token.',
      'Ein Name je API oder Mandant. Nodes mit gleichem Namen teilen sich das Token.',
      'Un nombre por API o inquilino. Los nodos con el mismo nombre comparten el token.',
      'API 또는 테넌트마다 하나의 이름을 사용하세요. 같은 이름의 노드는 토큰을 공유합니다.',
      'API またはテナントごとに 1 つの名前を使います。同じ名前のノードはトークンを共有します。',
    ],
    defaultValue: DEFAULT_TOKEN_NAME,
    params: { required: true },
  },
  refreshPercent: {
    type: 'slider',
    label: ['Refresh at percent of lifetime', 'Erneuern bei Prozent der Lebensdauer', 'Renovar al porcentaje de vida', '수명의 몇 퍼센트에서 갱신', '有効期間の何パーセントで更新するか'],
    description: [
      'From 1 to 99. At 90, a token that lives one hour is refreshed after 54 minutes.',
      'Von 1 bis 99. Bei 90 wird ein Token, das eine Stunde lebt, nach 54 Minuten erneuert.',
      'De 1 a 99. Con 90, un token que dura una hora se renueva a los 54 minutos.',
      '1에서 99까지. 90이면 한 시간 유효한 토큰이 54분 후에 갱신됩니다.',
      '1 から 99。90 の場合、1 時間有効なトークンは 54 分後に更新されます。',
    ],
    defaultValue: DEFAULT_REFRESH_PERCENT,
    params: { min: 1, max: 99, step: 1 },
    section: 'refreshSection',
  },
  reuseInConversation: {
    type: 'toggle',
    label: ['Reuse in this conversation', 'In dieser Konversation wiederverwenden', 'Reutilizar en esta conversación', '이 대화에서 재사용', 'この会話で再利用する'],
    description: [
      'Keeps a copy in the context, so that later turns need no request until the token is due.',
      'Behält eine Kopie im Kontext, sodass spätere Schritte bis zur Fälligkeit keine Anfrage brauchen.',
      'Guarda una copia en el contexto: los turnos siguientes no necesitan solicitudes hasta que toque renovar.',
      '컨텍스트에 사본을 보관하여 갱신 시점까지 이후 턴에서 요청이 필요 없습니다.',
      'コンテキストにコピーを保持し、更新時期まで以降のターンでリクエストが不要になります。',
    ],
    defaultValue: true,
    condition: { key: 'store', value: 'conversation', negate: true },
    section: 'refreshSection',
  },
  cognigyApiConnection: {
    type: 'connection',
    label: ['Cognigy API connection', 'Cognigy-API-Verbindung', 'Conexión a la API de Cognigy', 'Cognigy API 연결', 'Cognigy API 接続'],
    description: [
      'Optional. If the background Function has stopped, the first node that notices starts it again.',
      'Optional. Steht die Hintergrund-Function still, startet sie der erste Node, der es bemerkt, wieder.',
      'Opcional. Si la Function en segundo plano se detuvo, el primer nodo que lo note la reinicia.',
      '선택 사항. 백그라운드 Function이 멈추면 이를 처음 감지한 노드가 다시 시작합니다.',
      '任意。バックグラウンドの Function が停止していると、最初に気付いたノードが再開します。',
    ],
    params: { connectionType: 'cognigyApi', required: false },
    section: 'backgroundSection',
  },
  storeLocation: {
    type: 'select',
    label: ['Where to store the result', 'Wo das Ergebnis gespeichert wird', 'Dónde guardar el resultado', '결과 저장 위치', '結果の保存先'],
    description: [
      'The context lasts for the conversation, the input for this execution only.',
      'Der Kontext gilt für die Konversation, der Input nur für diese Ausführung.',
      'El contexto dura toda la conversación; el input, solo esta ejecución.',
      '컨텍스트는 대화 동안 유지되고 입력은 이번 실행에만 유지됩니다.',
      'コンテキストは会話の間、インプットはこの実行の間だけ保持されます。',
    ],
    defaultValue: 'context',
    params: { required: true },
    options: {
      context: ['Context', 'Kontext', 'Contexto', '컨텍스트', 'コンテキスト'],
      input: ['Input', 'Input', 'Input', '입력', 'インプット'],
    },
    section: 'resultSection',
  },
  contextKey: {
    type: 'cognigyText',
    label: ['Context key for the result', 'Kontext-Schlüssel für das Ergebnis', 'Clave de contexto para el resultado', '결과를 저장할 컨텍스트 키', '結果を保存するコンテキストキー'],
    description: [
      'With "accessToken", use {{context.accessToken.authorization}} as Authorization header of your request.',
      'Mit "accessToken" ist {{context.accessToken.authorization}} der Authorization-Header Ihrer Anfrage.',
      'Con "accessToken", use {{context.accessToken.authorization}} como cabecera Authorization de su solicitud.',
      '"accessToken"이면 요청의 Authorization 헤더로 {{context.accessToken.authorization}}을 사용하세요.',
      '"accessToken" の場合、リクエストの Authorization ヘッダーに {{context.accessToken.authorization}} を使います。',
    ],
    defaultValue: DEFAULT_STORAGE_KEY,
    condition: { key: 'storeLocation', value: 'context' },
    section: 'resultSection',
  },
  inputKey: {
    type: 'cognigyText',
    label: ['Input key for the result', 'Input-Schlüssel für das Ergebnis', 'Clave de input para el resultado', '결과를 저장할 입력 키', '結果を保存するインプットキー'],
    description: [
      'With "accessToken", use {{input.accessToken.authorization}} as Authorization header of your request.',
      'Mit "accessToken" ist {{input.accessToken.authorization}} der Authorization-Header Ihrer Anfrage.',
      'Con "accessToken", use {{input.accessToken.authorization}} como cabecera Authorization de su solicitud.',
      '"accessToken"이면 요청의 Authorization 헤더로 {{input.accessToken.authorization}}을 사용하세요.',
      '"accessToken" の場合、リクエストの Authorization ヘッダーに {{input.accessToken.authorization}} を使います。',
    ],
    defaultValue: DEFAULT_STORAGE_KEY,
    condition: { key: 'storeLocation', value: 'input' },
    section: 'resultSection',
  },
  authorizationHeader: {
    type: 'cognigyText',
    label: ['Name of the header', 'Name des Headers', 'Nombre del encabezado', '헤더 이름', 'ヘッダー名'],
    description: [
      'The header that takes the token, in "headers" of the result. Most APIs want Authorization.',
      'Der Header für das Token, in "headers" des Ergebnisses. Die meisten APIs erwarten Authorization.',
      'El encabezado que lleva el token, en "headers" del resultado. La mayoría de las API esperan Authorization.',
      '결과의 "headers"에서 토큰을 담는 헤더입니다. 대부분의 API는 Authorization을 사용합니다.',
      '結果の "headers" でトークンを入れるヘッダーです。多くの API は Authorization を使います。',
    ],
    defaultValue: 'Authorization',
    section: 'resultSection',
  },
  authorizationScheme: {
    type: 'cognigyText',
    label: ['What stands before the token', 'Was vor dem Token steht', 'Lo que precede al token', '토큰 앞의 문구', 'トークンの前の語'],
    description: [
      'Leave empty for what the server says, mostly Bearer. Zoho wants Zoho-oauthtoken. Write none for the bare token.',
      'Leer lassen für das, was der Server nennt, meist Bearer. Zoho will Zoho-oauthtoken. none für das bloße Token.',
      'Déjelo vacío para usar lo que dice el servidor, casi siempre Bearer. Zoho usa Zoho-oauthtoken. none: solo el token.',
      '비워 두면 서버가 알려준 값(대개 Bearer)을 사용합니다. Zoho는 Zoho-oauthtoken, 토큰만 보내려면 none을 입력하세요.',
      '空欄ならサーバーの値 (通常 Bearer)。Zoho は Zoho-oauthtoken。トークンだけなら none と入力します。',
    ],
    section: 'resultSection',
  },
  includeMembers: {
    type: 'cognigyText',
    label: ['More of the answer', 'Mehr aus der Antwort', 'Más de la respuesta', '응답의 추가 항목', '応答のその他の項目'],
    description: [
      'Names of members of the answer or claims of the token, with commas: instance_url, api_domain. They are in "response".',
      'Namen von Feldern der Antwort oder Claims des Tokens, mit Kommas: instance_url, api_domain. Sie stehen in "response".',
      'Nombres de campos de la respuesta o claims del token, con comas: instance_url, api_domain. Están en "response".',
      '응답의 항목이나 토큰 클레임의 이름을 쉼표로 구분합니다: instance_url, api_domain. "response"에 있습니다.',
      '応答の項目またはトークンのクレーム名をカンマ区切りで: instance_url, api_domain。"response" に入ります。',
    ],
    section: 'resultSection',
  },
  defaultLifetimeSeconds: {
    type: 'number',
    label: ['Default lifetime in seconds', 'Standard-Lebensdauer in Sekunden', 'Vida predeterminada en segundos', '기본 수명(초)', '既定の有効期間(秒)'],
    description: [
      'Only for authorization servers that do not say how long a token lives. Leave empty otherwise.',
      'Nur für Autorisierungsserver, die keine Lebensdauer nennen. Sonst leer lassen.',
      'Solo para servidores de autorización que no indican cuánto dura el token. Si no, déjelo vacío.',
      '토큰 수명을 알려주지 않는 인증 서버에만 사용합니다. 그 외에는 비워 두세요.',
      'トークンの有効期間を返さない認可サーバーの場合のみ入力します。それ以外は空欄にします。',
    ],
    section: 'advancedSection',
  },
  fallBackToClient: {
    type: 'toggle',
    label: ['Fall back to the client', 'Auf den Client ausweichen', 'Recurrir al cliente', '클라이언트로 대체', 'クライアントで代替する'],
    description: [
      'If the refresh token is refused, the client gets a token of its own. The API then sees the client, not the user.',
      'Wird das Refresh-Token abgelehnt, erhält der Client ein eigenes Token. Die API sieht dann den Client, nicht den Benutzer.',
      'Si se rechaza el refresh token, el cliente obtiene un token propio. La API ve entonces al cliente, no al usuario.',
      '리프레시 토큰이 거부되면 클라이언트가 자체 토큰을 받습니다. 이때 API에는 사용자가 아니라 클라이언트로 표시됩니다.',
      'リフレッシュトークンが拒否された場合、クライアント自身のトークンを取得します。API からはユーザーではなくクライアントに見えます。',
    ],
    defaultValue: false,
    section: 'advancedSection',
  },
  connectionTest: {
    type: 'select',
    label: ['Try the connection', 'Verbindung ausprobieren', 'Probar la conexión', '연결 시험', '接続を試す'],
    description: [
      'Open this list: it asks for a token once and says what came of it. Nothing is stored, and nothing depends on it.',
      'Öffnen Sie diese Liste: Sie fragt einmal nach einem Token und zeigt das Ergebnis. Nichts wird gespeichert.',
      'Abra esta lista: pide un token una vez e indica el resultado. No se guarda nada.',
      '이 목록을 열면 토큰을 한 번 요청하고 결과를 보여 줍니다. 아무것도 저장되지 않습니다.',
      'この一覧を開くと、トークンを一度要求して結果を表示します。何も保存されません。',
    ],
    trialOf: ['authentication', ...AUTHENTICATIONS.map(([, { key }]) => key), 'tlsConnection', 'defaultLifetimeSeconds', 'allowInsecure'],
    section: 'advancedSection',
  },
  tlsConnection: {
    type: 'connection',
    label: ['TLS certificates', 'TLS-Zertifikate', 'Certificados TLS', 'TLS 인증서', 'TLS 証明書'],
    description: [
      'Optional. For servers with a certificate of a private authority, and for those that ask for a client certificate.',
      'Optional. Für Server mit dem Zertifikat einer privaten Zertifizierungsstelle und solche, die ein Client-Zertifikat verlangen.',
      'Opcional. Para servidores con un certificado de una autoridad privada y los que piden un certificado de cliente.',
      '선택 사항. 사설 인증 기관의 인증서를 쓰는 서버나 클라이언트 인증서를 요구하는 서버에 사용합니다.',
      '任意。プライベート認証局の証明書を使うサーバーや、クライアント証明書を求めるサーバー向けです。',
    ],
    params: { connectionType: 'tlsCertificates', required: false },
    section: 'advancedSection',
  },
  allowInsecure: {
    type: 'toggle',
    label: ['Allow insecure http', 'Unsicheres http zulassen', 'Permitir http inseguro', '안전하지 않은 http 허용', '安全でない http を許可する'],
    description: [
      'Sends secrets unencrypted. Only for hosts inside a network that you trust.',
      'Sendet Secrets unverschlüsselt. Nur für Hosts in einem Netz, dem Sie vertrauen.',
      'Envía los secretos sin cifrar. Solo para hosts dentro de una red de confianza.',
      '시크릿이 암호화되지 않은 채 전송됩니다. 신뢰하는 네트워크의 호스트에만 사용하세요.',
      'シークレットが暗号化されずに送信されます。信頼できるネットワーク内のホストにのみ使用してください。',
    ],
    defaultValue: false,
    section: 'advancedSection',
  },
} as const satisfies Record<string, NodeField>;

/** A node's settings as the platform passes them. A setting that is absent or `null` has its default. */
export type NodeConfig = Entered<typeof WANTED_TOKEN> & Entered<typeof RESULT_SHAPE> & {
  [K in keyof typeof NODE_FIELDS]?: K extends 'connection' | `${string}Connection` ? Partial<Record<string, unknown>> | null : unknown;
};
