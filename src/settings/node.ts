import { DEFAULT_REFRESH_PERCENT } from '../lifetime';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';
import { optionalText } from './setting';
import type { Reader } from './setting';
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

/** A text in each language of the editor. */
export type Words = readonly [enUS: string, deDE: string, esES: string, koKR: string, jaJP: string];

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
  type: 'connection' | 'select' | 'cognigyText' | 'slider' | 'toggle' | 'number';
  label: Words;
  description: Words;
  defaultValue?: string | number | boolean;
  params?: { required?: boolean; connectionType?: string; min?: number; max?: number; step?: number };
  /** The choices, by value. */
  options?: Readonly<Record<string, Words>>;
  condition?: Condition;
  /** Default: above all sections. */
  section?: keyof typeof NODE_SECTIONS;
  /** The only node type with this field. Default: all nodes. */
  only?: string;
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

/** The fields of the nodes, in the order of the form. */
export const NODE_FIELDS = {
  connection: {
    type: 'connection',
    label: ['OAuth2 connection', 'OAuth2-Verbindung', 'Conexión OAuth2', 'OAuth2 연결', 'OAuth2 接続'],
    description: [
      'Token URL, client ID and client secret of the API you want to call.',
      'Token-URL, Client-ID und Client-Secret der API, die Sie aufrufen möchten.',
      'URL del token, ID y secreto de cliente de la API que desea llamar.',
      '호출하려는 API의 토큰 URL, 클라이언트 ID 및 클라이언트 시크릿입니다.',
      '呼び出す API のトークン URL、クライアント ID、クライアントシークレットです。',
    ],
    params: { connectionType: 'oauth2ClientCredentials', required: true },
  },
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
      endpoint: ['Shared: REST Endpoint', 'Gemeinsam: REST-Endpoint', 'Compartido: Endpoint REST', '공유: REST Endpoint', '共有: REST Endpoint'],
      redis: ['Shared: Redis', 'Gemeinsam: Redis', 'Compartido: Redis', '공유: Redis', '共有: Redis'],
    },
  },
  endpointConnection: {
    type: 'connection',
    label: ['Access Token Store connection', 'Verbindung zum Access Token Store', 'Conexión a Access Token Store', 'Access Token Store 연결', 'Access Token Store 接続'],
    description: [
      'URL and secret of the Endpoint with the generated transformer.',
      'URL und Secret des Endpoints mit dem erzeugten Transformer.',
      'URL y secreto del Endpoint con el transformador generado.',
      '생성된 트랜스포머가 있는 Endpoint의 URL과 시크릿입니다.',
      '生成された Transformer を設定した Endpoint の URL とシークレットです。',
    ],
    params: { connectionType: 'accessTokenStore', required: true },
    condition: { key: 'store', value: 'endpoint' },
  },
  redisConnection: {
    type: 'connection',
    label: ['Redis connection', 'Redis-Verbindung', 'Conexión a Redis', 'Redis 연결', 'Redis 接続'],
    description: [
      'URL of the Redis server, with an encryption key for the tokens that it keeps.',
      'URL des Redis-Servers, mit einem Schlüssel für die Tokens, die er aufbewahrt.',
      'URL del servidor Redis, con una clave de cifrado para los tokens que guarda.',
      'Redis 서버의 URL과 보관되는 토큰의 암호화 키입니다.',
      'Redis サーバーの URL と、保管するトークンの暗号化キーです。',
    ],
    params: { connectionType: 'accessTokenStoreRedis', required: true },
    condition: { key: 'store', value: 'redis' },
  },
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
  rejectedToken: {
    type: 'cognigyText',
    label: ['Rejected token', 'Abgelehntes Token', 'Token rechazado', '거부된 토큰', '拒否されたトークン'],
    description: [
      'After the API answered 401: the access token you sent. It is replaced if nobody has replaced it yet.',
      'Nach einer Antwort 401 der API: das gesendete Access-Token. Es wird ersetzt, falls dies noch niemand getan hat.',
      'Si la API respondió 401: el token de acceso enviado. Se reemplaza si nadie lo ha hecho todavía.',
      'API가 401로 응답한 경우 전송한 액세스 토큰입니다. 아직 교체되지 않았다면 교체됩니다.',
      'API が 401 を返した場合に送信したアクセストークン。まだ置き換えられていなければ置き換えます。',
    ],
    defaultValue: '',
    only: 'refreshIfExpiring',
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

export type NodeFieldKey = keyof typeof NODE_FIELDS;

type ConnectionKey = {
  [K in NodeFieldKey]: (typeof NODE_FIELDS)[K]['type'] extends 'connection' ? K : never;
}[NodeFieldKey];

/** A node's settings as the platform passes them. A setting that is absent or `null` has its default. */
export type NodeConfig = {
  [K in NodeFieldKey]?: K extends ConnectionKey ? Partial<Record<string, unknown>> | null : unknown;
};
