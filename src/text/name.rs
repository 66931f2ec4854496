//! Names of people: the valid ones, and those that only the Secretariat may have ([`poses`]); and names of things,
//! without links (`links`).
//!
//! A name in lists, mails and letters is the portal's own statement of who somebody is. So it consists of letters of a
//! script that names are written in today, with the usual marks between them: no links or addresses, no numbers,
//! nothing invisible. Letters of scripts that look alike are not mixed (Unicode Technical Standard 39), and a word has
//! no letters of different scripts: Japanese and Korean are each several, and a name may be followed by its Latin form
//! if the other script does not look like Latin. Joiners and variation selectors are kept where their script uses them.
//!
//! Left out: whether two people have names that look alike.

mod links;
mod posing;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript as _};
use unicode_security::mixed_script::AugmentedScriptSet;

use crate::error::{FieldCode, FieldError};
pub use posing::poses;

/// Longest name of a person, in characters: as it is written, and with compatibility forms spelled out (NFKC), since
/// one sign may stand for eighteen.
pub const MAX_NAME: usize = 200;
/// Most words of the name of a person.
pub const MAX_WORDS: usize = 24;

/// Longest name in Latin letters: a sign of another script stands for some of them.
const MAX_LATIN: usize = 3 * MAX_NAME;

/// Consecutive digits that are a number, and no part of a name.
const NUMBER: usize = 3;
/// Marks on one letter, more than any script has.
const MARKS: usize = 5;
/// Consecutive single letters that are one word, written with spaces.
const WIDE: usize = 4;
/// Characters between the letters of names, in any script, apart from spaces and combining marks.
const BETWEEN: &str = "'’‘ʼ`´\"“”„«»-‐‑–.,·•・゠‧()/׳״՚֊་፡";

/// Scripts whose letters do not look like Latin ones: a name may be followed by its Latin form.
const BESIDE_LATIN: &[Script] = &[
    Script::Arabic,
    Script::Bengali,
    Script::Bopomofo,
    Script::Devanagari,
    Script::Ethiopic,
    Script::Georgian,
    Script::Gujarati,
    Script::Gurmukhi,
    Script::Han,
    Script::Hangul,
    Script::Hebrew,
    Script::Hiragana,
    Script::Kannada,
    Script::Katakana,
    Script::Khmer,
    Script::Lao,
    Script::Malayalam,
    Script::Mongolian,
    Script::Myanmar,
    Script::Oriya,
    Script::Sinhala,
    Script::Tamil,
    Script::Telugu,
    Script::Thaana,
    Script::Thai,
    Script::Tibetan,
];

/// Scripts that are in use today, in addition to those that Unicode recommends (Unicode Standard Annex 31, table 7). No
/// name is written in historical scripts, many of whose letters look like Latin ones.
const IN_USE: &[Script] = &[
    Script::Adlam,
    Script::Balinese,
    Script::Bamum,
    Script::Batak,
    Script::Canadian_Aboriginal,
    Script::Chakma,
    Script::Cham,
    Script::Cherokee,
    Script::Hanifi_Rohingya,
    Script::Javanese,
    Script::Kayah_Li,
    Script::Lepcha,
    Script::Limbu,
    Script::Lisu,
    Script::Mandaic,
    Script::Meetei_Mayek,
    Script::Miao,
    Script::Mongolian,
    Script::New_Tai_Lue,
    Script::Newa,
    Script::Nko,
    Script::Nyiakeng_Puachue_Hmong,
    Script::Ol_Chiki,
    Script::Osage,
    Script::Saurashtra,
    Script::Sundanese,
    Script::Syloti_Nagri,
    Script::Syriac,
    Script::Tai_Le,
    Script::Tai_Tham,
    Script::Tai_Viet,
    Script::Tifinagh,
    Script::Vai,
    Script::Wancho,
    Script::Yi,
];

/// Scripts in which letters are joined or separated by a character without width.
const JOINED: &[Script] = &[
    Script::Arabic,
    Script::Bengali,
    Script::Devanagari,
    Script::Gujarati,
    Script::Gurmukhi,
    Script::Kannada,
    Script::Khmer,
    Script::Malayalam,
    Script::Mongolian,
    Script::Myanmar,
    Script::Oriya,
    Script::Sinhala,
    Script::Syriac,
    Script::Tamil,
    Script::Telugu,
    Script::Thaana,
];

/// The name of a person, of at most [`MAX_NAME`] characters and [`MAX_WORDS`] words: one line, full-width and half-width
/// forms normalised.
///
/// # Errors
/// A field error if it is no line ([`super::line`]), has a link, an address, a number or signs that no name has, has
/// invisible characters, or mixes letters of scripts that look alike, or of several scripts in one word.
pub fn person(text: &str) -> Result<String, FieldError> {
    let name = super::line(text, MAX_NAME)?;
    let is_wide = |c: char| matches!(c, '\u{ff01}'..='\u{ffee}' | '\u{3000}');
    let usual: String = name.chars().flat_map(|c| if is_wide(c) { c.nfkc().collect() } else { vec![c] }).collect();
    let name = super::line(&usual, MAX_NAME)?;
    check_size(&name)?;
    if is_hiding(&name) {
        Err(FieldError::new("", FieldCode::ControlCharacters))
    } else if !is_written_as_name(&name) {
        Err(FieldError::new("", FieldCode::NotAName))
    } else if is_mixed(&name) {
        Err(FieldError::new("", FieldCode::MixedScripts))
    } else {
        Ok(name)
    }
}

/// Bounds all that a name is compared as, and not only what is written.
fn check_size(name: &str) -> Result<(), FieldError> {
    let plain: String = name.nfkc().collect();
    if plain.chars().count() > MAX_NAME || deunicode::deunicode(&plain).chars().count() > MAX_LATIN {
        return Err(FieldError::new("", FieldCode::TooLong).with("max", MAX_NAME));
    }
    let words = plain.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c) && !is_joint(c));
    if words.filter(|word| !word.is_empty()).count() > MAX_WORDS {
        return Err(FieldError::new("", FieldCode::TooManyWords).with("max", MAX_WORDS));
    }
    Ok(())
}

/// The name of a person who is not of the Secretariat: it must not pose as the Secretariat, the portal or the
/// community. A community with several names has one per line.
///
/// # Errors
/// As [`person`], and if it poses as the Secretariat or the portal.
pub fn members(text: &str, community: &str) -> Result<String, FieldError> {
    let name = person(text)?;
    if poses(&name, community) { Err(FieldError::new("", FieldCode::NameReserved)) } else { Ok(name) }
}

/// A stored name that was judged before a unit of work: within it, the name is only compared with the one that is
/// stored by then, so that no other write waits for the judgement.
#[derive(Clone, Debug)]
pub struct Judged {
    text: String,
    outcome: Result<String, FieldError>,
}

impl Judged {
    /// Judges a name as [`members`].
    #[must_use]
    pub fn members(text: &str, community: &str) -> Self {
        Self { text: text.to_owned(), outcome: members(text, community) }
    }

    /// The outcome for this name; none if another one was judged.
    #[must_use]
    pub fn of(&self, text: &str) -> Option<Result<String, FieldError>> {
        (self.text == text).then(|| self.outcome.clone())
    }
}

/// The name of a thing in mails and pages, such as a topic, of at most `max` characters: one line without links.
///
/// # Errors
/// A field error if it is no line ([`super::line`]), has a link, an address or a telephone number, or has invisible characters.
pub fn thing(text: &str, max: usize) -> Result<String, FieldError> {
    let name = super::line(text, max)?;
    if is_hiding(&name) {
        Err(FieldError::new("", FieldCode::ControlCharacters))
    } else if links::in_thing(&name) {
        Err(FieldError::new("", FieldCode::LinkInName))
    } else {
        Ok(name)
    }
}

/// A statement of a user about a person or a letter in a line that others read, such as a job title, an office or a
/// reference, of at most `max` characters: without the address of a website or a mailbox. Unlike a name it may have dots
/// and slashes (`No.12/2026`).
///
/// # Errors
/// A field error if it is no line ([`super::line`]), or has such an address.
pub fn statement(text: &str, max: usize) -> Result<String, FieldError> {
    let said = super::line(text, max)?;
    if links::in_statement(&said) { Err(FieldError::new("", FieldCode::LinkInText)) } else { Ok(said) }
}

/// What a user writes for somebody else to read, in several lines, of at most `max` characters: without such an address,
/// since the portal passes it on in its mails.
///
/// # Errors
/// A field error if it is no text ([`super::block`]), or has such an address.
pub fn remark(text: &str, max: usize) -> Result<String, FieldError> {
    let said = super::block(text, max)?;
    if links::in_remark(&said) { Err(FieldError::new("", FieldCode::LinkInText)) } else { Ok(said) }
}

/// Lower case, compatibility forms (𝐒, ⓢ, ｓ) as plain letters.
fn plain(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

/// Whether a name consists of letters and characters between them, and is neither a link nor a number.
fn is_written_as_name(name: &str) -> bool {
    name.chars().any(char::is_alphabetic)
        && name.chars().all(is_of_names)
        && longest(name, char::is_numeric) < NUMBER
        && longest(name, is_combining_mark) < MARKS
        && !links::in_person(name)
}

fn is_of_names(c: char) -> bool {
    // Mathematical letters, letters in circles, trade marks.
    let is_sign = matches!(c, '\u{2100}'..='\u{214f}' | '\u{2460}'..='\u{24ff}' | '\u{1d400}'..='\u{1d7ff}')
        || matches!(c, '\u{1f100}'..='\u{1f1ff}');
    let is_letter = c.is_alphabetic() && (c.script().is_recommended() || IN_USE.contains(&c.script()));
    !is_sign && (is_letter || c.is_numeric() || c == ' ' || is_combining_mark(c) || is_joint(c)) || BETWEEN.contains(c)
}

/// Characters without width that belong to the words of some scripts.
fn is_joint(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(c, '\u{e0100}'..='\u{e01ef}')
}

/// Whether a character without width is in a place where its script does not need it.
fn is_hiding(name: &str) -> bool {
    let mut before = Script::Common;
    let mut after_joint = false;
    for c in name.chars() {
        let fits = match c {
            '\u{200c}' | '\u{200d}' => JOINED.contains(&before),
            '\u{180b}'..='\u{180d}' | '\u{180f}' => before == Script::Mongolian,
            '\u{fe00}'..='\u{fe0f}' => [Script::Han, Script::Myanmar].contains(&before),
            '\u{e0100}'..='\u{e01ef}' => before == Script::Han,
            _ => {
                // Combining marks belong to the letter before them.
                before = if c.script() == Script::Inherited { before } else { c.script() };
                after_joint = false;
                continue;
            }
        };
        if !fits || after_joint {
            return true;
        }
        after_joint = true;
    }
    // At the end it joins nothing; a variation selector may be there.
    name.ends_with(['\u{200c}', '\u{200d}'])
}

/// The longest run of such characters.
fn longest(text: &str, of: fn(char) -> bool) -> usize {
    text.split(|c| !of(c)).map(|run| run.chars().count()).max().unwrap_or_default()
}

/// Whether a word or name mixes letters of scripts that may be confused, or that no writing system combines in one
/// word.
fn is_mixed(name: &str) -> bool {
    let letters: String = name.chars().filter(|c| c.is_alphabetic()).collect();
    if !AugmentedScriptSet::for_str(&letters).is_empty() {
        return false;
    }
    let rest: String = letters.chars().filter(|c| c.script() != Script::Latin).collect();
    let is_apart = |c: char| {
        let script = c.script();
        [Script::Common, Script::Inherited].contains(&script) || BESIDE_LATIN.contains(&script)
    };
    AugmentedScriptSet::for_str(&rest).is_empty()
        || !rest.chars().all(is_apart)
        || words(name).iter().any(|word| AugmentedScriptSet::for_str(word).is_empty())
}

/// The letters of each word. [`WIDE`] or more consecutive single letters are one word.
fn words(name: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphabetic() || is_combining_mark(c) || is_joint(c);
    let letters = |word: &str| word.chars().filter(|c| c.is_alphabetic()).collect::<String>();
    let words: Vec<String> = name.split(|c: char| !is_part(c)).map(letters).filter(|word| !word.is_empty()).collect();
    let is_single = |word: &String| word.chars().count() == 1;
    let runs = words.chunk_by(|one, next| is_single(one) && is_single(next));
    runs.flat_map(|run| if run.len() < WIDE { run.to_vec() } else { vec![run.concat()] }).collect()
}

#[cfg(test)]
mod tests;
