import type { NodeField } from './node-field';
import { DEFAULT_ANSWER_KEY, DEFAULT_MOST_BYTES, DEFAULT_TIMEOUT_SECONDS } from './request';
import { RESULT_FIELDS } from './result';

// Apart from their readers, which are loaded where there is a token to send.

/** The request, in the order of the form. Headers and body are objects there: what users have typed stays within its value. */
export const REQUEST_FIELDS = {
  method: {
    type: 'select',
    label: ['Method', 'Methode', 'Método', '메서드', 'メソッド'],
    description: [
      'What the API is asked to do, as its documentation says.',
      'Was die API tun soll, wie in ihrer Dokumentation angegeben.',
      'Lo que debe hacer la API, según su documentación.',
      'API 문서에 적힌 대로 API가 할 일을 선택합니다.',
      'API のドキュメントに従い、API に求める動作を選びます。',
    ],
    defaultValue: 'GET',
    params: { required: true },
    options: {
      GET: ['GET: read', 'GET: lesen', 'GET: leer', 'GET: 읽기', 'GET: 読み取り'],
      POST: ['POST: create', 'POST: anlegen', 'POST: crear', 'POST: 만들기', 'POST: 作成'],
      PUT: ['PUT: replace', 'PUT: ersetzen', 'PUT: reemplazar', 'PUT: 교체', 'PUT: 置換'],
      PATCH: ['PATCH: change', 'PATCH: ändern', 'PATCH: modificar', 'PATCH: 변경', 'PATCH: 変更'],
      DELETE: ['DELETE: remove', 'DELETE: löschen', 'DELETE: eliminar', 'DELETE: 삭제', 'DELETE: 削除'],
      HEAD: ['HEAD: headers only', 'HEAD: nur Header', 'HEAD: solo encabezados', 'HEAD: 헤더만', 'HEAD: ヘッダーのみ'],
    },
  },
  url: {
    type: 'cognigyText',
    label: ['URL of the API', 'URL der API', 'URL de la API', 'API의 URL', 'API の URL'],
    description: [
      'A whole address: https://api.example.com/v1/orders. Spaces and umlauts are encoded; the token goes to this host only.',
      'Eine ganze Adresse: https://api.example.com/v1/orders. Leerzeichen und Umlaute werden kodiert; das Token geht nur an diesen Host.',
      'Una dirección completa: https://api.example.com/v1/orders. Espacios y acentos se codifican; el token solo va a este host.',
      '전체 주소: https://api.example.com/v1/orders. 공백과 한글은 인코딩되며, 토큰은 이 호스트로만 전송됩니다.',
      '完全なアドレス: https://api.example.com/v1/orders。空白や日本語はエンコードされ、トークンはこのホストにのみ送られます。',
    ],
    params: { required: true },
  },
  headers: {
    type: 'json',
    label: ['Headers', 'Header', 'Encabezados', '헤더', 'ヘッダー'],
    description: [
      'Besides the one with the token, which is added: {"Accept-Language": "en"}',
      'Außer dem mit dem Token, der hinzugefügt wird: {"Accept-Language": "de"}',
      'Además del que lleva el token, que se añade: {"Accept-Language": "es"}',
      '자동으로 추가되는 토큰 헤더 외의 헤더: {"Accept-Language": "ko"}',
      '自動で追加されるトークン以外のヘッダー: {"Accept-Language": "ja"}',
    ],
  },
  bodyType: {
    type: 'select',
    label: ['How the body is sent', 'Wie der Body gesendet wird', 'Cómo se envía el cuerpo', '본문 전송 방식', 'ボディの送信方法'],
    description: [
      'As the documentation of the API says; most want JSON. GET and HEAD send no body.',
      'Wie in der Dokumentation der API; die meisten wollen JSON. GET und HEAD senden keinen Body.',
      'Según la documentación de la API; casi todas quieren JSON. GET y HEAD no envían cuerpo.',
      'API 문서에 따라 선택합니다. 대부분 JSON을 사용합니다. GET과 HEAD는 본문을 보내지 않습니다.',
      'API のドキュメントに従います。多くは JSON です。GET と HEAD はボディを送りません。',
    ],
    defaultValue: 'json',
    params: { required: true },
    options: {
      json: ['As JSON', 'Als JSON', 'Como JSON', 'JSON으로', 'JSON として'],
      form: ['As a form', 'Als Formular', 'Como formulario', '폼으로', 'フォームとして'],
      text: ['As text', 'Als Text', 'Como texto', '텍스트로', 'テキストとして'],
    },
    condition: { key: 'method', value: 'GET', negate: true },
  },
  body: {
    type: 'json',
    label: ['Body', 'Body der Anfrage', 'Cuerpo', '본문', 'ボディ'],
    description: [
      'An object: {"name": "{{input.text}}"}. As a form, each member is a field of it.',
      'Ein Objekt: {"name": "{{input.text}}"}. Als Formular ist jeder Eintrag ein Feld.',
      'Un objeto: {"name": "{{input.text}}"}. Como formulario, cada miembro es un campo.',
      '객체: {"name": "{{input.text}}"}. 폼으로 보내면 각 항목이 필드가 됩니다.',
      'オブジェクト: {"name": "{{input.text}}"}。フォームでは各項目がフィールドになります。',
    ],
    condition: { key: 'bodyType', value: 'text', negate: true },
  },
  bodyText: {
    type: 'cognigyText',
    label: ['Text of the body', 'Text des Bodys', 'Texto del cuerpo', '본문 텍스트', 'ボディのテキスト'],
    description: [
      'Sent as it is. For another type than plain text, add the header Content-Type.',
      'Wird unverändert gesendet. Für einen anderen Typ als reinen Text den Header Content-Type hinzufügen.',
      'Se envía tal cual. Para otro tipo que no sea texto plano, añada el encabezado Content-Type.',
      '그대로 전송됩니다. 일반 텍스트가 아니면 Content-Type 헤더를 추가하세요.',
      'そのまま送信されます。プレーンテキスト以外は Content-Type ヘッダーを追加してください。',
    ],
    condition: { key: 'bodyType', value: 'text' },
  },
  timeoutSeconds: {
    type: 'number',
    label: ['Timeout in seconds', 'Zeitlimit in Sekunden', 'Tiempo límite en segundos', '제한 시간(초)', 'タイムアウト(秒)'],
    description: [
      'How long the API may take for one request. Token, repetition and all have 18 seconds.',
      'Wie lange die API für eine Anfrage brauchen darf. Token, Wiederholung und alles zusammen haben 18 Sekunden.',
      'Lo que puede tardar la API en una solicitud. Token, repetición y todo tienen 18 segundos.',
      'API가 한 요청에 쓸 수 있는 시간입니다. 토큰과 재시도를 모두 합쳐 18초입니다.',
      'API が 1 回のリクエストに使える時間。トークン取得や再送を含めて全体で 18 秒です。',
    ],
    defaultValue: DEFAULT_TIMEOUT_SECONDS,
    section: 'requestSection',
  },
  retryStatuses: {
    type: 'cognigyText',
    label: ['Statuses of a refused token', 'Status bei abgelehntem Token', 'Estados de un token rechazado', '토큰 거부 상태 코드', 'トークン拒否のステータス'],
    description: [
      'With these, the token is replaced and the request sent once more: 401, 403. Write none for never.',
      'Bei diesen wird das Token ersetzt und die Anfrage noch einmal gesendet: 401, 403. none für nie.',
      'Con estos se reemplaza el token y se repite la solicitud una vez: 401, 403. none para nunca.',
      '이 상태이면 토큰을 교체하고 요청을 한 번 더 보냅니다: 401, 403. 하지 않으려면 none을 입력하세요.',
      'このステータスならトークンを置き換え、1 回だけ再送します: 401, 403。行わない場合は none と入力します。',
    ],
    defaultValue: '401',
    section: 'requestSection',
  },
  retryPath: {
    type: 'cognigyText',
    label: ['Where a refused token is told', 'Wo ein abgelehntes Token gemeldet wird', 'Dónde se indica el token rechazado', '토큰 거부가 표시되는 곳', 'トークン拒否が示される場所'],
    description: [
      'For APIs that say it in their answer: the path there, such as error.code or [0].errorCode.',
      'Für APIs, die es in der Antwort sagen: der Pfad dort, etwa error.code oder [0].errorCode.',
      'Para API que lo dicen en su respuesta: la ruta allí, como error.code o [0].errorCode.',
      '응답 안에서 알려 주는 API의 경우 그 경로입니다. 예: error.code, [0].errorCode.',
      '応答の中で示す API の場合のパス。例: error.code、[0].errorCode。',
    ],
    section: 'requestSection',
  },
  retryValue: {
    type: 'cognigyText',
    label: ['What is told there', 'Was dort gemeldet wird', 'Lo que se indica allí', '그곳에 표시되는 값', 'そこに示される値'],
    description: [
      'The value there that means a refused token, such as INVALID_SESSION_ID.',
      'Der Wert dort, der ein abgelehntes Token bedeutet, etwa INVALID_SESSION_ID.',
      'El valor allí que significa un token rechazado, como INVALID_SESSION_ID.',
      '토큰 거부를 뜻하는 값입니다. 예: INVALID_SESSION_ID.',
      'トークン拒否を意味する値。例: INVALID_SESSION_ID。',
    ],
    section: 'requestSection',
  },
  includePaths: {
    type: 'cognigyText',
    label: ['Parts of the answer', 'Teile der Antwort', 'Partes de la respuesta', '응답의 일부', '応答の一部'],
    description: [
      'What of the JSON to keep, with commas: id, customer.name, items[].price. Leave empty for all of it.',
      'Was vom JSON behalten wird, mit Kommas: id, customer.name, items[].price. Leer lassen für alles.',
      'Qué conservar del JSON, con comas: id, customer.name, items[].price. Déjelo vacío para todo.',
      'JSON에서 보관할 부분을 쉼표로 구분합니다: id, customer.name, items[].price. 전부면 비워 두세요.',
      'JSON から残す部分をカンマ区切りで: id, customer.name, items[].price。すべてなら空欄にします。',
    ],
    section: 'resultSection',
  },
  maxBytes: {
    type: 'number',
    label: ['Largest result in bytes', 'Größtes Ergebnis in Bytes', 'Resultado máximo en bytes', '최대 결과 크기(바이트)', '結果の最大サイズ(バイト)'],
    description: [
      'A larger one goes to On Error, and nothing of it is stored. The platform takes 60000.',
      'Ein größeres führt zu „Bei Fehler“, und nichts davon wird gespeichert. Die Plattform nimmt 60000.',
      'Uno mayor va a "En caso de error" y no se guarda nada. La plataforma admite 60000.',
      '더 크면 "오류 시"로 가며 아무것도 저장되지 않습니다. 플랫폼 한도는 60000입니다.',
      'これより大きいと「エラー時」に進み、何も保存されません。プラットフォームの上限は 60000 です。',
    ],
    defaultValue: DEFAULT_MOST_BYTES,
    section: 'resultSection',
  },
  contextKey: {
    ...RESULT_FIELDS.contextKey,
    description: [
      'With "apiResponse", use {{context.apiResponse.body}} in the nodes below.',
      'Mit "apiResponse" steht die Antwort in {{context.apiResponse.body}}.',
      'Con "apiResponse", la respuesta está en {{context.apiResponse.body}}.',
      '"apiResponse"이면 응답은 {{context.apiResponse.body}}에 있습니다.',
      '"apiResponse" の場合、応答は {{context.apiResponse.body}} にあります。',
    ],
    defaultValue: DEFAULT_ANSWER_KEY,
  },
  inputKey: {
    ...RESULT_FIELDS.inputKey,
    description: [
      'With "apiResponse", use {{input.apiResponse.body}} in the nodes below.',
      'Mit "apiResponse" steht die Antwort in {{input.apiResponse.body}}.',
      'Con "apiResponse", la respuesta está en {{input.apiResponse.body}}.',
      '"apiResponse"이면 응답은 {{input.apiResponse.body}}에 있습니다.',
      '"apiResponse" の場合、応答は {{input.apiResponse.body}} にあります。',
    ],
    defaultValue: DEFAULT_ANSWER_KEY,
  },
} as const satisfies Record<string, NodeField>;
