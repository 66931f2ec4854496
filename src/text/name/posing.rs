//! Decides whether a name poses as the Secretariat, as support staff of the portal, or as the community.
//!
//! A name is compared by sound and by look. The look is the skeleton (Unicode Technical Standard 39) of its letters as
//! they are written, in lower case and in capitals, since scripts such as Cherokee and Georgian look like Latin in one
//! of the cases only; `looks` has letters that the standard lacks. Words are compared at any position and however they
//! are separated, long ones also with one wrong letter. In other scripts the words themselves are compared (`offices`).
//!
//! This takes time in proportion to the name: of the words from each word on, only those are compared that have as many
//! letters as the office (`runs`).
//!
//! Left out: an office in other words than those of the lists.

mod looks;
mod offices;
mod runs;

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript as _};
use unicode_security::skeleton;

use super::{is_joint, plain};
use offices::{
    OFFICE_STEMS, OFFICE_WORDS, OFFICE_WORDS_ELSEWHERE, OFFICES, OFFICES_ELSEWHERE, OFFICES_WITH_MARKS, PORTAL_WORDS,
    SMALL_WORDS,
};
use runs::{Known, Words};

/// A shorter name of a community may be part of a person's name.
const COMMUNITY: usize = 6;
/// A shorter word may be a person's name with one wrong letter.
const MISSPELT: usize = 10;

/// Scripts that can be read without their marks.
const UNMARKED: &[Script] =
    &[Script::Inherited, Script::Arabic, Script::Cyrillic, Script::Greek, Script::Hebrew, Script::Syriac];

/// The lists as names are compared with them.
static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists {
    offices: split(OFFICES, alike).into_iter().map(Known::new).collect(),
    stems: split(OFFICE_STEMS, alike),
    words: split(OFFICE_WORDS, alike).into_iter().map(Known::new).collect(),
    of_portal: split(PORTAL_WORDS, alike),
    small: split(SMALL_WORDS, alike),
    offices_elsewhere: split(OFFICES_ELSEWHERE, letters).into_iter().map(Known::new).collect(),
    words_elsewhere: split(OFFICE_WORDS_ELSEWHERE, letters),
});

struct Lists {
    offices: Vec<Known>,
    stems: Vec<String>,
    words: Vec<Known>,
    of_portal: Vec<String>,
    small: Vec<String>,
    offices_elsewhere: Vec<Known>,
    words_elsewhere: Vec<String>,
}

fn split(list: &str, as_compared: fn(&str) -> String) -> Vec<String> {
    list.split(' ').map(as_compared).collect()
}

/// Whether a name poses as the Secretariat, as support staff of the portal, or as the community by one of its names,
/// one per line.
#[must_use]
pub fn poses(name: &str, community: &str) -> bool {
    if is_office_elsewhere(name) {
        return true;
    }
    let own: Vec<String> = community.lines().map(seen).collect();
    let joined: Vec<Known> = own.iter().map(|own| Known::new(own.replace(' ', ""))).collect();
    readings(name).iter().any(|reading| {
        let words: Vec<&str> = reading.split(' ').filter(|word| !word.is_empty()).collect();
        let (runs, squeezed) = (Words::of(&words), words.concat());
        is_office(&runs, &squeezed)
            || joined.iter().any(|own| is_communitys(&runs, &squeezed, own))
            || is_of_portal(&words, &own)
    })
}

/// The readings of a name: by sound and by look.
fn readings(name: &str) -> [String; 5] {
    let shown: String = name.chars().map(looks::like_latin).nfkc().collect();
    let look = |text: &str| seen(&skeleton(text).collect::<String>());
    let (lower, upper) = (shown.to_lowercase(), shown.to_uppercase());
    [seen(name), seen(&deunicode::deunicode(name)), look(&shown), look(&lower), look(&upper)]
}

/// Whether words contain an office that no person's name has. `squeezed` are the same without spaces.
fn is_office(words: &Words, squeezed: &str) -> bool {
    LISTS.stems.iter().any(|stem| squeezed.contains(stem.as_str()))
        || LISTS.offices.iter().any(|office| squeezed.contains(office.text()) || is_nearly_in(words, office))
        || LISTS.words.iter().any(|word| words.have(word))
}

/// Whether words are the name of the community, or nearly.
fn is_communitys(words: &Words, squeezed: &str, community: &Known) -> bool {
    community.letters() >= COMMUNITY && squeezed.contains(community.text()) || is_nearly_in(words, community)
}

/// Whether some consecutive words are this text with at most one wrong letter, for a long text.
fn is_nearly_in(words: &Words, text: &Known) -> bool {
    text.letters() >= MISSPELT && words.nearly_have(text)
}

/// Whether a name consists of words of the portal and of the community only.
fn is_of_portal(words: &[&str], communities: &[String]) -> bool {
    let is_own = |word: &str| communities.iter().any(|own| own.split(' ').any(|own| own == word));
    let is_one = |list: &[String], word: &str| list.iter().any(|known| known == word);
    let of_portal = |word: &str| is_one(&LISTS.of_portal, word) || is_own(word);
    words.iter().any(|word| of_portal(word)) && words.iter().all(|word| of_portal(word) || is_one(&LISTS.small, word))
}

/// Whether a name contains the Secretariat, or support staff, in non-Latin letters, or in Latin ones that are
/// distinguished by their marks.
fn is_office_elsewhere(name: &str) -> bool {
    let (bare, all) = (bare(name), letters(name));
    let words = bare.split(|c: char| !c.is_alphabetic() && !is_combining_mark(c)).map(letters);
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let parts: Vec<&str> = words.iter().map(String::as_str).collect();
    let runs = Words::of(&parts);
    LISTS.offices_elsewhere.iter().any(|office| all.contains(office.text()) || is_nearly_in(&runs, office))
        || words.iter().any(|word| LISTS.words_elsewhere.contains(word))
        || name.nfc().collect::<String>().to_lowercase().contains(OFFICES_WITH_MARKS)
}

/// A text in lower case, without the marks of scripts that can be read without them, without the stroke that lengthens
/// an Arabic word and without characters of no width; letters that Arabic and Persian write differently are equal.
fn bare(text: &str) -> String {
    let is_mark = |c: char| is_combining_mark(c) && UNMARKED.contains(&c.script());
    let kept: String = text.nfkd().filter(|&c| !is_mark(c) && !is_joint(c) && c != '\u{640}').collect();
    let one = |c: char| match c {
        '\u{649}' | '\u{64a}' => '\u{6cc}',
        '\u{643}' => '\u{6a9}',
        other => other,
    };
    kept.to_lowercase().chars().map(one).collect()
}

/// The letters of a text as they are compared, including vowels that some scripts write as marks.
fn letters(text: &str) -> String {
    bare(text).chars().filter(|c| c.is_alphabetic()).collect()
}

/// The look of a text at a glance: words of plain letters, with similar signs replaced by letters.
fn seen(text: &str) -> String {
    alike(&crate::text::fold(&plain(text))).replace("rn", "m")
}

/// A text of small letters and digits in which letters that may be confused are equal.
fn alike(text: &str) -> String {
    text.chars().map(like).collect()
}

/// The letter with which a small letter or a digit may be confused.
const fn like(c: char) -> char {
    match c {
        'l' | '1' => 'i',
        '0' => 'o',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        other => other,
    }
}

#[cfg(test)]
mod tests;
