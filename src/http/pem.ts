/** One block of PEM text, RFC 7468. */
export interface PemBlock {
  /** Such as `CERTIFICATE` or `ENCRYPTED PRIVATE KEY`. */
  label: string;
  /** What it holds: base64 on one line. */
  body: string;
  /** The whole block, with the line ends that OpenSSL needs. */
  pem: string;
}

/** Without white space. A block whose last line was not pasted along ends with the text. */
const BLOCK = /-----BEGIN([A-Z\d]{1,40})-----([^]*?)(?:-----END[A-Z\d]*-----|(?=-----BEGIN)|$)/g;
/** How OpenSSL's older format tells that a key is encrypted; the length of the hex digits goes by the cipher. */
const ENCRYPTION = /^Proc-Type:4,ENCRYPTEDDEK-Info:((?:AES|ARIA|CAMELLIA|SEED)[A-Z\d-]*,[\dA-F]{32}|[A-Z\d-]+,[\dA-F]{16})/i;
/** How ASN.1 in DER always begins. */
const BASE64 = /^M[A-Za-z\d+/]{60,}={0,2}$/;

/**
 * Reads PEM text as people paste it: on one line, with a literal `\n`, with other text between the blocks, or as nothing
 * but base64.
 *
 * @param bareLabel what text without any `-----BEGIN` is taken for
 * @returns the blocks in their order; none if the text has no PEM
 */
export function readPem(text: string, bareLabel: string): PemBlock[] {
  const dense = text.replace(/\\+[rnt]|[\s\p{C}]+/gu, '');
  if (BASE64.test(dense)) return [writeBlock(bareLabel, dense)];
  return Array.from(dense.matchAll(BLOCK), ([, label = '', content = '']) => {
    const words = label.replace(/(?!^)(?:PRIVATE|PUBLIC|KEY|CERTIFICATE|REQUEST|PARAMETERS)/g, ' $&');
    const [header = '', encryption] = ENCRYPTION.exec(content) ?? [];
    const headerLines = encryption === undefined ? '' : `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${encryption}\n\n`;
    return writeBlock(words, content.slice(header.length), headerLines);
  });
}

function writeBlock(label: string, base64: string, header = ''): PemBlock {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return { label, body: base64, pem: `-----BEGIN ${label}-----\n${header}${lines.join('\n')}\n-----END ${label}-----\n` };
}
