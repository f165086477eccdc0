import { AccessTokenError } from '../errors';
import type { NodeField } from './node-field';
import { optionalText } from './setting';
import type { Reader } from './setting';

/** The default key of the result in context or input. */
export const DEFAULT_STORAGE_KEY = 'accessToken';

/** The platform refuses to store objects over 62 KB. */
export const MOST_BYTES = 60_000;

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

/** Where the result goes, and what is in it, in the order of the form. */
export const RESULT_FIELDS = {
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
} as const satisfies Record<string, NodeField>;
