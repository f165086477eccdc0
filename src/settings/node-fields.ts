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

/** For each way to get a token: its connection and a hint, shown if that way is chosen. */
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

/** The connection of each shared store, shown if that store is chosen. */
const STORE_CONNECTIONS = Object.fromEntries(
  STORES.map(([name, { field, connection }]) => [
    `${name}Connection`,
    { type: 'connection', ...field, params: { connectionType: connection.type, required: true }, condition: { key: 'store', value: name } },
  ]),
) as Record<`${StoreName}Connection`, NodeField>;

/** The fields of all nodes, in the order of the form. A node can add its own. */
export const NODE_FIELDS = {
  authentication: {
    type: 'select',
    label: ['How the API gives out tokens', 'Wie die API Tokens ausstellt', 'Cómo emite tokens la API', 'API의 토큰 발급 방식', 'API のトークン発行方法'],
    description: [
      'Choose what the API gave you: client ID and secret, a key file, or another kind of login.',
      'Wählen Sie, was Sie von der API erhalten haben: Client-ID und Client-Secret, eine Schlüsseldatei oder andere Zugangsdaten.',
      'Elija lo que le proporcionó la API: ID y secreto de cliente, un archivo de clave u otro tipo de credenciales.',
      'API에서 받은 것을 선택하세요. 클라이언트 ID와 시크릿, 키 파일 또는 다른 로그인 정보입니다.',
      'API から受け取ったものを選択してください。クライアント ID とシークレット、キーファイル、またはその他のログイン情報です。',
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
      'With a shared store, all conversations use the same token. If the refresh token changes with each use, choose Redis.',
      'Mit einem gemeinsamen Speicher verwenden alle Konversationen dasselbe Token. Wählen Sie Redis, wenn sich das Refresh-Token bei jeder Verwendung ändert.',
      'Con un almacén compartido, todas las conversaciones usan el mismo token. Elija Redis si el token de actualización cambia con cada uso.',
      '공유 저장소를 사용하면 모든 대화가 같은 토큰을 사용합니다. 리프레시 토큰이 사용할 때마다 바뀌면 Redis를 선택하세요.',
      '共有ストアでは、すべての会話が同じトークンを使います。リフレッシュトークンが使うたびに変わる場合は Redis を選択してください。',
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
      'Use one name per API or tenant. Nodes with the same name share the token.',
      'Verwenden Sie je API oder Mandant einen eigenen Namen. Nodes mit demselben Namen teilen sich das Token.',
      'Use un nombre por API o inquilino. Los nodos con el mismo nombre comparten el token.',
      'API 또는 테넌트마다 이름을 하나씩 사용하세요. 이름이 같은 노드는 토큰을 공유합니다.',
      'API またはテナントごとに 1 つの名前を使ってください。同じ名前のノードはトークンを共有します。',
    ],
    defaultValue: DEFAULT_TOKEN_NAME,
    params: { required: true },
  },
  refreshPercent: {
    type: 'slider',
    label: ['Refresh at percent of lifetime', 'Erneuern nach Prozent der Gültigkeitsdauer', 'Renovar a este porcentaje de la vigencia', '갱신 시점(유효 기간의 %)', '更新のタイミング (有効期間の %)'],
    description: [
      'From 1 to 99. At 90, a one-hour token is refreshed after 54 minutes.',
      'Von 1 bis 99. Bei 90 wird ein Token, das eine Stunde gültig ist, nach 54 Minuten erneuert.',
      'De 1 a 99. Con 90, un token válido durante una hora se renueva a los 54 minutos.',
      '1에서 99까지의 값입니다. 90이면 유효 기간이 한 시간인 토큰을 54분 후에 갱신합니다.',
      '1 から 99 までの値です。90 の場合、有効期間が 1 時間のトークンは 54 分後に更新されます。',
    ],
    defaultValue: DEFAULT_REFRESH_PERCENT,
    params: { min: 1, max: 99, step: 1 },
    section: 'refreshSection',
  },
  reuseInConversation: {
    type: 'toggle',
    label: ['Reuse in this conversation', 'In dieser Konversation wiederverwenden', 'Reutilizar en esta conversación', '이 대화에서 재사용', 'この会話で再利用する'],
    description: [
      'Keeps a copy in the context. Later messages then need no request until the token is due for its refresh.',
      'Behält eine Kopie im Kontext. Spätere Nachrichten brauchen dann keine Anfrage, bis das Token erneuert werden muss.',
      'Guarda una copia en el contexto. Así, los mensajes siguientes no necesitan ninguna solicitud hasta que toque renovar el token.',
      '컨텍스트에 사본을 보관합니다. 이후 메시지에서는 토큰을 갱신할 때까지 요청이 필요하지 않습니다.',
      'コンテキストにコピーを保持します。トークンの更新時期になるまで、以降のメッセージではリクエストが不要です。',
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
      'Optional. Wenn die Hintergrund-Function nicht mehr läuft, startet der erste Node, der das bemerkt, sie neu.',
      'Opcional. Si la Function en segundo plano se ha detenido, el primer nodo que lo detecta la reinicia.',
      '선택 사항입니다. 백그라운드 Function이 멈추면 이를 처음 감지한 노드가 다시 시작합니다.',
      '任意です。バックグラウンドの Function が停止した場合、最初に検知したノードが再開します。',
    ],
    params: { connectionType: 'cognigyApi', required: false },
    section: 'backgroundSection',
  },
  ...RESULT_FIELDS,
  defaultLifetimeSeconds: {
    type: 'number',
    label: ['Default lifetime in seconds', 'Standard-Gültigkeitsdauer in Sekunden', 'Vigencia predeterminada en segundos', '기본 유효 기간(초)', '既定の有効期間 (秒)'],
    description: [
      'Only for authorization servers that do not say how long a token lives. Otherwise, leave it empty.',
      'Nur für Autorisierungsserver, die keine Gültigkeitsdauer angeben. Lassen Sie das Feld sonst leer.',
      'Solo para servidores de autorización que no indican la vigencia del token. En los demás casos, déjelo vacío.',
      '토큰의 유효 기간을 알려 주지 않는 권한 부여 서버에만 입력하세요. 그 외에는 비워 두세요.',
      'トークンの有効期間を返さない認可サーバーの場合のみ入力してください。それ以外は空欄にしてください。',
    ],
    section: 'advancedSection',
  },
  fallBackToClient: {
    type: 'toggle',
    label: ['Fall back to the client', 'Auf den Client ausweichen', 'Recurrir al cliente', '클라이언트 토큰으로 대체', 'クライアントのトークンで代替する'],
    description: [
      'If the refresh token is rejected, the client gets its own token. The API then sees the client instead of the user.',
      'Wird das Refresh-Token abgelehnt, erhält der Client ein eigenes Token. Die API sieht dann den Client statt des Benutzers.',
      'Si se rechaza el token de actualización, el cliente obtiene un token propio. La API ve entonces al cliente en lugar del usuario.',
      '리프레시 토큰이 거부되면 클라이언트 자체의 토큰을 받습니다. 그러면 API에는 사용자가 아니라 클라이언트로 표시됩니다.',
      'リフレッシュトークンが拒否された場合、クライアント自身のトークンを取得します。その場合、API からはユーザーではなくクライアントとして見えます。',
    ],
    defaultValue: false,
    section: 'advancedSection',
  },
  connectionTest: {
    type: 'select',
    label: ['Try the connection', 'Verbindung testen', 'Probar la conexión', '연결 테스트', '接続をテスト'],
    description: [
      'Open this list to request a token once and see the outcome. Nothing is stored, and your choice has no effect.',
      'Öffnen Sie diese Liste, um einmal ein Token anzufordern und das Ergebnis zu sehen. Nichts wird gespeichert, und die Auswahl bewirkt nichts.',
      'Abra esta lista para solicitar un token una vez y ver el resultado. No se guarda nada y la selección no tiene ningún efecto.',
      '이 목록을 열면 토큰을 한 번 요청하고 결과를 보여 줍니다. 아무것도 저장되지 않으며, 선택한 항목은 동작에 영향을 주지 않습니다.',
      'この一覧を開くと、トークンを 1 回要求して結果を表示します。何も保存されず、選択は動作に影響しません。',
    ],
    trialOf: ['authentication', ...AUTHENTICATIONS.map(([, { key }]) => key), 'tlsConnection', 'defaultLifetimeSeconds', 'allowInsecure'],
    section: 'advancedSection',
  },
  tlsConnection: {
    type: 'connection',
    label: ['TLS certificates', 'TLS-Zertifikate', 'Certificados TLS', 'TLS 인증서', 'TLS 証明書'],
    description: [
      'Optional. For servers whose certificate comes from a private authority, and for servers that ask for a client certificate.',
      'Optional. Für Server mit dem Zertifikat einer privaten Zertifizierungsstelle und für Server, die ein Client-Zertifikat verlangen.',
      'Opcional. Para servidores con un certificado de una autoridad de certificación privada y para los que piden un certificado de cliente.',
      '선택 사항입니다. 사설 인증 기관의 인증서를 사용하는 서버나 클라이언트 인증서를 요구하는 서버에 사용합니다.',
      '任意です。プライベート認証局の証明書を使うサーバーや、クライアント証明書を要求するサーバーで使います。',
    ],
    params: { connectionType: 'tlsCertificates', required: false },
    section: 'advancedSection',
  },
  allowInsecure: {
    type: 'toggle',
    label: ['Allow insecure http', 'Unsicheres HTTP zulassen', 'Permitir HTTP no seguro', '안전하지 않은 HTTP 허용', '安全でない HTTP を許可'],
    description: [
      'Sends secrets unencrypted. Use it only for hosts in a network you trust.',
      'Sendet Secrets unverschlüsselt. Verwenden Sie dies nur für Hosts in einem Netzwerk, dem Sie vertrauen.',
      'Envía los secretos sin cifrar. Úselo solo para hosts de una red en la que confíe.',
      '시크릿을 암호화하지 않고 보냅니다. 신뢰하는 네트워크의 호스트에만 사용하세요.',
      'シークレットを暗号化せずに送信します。信頼できるネットワーク内のホストにのみ使ってください。',
    ],
    defaultValue: false,
    section: 'advancedSection',
  },
} as const satisfies Record<string, NodeField>;
