import { AccessTokenError } from '../errors';
import type { NodeField } from './node-field';
import { optionalText } from './setting';
import type { Reader } from './setting';

/** The default key of the result in context or input. */
export const DEFAULT_STORAGE_KEY = 'accessToken';

/** The platform refuses to store an object of more than 62 KB. */
export const MOST_BYTES = 60_000;

/** RFC 9110 §5.6.2. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const NO_SCHEME = 'none';

/** A token of RFC 9110, or nothing. */
const readHeaderWord: Reader<string | undefined> = (value, { field }) => {
  const word = optionalText(value, { field })?.replace(/:$/, '');
  if (word === undefined || TOKEN.test(word)) return word;
  throw new AccessTokenError('configuration_invalid', `"${field}" has characters that no header allows.`, { field });
};

/** How the result presents the token. */
export const RESULT_SHAPE = {
  authorizationHeader: (value, rule) => readHeaderWord(value, rule) ?? 'Authorization',
  /** `''`: the bare token. `undefined`: the scheme that the server states. */
  authorizationScheme: (value, rule) => {
    const scheme = readHeaderWord(value, rule);
    return scheme?.toLowerCase() === NO_SCHEME ? '' : scheme;
  },
  includeMembers: (value) => (optionalText(value, { field: '' }) ?? '').split(/[\s,;]+/).filter(Boolean),
} satisfies Record<string, Reader<unknown>>;

/** Where the result goes and what it contains, in the order of the form. */
export const RESULT_FIELDS = {
  storeLocation: {
    type: 'select',
    label: ['Where to store the result', 'Wo das Ergebnis gespeichert werden soll', 'Dónde almacenar el resultado', '결과 저장 위치', '結果の保存先'],
    description: [
      'The context lasts for the whole conversation; the input lasts for this execution only.',
      'Der Kontext bleibt für die gesamte Konversation erhalten, der Input nur für diese Ausführung.',
      'El contexto dura toda la conversación; el input, solo esta ejecución.',
      '컨텍스트는 대화가 끝날 때까지 유지되고, 입력은 이번 실행 동안만 유지됩니다.',
      'コンテキストは会話の間、インプットはこの実行の間のみ保持されます。',
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
      'If the key is "accessToken", use {{context.accessToken.authorization}} as the Authorization header of your request.',
      'Lautet der Schlüssel "accessToken", verwenden Sie {{context.accessToken.authorization}} als Authorization-Header Ihrer Anfrage.',
      'Si la clave es "accessToken", use {{context.accessToken.authorization}} como encabezado Authorization de su solicitud.',
      '키가 "accessToken"이면 요청의 Authorization 헤더에 {{context.accessToken.authorization}}을 사용하세요.',
      'キーが "accessToken" の場合、リクエストの Authorization ヘッダーに {{context.accessToken.authorization}} を使ってください。',
    ],
    defaultValue: DEFAULT_STORAGE_KEY,
    condition: { key: 'storeLocation', value: 'context' },
    section: 'resultSection',
  },
  inputKey: {
    type: 'cognigyText',
    label: ['Input key for the result', 'Input-Schlüssel für das Ergebnis', 'Clave de input para el resultado', '결과를 저장할 입력 키', '結果を保存するインプットキー'],
    description: [
      'If the key is "accessToken", use {{input.accessToken.authorization}} as the Authorization header of your request.',
      'Lautet der Schlüssel "accessToken", verwenden Sie {{input.accessToken.authorization}} als Authorization-Header Ihrer Anfrage.',
      'Si la clave es "accessToken", use {{input.accessToken.authorization}} como encabezado Authorization de su solicitud.',
      '키가 "accessToken"이면 요청의 Authorization 헤더에 {{input.accessToken.authorization}}을 사용하세요.',
      'キーが "accessToken" の場合、リクエストの Authorization ヘッダーに {{input.accessToken.authorization}} を使ってください。',
    ],
    defaultValue: DEFAULT_STORAGE_KEY,
    condition: { key: 'storeLocation', value: 'input' },
    section: 'resultSection',
  },
  authorizationHeader: {
    type: 'cognigyText',
    label: ['Header name', 'Name des Headers', 'Nombre del encabezado', '헤더 이름', 'ヘッダー名'],
    description: [
      'The header for the token, in "headers" of the result. Most APIs expect Authorization.',
      'Der Header für das Token, in "headers" des Ergebnisses. Die meisten APIs erwarten Authorization.',
      'El encabezado del token, en "headers" del resultado. La mayoría de las API esperan Authorization.',
      '결과의 "headers"에서 토큰이 들어갈 헤더입니다. 대부분의 API는 Authorization을 사용합니다.',
      '結果の "headers" でトークンを入れるヘッダーです。多くの API では Authorization です。',
    ],
    defaultValue: 'Authorization',
    section: 'resultSection',
  },
  authorizationScheme: {
    type: 'cognigyText',
    label: ['Prefix before the token', 'Präfix vor dem Token', 'Prefijo del token', '토큰 앞의 접두사', 'トークンの前のプレフィックス'],
    description: [
      'Leave it empty to use what the server says, usually Bearer. Zoho expects Zoho-oauthtoken. Enter none to send the token alone.',
      'Lassen Sie das Feld leer, um die Angabe des Servers zu verwenden, meist Bearer. Zoho erwartet Zoho-oauthtoken. Geben Sie none ein, um nur das Token zu senden.',
      'Déjelo vacío para usar lo que indica el servidor, normalmente Bearer. Zoho espera Zoho-oauthtoken. Escriba none para enviar solo el token.',
      '비워 두면 서버가 알려 준 값(대개 Bearer)을 사용합니다. Zoho는 Zoho-oauthtoken을 사용합니다. 토큰만 보내려면 none을 입력하세요.',
      '空欄の場合は、サーバーが返す値 (通常は Bearer) を使います。Zoho は Zoho-oauthtoken です。トークンだけを送るには none と入力してください。',
    ],
    section: 'resultSection',
  },
  includeMembers: {
    type: 'cognigyText',
    label: ['More from the response', 'Weitere Angaben aus der Antwort', 'Más datos de la respuesta', '응답의 추가 항목', 'レスポンスの追加項目'],
    description: [
      'Members of the response or claims of the token, separated by commas: instance_url, api_domain. The result has them in "response".',
      'Felder der Antwort oder Claims des Tokens, durch Kommas getrennt: instance_url, api_domain. Sie stehen in "response" des Ergebnisses.',
      'Campos de la respuesta o claims del token, separados por comas: instance_url, api_domain. Están en "response" del resultado.',
      '응답의 항목이나 토큰의 클레임을 쉼표로 구분하여 입력하세요: instance_url, api_domain. 결과의 "response"에 들어갑니다.',
      'レスポンスの項目やトークンのクレームをカンマ区切りで入力してください: instance_url, api_domain。結果の "response" に入ります。',
    ],
    section: 'resultSection',
  },
} as const satisfies Record<string, NodeField>;
