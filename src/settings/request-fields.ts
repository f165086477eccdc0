import type { NodeField } from './node-field';
import { DEFAULT_ANSWER_KEY, DEFAULT_MOST_BYTES, DEFAULT_TIMEOUT_SECONDS } from './request';
import { RESULT_FIELDS } from './result';

// Kept apart from their readers, which are only loaded if there is a token to send.

/** The request, in the order of the form. Headers and body are objects there, so that text from users can't leave its value. */
export const REQUEST_FIELDS = {
  method: {
    type: 'select',
    label: ['Method', 'Methode', 'Método', '메서드', 'メソッド'],
    description: [
      'What you want the API to do. Its documentation says which method to use.',
      'Was die API tun soll. Die passende Methode steht in der Dokumentation der API.',
      'Lo que debe hacer la API. Su documentación indica qué método usar.',
      'API가 수행할 작업입니다. 사용할 메서드는 API 문서에서 확인하세요.',
      'API に求める操作です。使うメソッドは API のドキュメントで確認してください。',
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
      'A complete URL: https://api.example.com/v1/orders. Spaces and accented letters are encoded. The token goes to this host only.',
      'Eine vollständige URL: https://api.example.com/v1/orders. Leerzeichen und Umlaute werden kodiert. Das Token geht nur an diesen Host.',
      'Una URL completa: https://api.example.com/v1/orders. Los espacios y los acentos se codifican. El token solo se envía a este host.',
      '전체 URL을 입력하세요: https://api.example.com/v1/orders. 공백과 한글은 인코딩됩니다. 토큰은 이 호스트로만 전송됩니다.',
      '完全な URL を入力してください: https://api.example.com/v1/orders。空白や日本語はエンコードされます。トークンはこのホストにのみ送信されます。',
    ],
    params: { required: true },
  },
  headers: {
    type: 'json',
    label: ['Headers', 'Header', 'Encabezados', '헤더', 'ヘッダー'],
    description: [
      'Further headers, such as {"Accept-Language": "en"}. The node adds the header for the token.',
      'Weitere Header, etwa {"Accept-Language": "de"}. Den Header für das Token fügt der Node hinzu.',
      'Otros encabezados, por ejemplo {"Accept-Language": "es"}. El nodo añade el encabezado del token.',
      '추가 헤더입니다. 예: {"Accept-Language": "ko"}. 토큰 헤더는 노드가 추가합니다.',
      '追加のヘッダーです。例: {"Accept-Language": "ja"}。トークンのヘッダーはノードが追加します。',
    ],
  },
  bodyType: {
    type: 'select',
    label: ['How the body is sent', 'Wie der Body gesendet wird', 'Cómo se envía el cuerpo', '본문 전송 방식', 'ボディの送信方法'],
    description: [
      'Most APIs expect JSON; check the documentation of yours. GET and HEAD send no body.',
      'Die meisten APIs erwarten JSON; die Dokumentation Ihrer API nennt das Format. GET und HEAD senden keinen Body.',
      'La mayoría de las API esperan JSON; consulte la documentación de la suya. GET y HEAD no envían cuerpo.',
      '대부분의 API는 JSON을 사용합니다. API 문서에서 확인하세요. GET과 HEAD는 본문을 보내지 않습니다.',
      '多くの API では JSON です。API のドキュメントで確認してください。GET と HEAD ではボディを送信しません。',
    ],
    defaultValue: 'json',
    params: { required: true },
    options: {
      json: ['As JSON', 'Als JSON', 'Como JSON', 'JSON 형식', 'JSON 形式'],
      form: ['As a form', 'Als Formular', 'Como formulario', '폼 형식', 'フォーム形式'],
      text: ['As text', 'Als Text', 'Como texto', '텍스트 형식', 'テキスト形式'],
    },
    condition: { key: 'method', value: 'GET', negate: true },
  },
  body: {
    type: 'json',
    label: ['Body', 'Body der Anfrage', 'Cuerpo', '본문', 'ボディ'],
    description: [
      'An object: {"name": "{{input.text}}"}. In a form, each member becomes a field.',
      'Ein Objekt: {"name": "{{input.text}}"}. Bei einem Formular wird jeder Eintrag zu einem Feld.',
      'Un objeto: {"name": "{{input.text}}"}. En un formulario, cada miembro se convierte en un campo.',
      '객체를 입력하세요: {"name": "{{input.text}}"}. 폼 형식에서는 각 항목이 필드가 됩니다.',
      'オブジェクトを入力してください: {"name": "{{input.text}}"}。フォーム形式では、各項目がフィールドになります。',
    ],
    condition: { key: 'bodyType', value: 'text', negate: true },
  },
  bodyText: {
    type: 'cognigyText',
    label: ['Body text', 'Text des Bodys', 'Texto del cuerpo', '본문 텍스트', 'ボディのテキスト'],
    description: [
      'Sent as is. If it is not plain text, add a Content-Type header.',
      'Wird unverändert gesendet. Fügen Sie den Header Content-Type hinzu, wenn es kein reiner Text ist.',
      'Se envía tal cual. Si no es texto sin formato, añada el encabezado Content-Type.',
      '그대로 전송됩니다. 일반 텍스트가 아니면 Content-Type 헤더를 추가하세요.',
      'そのまま送信されます。プレーンテキスト以外の場合は、Content-Type ヘッダーを追加してください。',
    ],
    condition: { key: 'bodyType', value: 'text' },
  },
  timeoutSeconds: {
    type: 'number',
    label: ['Timeout in seconds', 'Zeitlimit in Sekunden', 'Tiempo de espera en segundos', '제한 시간(초)', 'タイムアウト (秒)'],
    description: [
      'How long the API may take for one request. Token, request and retry together have 18 seconds.',
      'Wie lange die API für eine Anfrage brauchen darf. Token, Anfrage und Wiederholung haben zusammen 18 Sekunden.',
      'Lo que puede tardar la API en responder a una solicitud. El token, la solicitud y el reintento disponen en total de 18 segundos.',
      'API가 요청 하나를 처리하는 데 쓸 수 있는 시간입니다. 토큰, 요청, 재시도를 모두 합쳐 18초입니다.',
      '1 回のリクエストで API を待つ時間です。トークンの取得、リクエスト、再送を合わせて 18 秒までです。',
    ],
    defaultValue: DEFAULT_TIMEOUT_SECONDS,
    section: 'requestSection',
  },
  retryStatuses: {
    type: 'cognigyText',
    label: ['Statuses for a rejected token', 'Statuscodes bei abgelehntem Token', 'Códigos de estado de token rechazado', '토큰 거부 상태 코드', 'トークン拒否のステータスコード'],
    description: [
      'If the API answers with one of these, the node replaces the token and sends the request once more: 401, 403. Enter none to switch this off.',
      'Antwortet die API mit einem dieser Codes, ersetzt der Node das Token und sendet die Anfrage noch einmal: 401, 403. Geben Sie none ein, um dies abzuschalten.',
      'Si la API responde con uno de estos códigos, el nodo reemplaza el token y repite la solicitud una vez: 401, 403. Escriba none para desactivarlo.',
      'API가 이 상태 코드로 응답하면 노드가 토큰을 교체하고 요청을 한 번 더 보냅니다: 401, 403. 사용하지 않으려면 none을 입력하세요.',
      'API がこのステータスコードを返すと、ノードがトークンを置き換えてリクエストを 1 回だけ再送します: 401, 403。再送しない場合は none と入力してください。',
    ],
    defaultValue: '401',
    section: 'requestSection',
  },
  retryPath: {
    type: 'cognigyText',
    label: ['Error path in the response', 'Fehlerpfad in der Antwort', 'Ruta del error en la respuesta', '응답의 오류 경로', 'レスポンス内のエラーのパス'],
    description: [
      'For APIs that report a rejected token in the response: where they do so, such as error.code or [0].errorCode.',
      'Für APIs, die ein abgelehntes Token in der Antwort melden: der Pfad dieser Meldung, etwa error.code oder [0].errorCode.',
      'Para API que indican en la respuesta que el token fue rechazado: la ruta de ese dato, por ejemplo error.code o [0].errorCode.',
      '토큰 거부를 응답 내용으로 알려 주는 API용입니다. 그 값이 있는 경로를 입력하세요. 예: error.code, [0].errorCode.',
      'トークンの拒否をレスポンスの内容で知らせる API 用です。その値のパスを入力してください。例: error.code、[0].errorCode。',
    ],
    section: 'requestSection',
  },
  retryValue: {
    type: 'cognigyText',
    label: ['Error value of a rejected token', 'Fehlerwert bei abgelehntem Token', 'Valor del error de un token rechazado', '토큰 거부를 뜻하는 값', 'トークン拒否を示す値'],
    description: [
      'The value at that path that means the token was rejected, such as INVALID_SESSION_ID.',
      'Der Wert an diesem Pfad, der ein abgelehntes Token bedeutet, etwa INVALID_SESSION_ID.',
      'El valor en esa ruta que significa que el token fue rechazado, por ejemplo INVALID_SESSION_ID.',
      '위 경로의 값 중 토큰 거부를 뜻하는 값입니다. 예: INVALID_SESSION_ID.',
      '上記のパスの値のうち、トークンの拒否を意味するものです。例: INVALID_SESSION_ID。',
    ],
    section: 'requestSection',
  },
  includePaths: {
    type: 'cognigyText',
    label: ['Parts of the response', 'Teile der Antwort', 'Partes de la respuesta', '응답의 일부', 'レスポンスの一部'],
    description: [
      'What to keep of the JSON, separated by commas: id, customer.name, items[].price. Leave it empty to keep everything.',
      'Was vom JSON erhalten bleibt, durch Kommas getrennt: id, customer.name, items[].price. Lassen Sie das Feld leer, um alles zu behalten.',
      'Qué conservar del JSON, separado por comas: id, customer.name, items[].price. Déjelo vacío para conservarlo todo.',
      'JSON에서 보관할 부분을 쉼표로 구분하여 입력하세요: id, customer.name, items[].price. 비워 두면 전부 보관합니다.',
      'JSON のうち残す部分をカンマ区切りで入力してください: id, customer.name, items[].price。空欄の場合はすべて残します。',
    ],
    section: 'resultSection',
  },
  maxBytes: {
    type: 'number',
    label: ['Largest result in bytes', 'Maximale Größe des Ergebnisses in Bytes', 'Tamaño máximo del resultado en bytes', '결과의 최대 크기(바이트)', '結果の最大サイズ (バイト)'],
    description: [
      'If the result is larger, the Flow continues at "On Error", and nothing of the result is stored. The platform accepts 60000 at most.',
      'Ist das Ergebnis größer, läuft der Flow bei „Bei Fehler“ weiter, und nichts davon wird gespeichert. Die Plattform nimmt höchstens 60000 an.',
      'Si el resultado es mayor, el Flow continúa en «En caso de error» y no se guarda nada. La plataforma admite 60000 como máximo.',
      "결과가 이보다 크면 Flow가 '오류 시'로 진행하고 아무것도 저장되지 않습니다. 플랫폼은 60000까지 허용합니다.",
      '結果がこれより大きいと、Flow は「エラー時」に進み、何も保存されません。プラットフォームの上限は 60000 です。',
    ],
    defaultValue: DEFAULT_MOST_BYTES,
    section: 'resultSection',
  },
  contextKey: {
    ...RESULT_FIELDS.contextKey,
    description: [
      'If the key is "apiResponse", use {{context.apiResponse.body}} in the nodes below.',
      'Lautet der Schlüssel "apiResponse", steht die Antwort in {{context.apiResponse.body}}.',
      'Si la clave es "apiResponse", la respuesta está en {{context.apiResponse.body}}.',
      '키가 "apiResponse"이면 응답은 {{context.apiResponse.body}}에 있습니다.',
      'キーが "apiResponse" の場合、レスポンスは {{context.apiResponse.body}} にあります。',
    ],
    defaultValue: DEFAULT_ANSWER_KEY,
  },
  inputKey: {
    ...RESULT_FIELDS.inputKey,
    description: [
      'If the key is "apiResponse", use {{input.apiResponse.body}} in the nodes below.',
      'Lautet der Schlüssel "apiResponse", steht die Antwort in {{input.apiResponse.body}}.',
      'Si la clave es "apiResponse", la respuesta está en {{input.apiResponse.body}}.',
      '키가 "apiResponse"이면 응답은 {{input.apiResponse.body}}에 있습니다.',
      'キーが "apiResponse" の場合、レスポンスは {{input.apiResponse.body}} にあります。',
    ],
    defaultValue: DEFAULT_ANSWER_KEY,
  },
} as const satisfies Record<string, NodeField>;
