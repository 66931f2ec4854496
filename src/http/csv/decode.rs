//! The encoding of a text from a spreadsheet program, without asking its author.
//!
//! A byte order mark decides; then the client's declaration (`charset=`), which must fit; then UTF-8, if the bytes are
//! valid UTF-8, which text in another encoding almost never is.
//!
//! Everything else is a guess, and a guess must not decide a name: the same bytes are a name in several encodings
//! (Dąbrowska in Windows-1250 is Dšbrowska in Windows-1252, and Greek in Windows-1253 is Cyrillic in KOI8-U), some of
//! which are not supported here. So each guess is weak ([`Basis::WeakGuess`]), and the caller holds back rows with
//! letters beyond ASCII. The guess serves to show the person a sample, and to name the encoding to declare if the
//! sample is right.
//!
//! The guess is that of `chardetng`, which knows the encodings of the Web by letter sequences of their languages. It is
//! made for pages, not for sheets of a few names, and lacks the code pages of DOS and early Macs, which spreadsheet
//! programs still write. So for Latin letters, the first encoding is taken in which all words are plausible
//! ([`is_plausible`]: letters of one alphabet, no sign and no capital in the middle of a word); under a French header,
//! those of Western Europe and Africa come first.

mod tables;

use std::borrow::Cow;
use std::collections::BTreeSet;

use chardetng::EncodingDetector;
use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_4, MACINTOSH, UTF_8, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257,
    WINDOWS_1258, X_MAC_CYRILLIC,
};
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript as _};

use crate::error::{FieldCode, FieldError};
use crate::text;

crate::text_enum! {
    /// How the encoding of a text was determined.
    pub enum Basis {
        /// By a byte order mark.
        Mark = "mark",
        /// By the client's declaration.
        Declared = "declared",
        /// By its bytes, which are valid UTF-8.
        Valid = "valid",
        /// By its content, which would also fit another encoding.
        WeakGuess = "weak_guess",
    }
}

/// A decoded text.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    /// The name of the encoding.
    pub(super) charset: &'static str,
    pub(super) basis: Basis,
}

/// A code page that the encodings of the Web lack.
#[derive(Debug, PartialEq)]
struct CodePage {
    /// Its name in answers.
    name: &'static str,
    /// The names by which clients declare it.
    labels: &'static [&'static str],
    /// The characters of its bytes from 0x80 on.
    upper: &'static str,
}

const DOS: CodePage =
    CodePage { name: "IBM850", labels: &["ibm850", "cp850", "850", "ibm437", "cp437"], upper: tables::DOS };
const DOS_CENTRAL: CodePage =
    CodePage { name: "IBM852", labels: &["ibm852", "cp852", "852"], upper: tables::DOS_CENTRAL };
const DOS_TURKISH: CodePage =
    CodePage { name: "IBM857", labels: &["ibm857", "cp857", "857"], upper: tables::DOS_TURKISH };
const DOS_PORTUGUESE: CodePage =
    CodePage { name: "IBM860", labels: &["ibm860", "cp860", "860"], upper: tables::DOS_PORTUGUESE };
const DOS_CANADIAN: CodePage =
    CodePage { name: "IBM863", labels: &["ibm863", "cp863", "863"], upper: tables::DOS_CANADIAN };
const DOS_NORDIC: CodePage =
    CodePage { name: "IBM865", labels: &["ibm865", "cp865", "865"], upper: tables::DOS_NORDIC };
const DOS_BALTIC: CodePage =
    CodePage { name: "IBM775", labels: &["ibm775", "cp775", "775"], upper: tables::DOS_BALTIC };
const MAC_CENTRAL: CodePage =
    CodePage { name: "x-mac-ce", labels: &["x-mac-ce", "x-mac-centraleurroman"], upper: tables::MAC_CENTRAL };
const MAC_TURKISH: CodePage =
    CodePage { name: "x-mac-turkish", labels: &["x-mac-turkish"], upper: tables::MAC_TURKISH };

/// All supported code pages.
const CODE_PAGES: [&CodePage; 9] = [
    &DOS,
    &DOS_CENTRAL,
    &DOS_TURKISH,
    &DOS_PORTUGUESE,
    &DOS_CANADIAN,
    &DOS_NORDIC,
    &DOS_BALTIC,
    &MAC_CENTRAL,
    &MAC_TURKISH,
];

/// Letters beyond ASCII in names in English, French, Spanish, Portuguese, Italian, German and the Nordic languages.
const WESTERN: &str = "àâäçéèêëîïôöùûüñáíóúãõœæåøìòªº°ß";
/// Letters of Icelandic and Faroese.
const ICELANDIC: &str = "áæåðéíóöøúýþ";
/// Letters between Germany and the Black Sea.
const CENTRAL: &str = "áâăąäćčďđéęëěíîĺľłńňóôőöŕřśšşșťţțúůűüýźżžß";
/// Letters of Albanian.
const ALBANIAN: &str = "çë";
/// Letters of Turkish; a capital İ becomes an i with a dot above.
const TURKISH: &str = "âçğıîöşûüi\u{307}";
/// Letters of the Baltic languages.
const BALTIC: &str = "āąčēęėģīįķļņōõöŗšūųüžäéß";

/// Most accented letters of a word beyond the number of its plain letters.
const MORE_ACCENTS: usize = 2;
/// Lines in which a header is searched.
const HEAD: usize = 20;
/// Words of French headers.
const FRENCH: [&str; 8] = ["nom", "courriel", "pays", "adresse", "fonction", "langue", "langues", "mandat"];

/// A supported encoding.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Charset {
    /// An encoding of the Web.
    Web(&'static Encoding),
    /// One of the code pages.
    Page(&'static CodePage),
}

impl Charset {
    /// The encoding of this name.
    fn of_label(label: &str) -> Option<Self> {
        let wanted = label.trim().to_ascii_lowercase();
        let page = CODE_PAGES.into_iter().find(|page| page.labels.contains(&wanted.as_str()));
        page.map(Self::Page).or_else(|| Encoding::for_label_no_replacement(label.as_bytes()).map(Self::Web))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Web(encoding) => encoding.name(),
            Self::Page(page) => page.name,
        }
    }

    /// The text, if all of it is valid in this encoding.
    fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Self::Web(encoding) => encoding.decode_without_bom_handling_and_without_replacement(bytes),
            Self::Page(page) => {
                let upper: Vec<char> = page.upper.chars().collect();
                let letter = |&byte: &u8| match byte.checked_sub(0x80) {
                    Some(place) => upper.get(usize::from(place)).copied().filter(|&c| c != char::REPLACEMENT_CHARACTER),
                    None => Some(char::from(byte)),
                };
                bytes.iter().map(letter).collect::<Option<String>>().map(Cow::Owned)
            }
        }
    }

    /// Whether its letters beyond ASCII are Latin.
    fn is_latin(self) -> bool {
        let latin = [WINDOWS_1250, ISO_8859_2, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257, ISO_8859_4, WINDOWS_1258];
        matches!(self, Self::Web(encoding) if latin.contains(&encoding))
    }
}

/// A Latin encoding of spreadsheet programs, and the alphabets of its users.
struct Rival {
    charset: Charset,
    alphabets: &'static [&'static str],
}

/// Western Europe and much of Africa, the likeliest first; the other encodings of DOS and Macs there; then the East.
fn rivals() -> [Rival; 16] {
    const WEST: &[&str] = &[WESTERN, ICELANDIC];
    const EAST: &[&str] = &[CENTRAL, ALBANIAN];
    const TURKEY: &[&str] = &[TURKISH, WESTERN];
    const NORTH: &[&str] = &[BALTIC];
    let web = |encoding, alphabets| Rival { charset: Charset::Web(encoding), alphabets };
    let page = |page, alphabets| Rival { charset: Charset::Page(page), alphabets };
    [
        web(WINDOWS_1252, WEST),
        web(MACINTOSH, WEST),
        page(&DOS, WEST),
        page(&DOS_PORTUGUESE, WEST),
        page(&DOS_CANADIAN, WEST),
        page(&DOS_NORDIC, WEST),
        web(WINDOWS_1250, EAST),
        web(ISO_8859_2, EAST),
        page(&DOS_CENTRAL, EAST),
        page(&MAC_CENTRAL, EAST),
        web(WINDOWS_1254, TURKEY),
        page(&DOS_TURKISH, TURKEY),
        page(&MAC_TURKISH, TURKEY),
        web(WINDOWS_1257, NORTH),
        web(ISO_8859_4, NORTH),
        page(&DOS_BALTIC, NORTH),
    ]
}

/// The encodings among them for French.
const FRENCH_RIVALS: usize = 3;

/// Decodes a text; `declared` is the encoding that the client declares.
///
/// # Errors
/// `sheet_kind` if it is no text, `charset_unknown` and `charset_wrong` for a declaration.
pub(super) fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> Result<Decoded<'a>, FieldError> {
    let decoded = decode_any(bytes, declared)?;
    // A text has no NUL; many binary files have.
    if decoded.text.contains('\0') { Err(no_text()) } else { Ok(decoded) }
}

fn no_text() -> FieldError {
    FieldError::new("", FieldCode::SheetKind)
}

fn decode_any<'a>(bytes: &'a [u8], declared: Option<&str>) -> Result<Decoded<'a>, FieldError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        let text = Charset::Web(encoding).decode(rest).ok_or_else(no_text)?;
        return Ok(Decoded { text, charset: encoding.name(), basis: Basis::Mark });
    }
    if let Some(label) = declared {
        let unknown = || FieldError::new("", FieldCode::CharsetUnknown).with("value", text::shown(label));
        let charset = Charset::of_label(label).ok_or_else(unknown)?;
        let wrong = || FieldError::new("", FieldCode::CharsetWrong).with("charset", charset.name());
        let text = charset.decode(bytes).ok_or_else(wrong)?;
        return Ok(Decoded { text, charset: charset.name(), basis: Basis::Declared });
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Decoded { text: Cow::Borrowed(text), charset: UTF_8.name(), basis: Basis::Valid });
    }
    let charset = guess(bytes);
    let text = charset.decode(bytes).ok_or_else(no_text)?;
    Ok(Decoded { text, charset: charset.name(), basis: Basis::WeakGuess })
}

/// The likeliest encoding of a text by its content.
fn guess(bytes: &[u8]) -> Charset {
    let mut detector = EncodingDetector::new();
    detector.feed(bytes, true);
    let guessed = Charset::Web(detector.guess_assess(None, false).0);
    let is_text = |charset: Charset| charset.decode(bytes).is_some_and(|text| is_plausible(&text, None));
    if !guessed.is_latin() && is_text(guessed) {
        return guessed;
    }
    // The detector finds the likeliest of those that fit.
    let fitting = fitting(bytes);
    if let Some(first) = fitting.iter().find(|charset| **charset == guessed).or_else(|| fitting.first()) {
        return *first;
    }
    let mac = Charset::Web(X_MAC_CYRILLIC);
    if is_text(mac) { mac } else { readable(guessed, bytes) }
}

/// The Latin encodings in which all words are plausible; under a French header only the Western ones, if any of them
/// fits.
fn fitting(bytes: &[u8]) -> Vec<Charset> {
    let fits = |charset: Charset, alphabets: &[&str]| {
        charset.decode(bytes).is_some_and(|text| is_plausible(&text, Some(alphabets)))
    };
    let rivals = rivals();
    if begins_in_french(bytes) {
        let western = rivals.iter().take(FRENCH_RIVALS).map(|rival| rival.charset);
        let western: Vec<Charset> = western.filter(|charset| fits(*charset, &[WESTERN])).collect();
        if !western.is_empty() {
            return western;
        }
    }
    rivals.iter().filter(|rival| fits(rival.charset, rival.alphabets)).map(|rival| rival.charset).collect()
}

/// An encoding in which the bytes can be shown: the guessed one, or one that has a letter for each byte.
fn readable(guessed: Charset, bytes: &[u8]) -> Charset {
    if guessed.decode(bytes).is_some() { guessed } else { Charset::Web(WINDOWS_1252) }
}

/// Whether one of the first lines is a French header: it has two of the known words, whose letters are the same in all
/// these encodings.
fn begins_in_french(bytes: &[u8]) -> bool {
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.trim_ascii().is_empty());
    lines.take(HEAD).any(|line| {
        let words = line.split(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric());
        let known = words.filter_map(|word| FRENCH.iter().find(|known| word.eq_ignore_ascii_case(known.as_bytes())));
        known.collect::<BTreeSet<_>>().len() > 1
    })
}

/// Whether the words of a text are plausible; Latin words only with letters of one of the alphabets.
fn is_plausible(text: &str, alphabets: Option<&[&str]>) -> bool {
    let parts = |c: char| c.is_whitespace() || c.is_ascii_punctuation();
    text.split(parts).filter(|word| !word.is_ascii()).all(|word| match alphabets {
        None => is_word(word, None),
        Some(alphabets) => alphabets.iter().any(|alphabet| is_word(word, Some(alphabet))),
    })
}

fn is_word(word: &str, alphabet: Option<&str>) -> bool {
    let word = word.trim_matches(['“', '”', '„', '‘', '’', '«', '»', '–', '—']);
    let in_capitals = !word.chars().any(char::is_lowercase);
    // No language with Latin letters has words of accented letters only; other scripts decoded as Latin do.
    let letters = |is_ascii: bool| word.chars().filter(|c| c.is_alphabetic() && c.is_ascii() == is_ascii).count();
    if alphabet.is_some() && letters(false) > letters(true) + MORE_ACCENTS {
        return false;
    }
    let (mut latin, mut other, mut before) = (false, false, None::<char>);
    let mut letters = word.chars().peekable();
    while let Some(c) = letters.next() {
        // The letters of an alphabet are of one script.
        match alphabet.map_or_else(|| c.script(), |_| Script::Common) {
            Script::Latin => latin |= c.is_lowercase(),
            Script::Common | Script::Inherited | Script::Unknown => {}
            _ => other = true,
        }
        let begins_anew = match c {
            '’' => true,
            '–' | '—' => letters.peek().is_none_or(|next| !next.is_lowercase()),
            _ => false,
        };
        if begins_anew {
            before = None;
            continue;
        }
        if !c.is_ascii() && !fits(c, before, in_capitals, alphabet) {
            return false;
        }
        before = Some(c);
    }
    !(latin && other)
}

/// Whether a character beyond ASCII may follow another in a word.
fn fits(c: char, before: Option<char>, in_capitals: bool, alphabet: Option<&str>) -> bool {
    let is_vowel = |c: char| "aeiouyäöü".contains(c);
    let is_known = |alphabet: &str| c.to_lowercase().all(|small| alphabet.contains(small));
    match c {
        'ª' | 'º' | '°' => before.is_some_and(|before| before.is_ascii()),
        '¹' | '²' | '³' | '¼' | '½' | '¾' => false,
        'ß' => before.is_some_and(is_vowel),
        _ if !c.is_alphanumeric() && !is_combining_mark(c) => false,
        _ if c.is_uppercase() && before.is_some() && !in_capitals => false,
        _ => alphabet.is_none_or(is_known),
    }
}

#[cfg(test)]
mod tests;
