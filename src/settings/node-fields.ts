import { DEFAULT_REFRESH_PERCENT } from '../lifetime';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';
import { AUTHENTICATION_CHOICES } from './authentication';
import type { AuthenticationChoice, AuthenticationName } from './authentication';
import type { NodeField } from './node-field';
import { RESULT_FIELDS } from './result';
import { STORE_CHOICES } from './stores';
import type { StoreName } from './stores';
import type { StoreChoice } from './stores/shared-store';

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
  ...RESULT_FIELDS,
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
