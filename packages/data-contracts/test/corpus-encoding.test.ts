import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodingDamages } from '../src/corpus-encoding.ts';

// The patterns are those that the engine is given; that it reads them alike is held in corpus-measurement.test.ts.
const damages = encodingDamages.map(({ pattern }) => new RegExp(pattern, 'u'));
const isDamaged = (text: string) => damages.some((one) => one.test(text));
const misread = damages[2] ?? /^$/;

const utf8 = new TextEncoder();
/** WHATWG's windows-1252, which every byte has a character in. */
const windows1252 = new TextDecoder('windows-1252');
const asWindows1252 = (text: string) => windows1252.decode(utf8.encode(text));
const asLatin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

/** Sound texts, with what comes nearest to damage in each language. */
const samples: Readonly<Record<string, readonly string[]>> = {
  French: [
    'Déjà vu : l’été où « le café » a fermé, à Noël, sur l’île… Où ça ? À l’hôtel — « ÉTÉ » !',
    'SOCIÉTÉ ANONYME AU CAPITAL DE 1 000 € — « À PROPOS », CHÂTEAU, la lettre « Â », l’« Ô » et l’« É ». N° 3, 20 °C, 5 m²',
    '« Il est né » : voilà le mot-clé ; l’œuvre, le cœur, Œdipe, Lÿs, L’Haÿ-les-Roses',
  ],
  German: [
    '„Spaß“, „MENÜ“, „größte Ä…“ – Füße, Straße, »Maß«, Übergröße, ›Ö‹, süß…',
    'Das „Ü“ und das „Ö“: Ärger, Ökonomie; §§ 3–5 BGB, 20 °C, ±2 %, 5 µm, 100 €',
    'Er sagte „Nein, danke schön“ — ÄÖÜ äöü ß ẞ; GROẞ, STRASSE, Grüße.',
  ],
  Portuguese: [
    'A NAÇÃO, a MANHÃ”, “AMANHÔ e «MAÇû… IRMÃ– não são ficção; ações, pães, avô, àquela, saúde',
    'SÃO PAULO: INFORMAÇÕES, CORAÇÃO, ÓRGÃOS, MÃE, ROMÃ® (nº 1, 2ª edição) 30 °C R$ 5',
    '“CAFÉ” — ‘CHÁ’, “ALEMÔ, lê-se «Ô',
  ],
  Spanish: ['«Ya está»—dijo él—. ¿Qué? ¡Año nuevo! El niño cantó «olé»… PERÚ, ESPAÑA, «Ñ», CAMIÓN¹, «está»²'],
  Italian: ['Perché? È così: «città», più, CITTÀ’, UNITÀ”, VIRTÙ…'],
  Vietnamese: [
    'Tiếng Việt: Nguyễn Văn Ánh đã ăn phở ở Hà Nội; NGÃ BA, ĐÃ LÂU, ẤN ĐỘ, ƯỚC MƠ, “Ừ”, “À”, “Ồ”…',
    'Đường Lê Lợi, quận 1 – thành phố Hồ Chí Minh; Â, Ă, Ê, Ô, Ơ, Ư; “CÂ”, “NGÃ”',
  ],
  Polish: ['Zażółć gęślą jaźń; ŁÓDŹ, „ŻÓŁĆ”, „Ó”, „SPÓŁDZIELNIĄ”, źdźbło, Óśmy…'],
  Czech: ['Příliš žluťoučký kůň úpěl ďábelské ódy; „Úžasný“, „ÚŽAS“, „É“, Íš, Úšklebek'],
  Slovak: ['Šťastné ženy, Ústie, Úžitok, ĽAĽÚŠ; „SÚ“, Ôsmy, KÔŇ'],
  Turkish: ['İstanbul’da güneş, ÇIĞLIK, “GÜÇLÜ”, Ölçü, “Ö”, ığdır, HÂLÂ’'],
  Romanian: ['Româna: ÎN ROMÂNIA, „COBORÎ”, „Â”, coborâ…, hotărâ, „â”, țară, școală'],
  Nordic: ['Smørrebrød på Ærø – ÅNGSTRÖM, “Å”, Ø20 mm, Ø 3½″, Þingvellir, Ísafjörður, “ÞÖ, það, maður'],
  Catalan: ['col·lecció, PARAL·LEL, l’àvia, L·L, «ÀNIMA», CAFÈ·BAR'],
  Greek: ['Η γρήγορη καφέ αλεπού… «ΑΘΗΝΑ» — ΐ ΰ'],
  Russian: ['Съешь ещё этих мягких «французских» булок — да выпей же чаю… №5'],
  Hebrew: ['עברית: ״שלום״ – 3×4, 5×…, א×²'],
  Arabic: ['مرحبا بالعالم، «كتاب» — ٣×٤'],
  Thai: ['ภาษาไทย “สวัสดี”'],
  Hindi: ['नमस्ते दुनिया — “हिन्दी”'],
  Chinese: ['“中文”——书名《红楼梦》、价格¥100，温度20°C。'],
  Japanese: ['「日本語」…カタカナ、ＡＢＣ、１２３〜'],
  Korean: ['“한국어” ― 문장…'],
  signs: [
    '© 2026 ACME® ™ • 5 × 3 ± 2 ≠ ∞ → ✓ ½ ¼ ¾ °C µm £5 €5 ¥5 ¢ § 3 ¶ ¿? ¡! 😀 👨‍👩‍👧 🇫🇷',
    'soft\u00adhyphen zero\u200bwidth \ufeffmark',
  ],
  physics: ['Â ± ε, Ĥψ = Eψ, Â² = 1, Å, Ångström, x̂, ñ, Ø²'],
};

describe.each(Object.entries(samples))('%s', (language, texts) => {
  test.each(texts)('%s', (text) => {
    expect(damages.filter((one) => one.test(text)).map((one) => one.exec(text)?.[0])).toEqual([]);
    if (language === 'physics') return;
    expect([isDamaged(asWindows1252(text)), isDamaged(asLatin1(text))]).toEqual([true, true]);
    // read wrong twice
    expect(isDamaged(asWindows1252(asWindows1252(text)))).toBe(true);
  });
});

test.each([
  'itâ€™s',
  'caf\u00c3\u00a9',
  'na\u00c3\u00afve',
  '20 \u00c2\u00b0C',
  '\u00c2\u00a35',
  'word\u00c2\u00a0word',
  'M\u00c3\u00bcnchen',
  'STRA\u00c3\u0178E',
  '\u00c3\u00a9cole',
  'by\u00c5\u201ao',
  'voil\u00c3\u00a0',
  '\u00f0\u0178\u02dc\u20ac',
  '\u00ef\u00bb\u00bfid',
  '\u00ef\u00bf\u00bd',
  '\u00e2\u201a\u00ac5',
  '\u00e2\u2020\u2019',
])('one misread character is enough: %s', (text) => expect(misread.test(text)).toBe(true));

test('no accented letter before what may stand behind a word, in small letters and in capitals, counts as misread', () => {
  const letters = Array.from({ length: 0xff - 0xc0 + 1 }, (_, index) => String.fromCodePoint(0xc0 + index)).filter(
    (one) => !'×÷'.includes(one),
  );
  const behind = [
    ...'“”‘’»«›‹…–—™',
    '\u00a0',
    '\u00a0»',
    '…“',
    '”…',
    '»…',
    '\u00a0—\u00a0',
    '\u00ad',
    '.”',
    '»\u00a0:',
  ];
  const wrong = letters.flatMap((letter) =>
    behind.flatMap((end) => {
      const small = letter.toLowerCase() === letter ? [`mot${letter}${end} et`, `${letter}${end}`] : [];
      const texts = [`MOT${letter}${end} ET`, `${letter}${end}`, ` ${letter}${end} `, ...small];
      return texts.filter(isDamaged);
    }),
  );
  expect(wrong).toEqual([]);
});

test('tab, line feed and carriage return are the only control characters that texts have', () => {
  const found = Array.from({ length: 0xa0 }, (_, code) => code).filter((code) =>
    isDamaged(`a${String.fromCodePoint(code)}b`),
  );
  const expected = Array.from({ length: 0xa0 }, (_, code) => code).filter(
    (code) => (code < 0x20 && ![9, 10, 13].includes(code)) || code >= 0x7f,
  );
  expect(found).toEqual(expected);
});

/** Bytes of a text in windows-1252; undefined where it has none. */
const byteOf = new Map(Array.from({ length: 256 }, (_, byte) => [windows1252.decode(Uint8Array.of(byte)), byte]));

/** Whether some part of a text, written back as windows-1252, is a character of UTF-8 of several bytes, or begins one. */
function holdsUtf8(text: string): boolean {
  const bytes = Array.from(text, (one) => byteOf.get(one) ?? 0);
  const isRest = (byte: number | undefined) => byte !== undefined && byte >= 0x80 && byte <= 0xbf;
  return bytes.some((byte, at) => byte >= 0xc2 && byte <= 0xf4 && isRest(bytes[at + 1]));
}

test('whatever counts as misread holds bytes of UTF-8', () => {
  const odd = fc.constantFrom(
    ...Array.from({ length: 0x60 }, (_, index) => windows1252.decode(Uint8Array.of(0xa0 + index))),
    ...'€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ',
    'a',
    'z',
    'A',
    ' ',
    '0',
    '.',
  );
  fc.assert(
    fc.property(fc.string({ unit: odd, maxLength: 12 }), (text) => !misread.test(text) || holdsUtf8(text)),
    { numRuns: 20_000, seed: 20261122 },
  );
});

test('words of small letters with an accent inside are found once they are misread', () => {
  const ascii = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz');
  const accented = fc.constantFrom(...'áàâäãåæçéèêëíìîïñóòôöõøúùûüýÿßąćęłńóśźżčďěňřšťůžđăơưğışőűșțāēī');
  const word = fc.tuple(ascii, accented, ascii).map((parts) => parts.join(''));
  fc.assert(
    fc.property(word, (text) => !isDamaged(text) && isDamaged(asWindows1252(text))),
    { numRuns: 5000, seed: 20261122 },
  );
});
