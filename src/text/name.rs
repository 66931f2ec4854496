//! Names of people: what passes for one, and which are kept for the Secretariat.
//!
//! A name stands in lists, mails and letters as the portal's own word for who somebody is. So it is letters, in any script,
//! with the marks that people put between them: no links or addresses, no numbers, nothing that cannot be seen. Letters of
//! scripts that look alike are not mixed (Unicode Technical Standard 39): Japanese and Korean are each several scripts, and
//! a name may stand beside its Latin form where the other script looks like nothing in Latin. Joiners and variation selectors
//! stay where their script is written with them.
//!
//! Whether a name poses as the Secretariat or the portal is asked of what it looks like (the skeleton of the same standard)
//! and of what it sounds like; in other letters it is asked of the words themselves. That comparison
//! decides nothing else: two people may have names that look alike.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript as _};
use unicode_security::mixed_script::AugmentedScriptSet;
use unicode_security::skeleton;

use crate::error::Fault;

/// Longest name of a person.
pub const MAX_NAME: usize = 200;

/// Digits one after the other that are a number, and no part of a name.
const NUMBER: usize = 3;
/// Marks on one letter that are more than any script has.
const MARKS: usize = 5;
/// What people put between the letters of names, in any script, beside spaces and marks.
const BETWEEN: &str = "'’‘ʼ`´\"“”„«»-‐‑–.,·•・゠‧()/׳״՚֊་፡";
/// What ends the name of a host where there is a dot before it. Two letters are left out: `A.de Souza` is a name.
const ENDINGS: &str =
    "app biz club com dev edu example gov info int link live mil net online org page shop site test top xyz";

/// Scripts whose letters no reader takes for Latin ones: a name may have its Latin form beside.
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

/// Scripts whose letters are joined, or kept apart, by a sign that has no width.
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

/// What no person is called, in languages that are written in Latin letters, wherever it stands in a name; without spaces.
const OFFICES: &str = "secretaria sekretariat segreteria secretariageneral administracion administracao administrador \
amministratore amministrazione verwaltung helpdesk servicedesk helpcentre helpcenter administrator \
administrateur administratrice webmaster postmaster hostmaster sysadmin noreply nepasrepondre customerservice serviceclient \
servicetechnique assistancetechnique supporttechnique technicalsupport securityteam equipesecurite";
/// Words that are no part of any name.
const OFFICE_WORDS: &str = "admin support soporte suporte hotline moderator moderateur";
/// The same as [`OFFICES`] in other letters: Chinese, Japanese, Korean, Russian.
const OFFICES_ELSEWHERE: &str = "秘书处 秘書處 管理员 管理員 技术支持 技術支持 事務局 管理者 サポート ヘルプデスク 사무국 관리자 고객지원 \
секретариат администратор администрация службаподдержки техподдержка";
/// The same as [`OFFICE_WORDS`] in Arabic, where a part of a word says little.
const OFFICE_WORDS_ELSEWHERE: &str = "الأمانة الدعم الإدارة";
/// Words that make no name where none but these and [`SMALL_WORDS`] stand beside them. Some are surnames: Portal, Root.
const PORTAL_WORDS: &str = "account aide alert alerte administration assistance bot centre community communaute compte contact \
customs desk douane douanes equipe help info information moderation notice office official officiel portail portal robot root \
securite security service services system team";
/// Words that stand between those.
const SMALL_WORDS: &str = "a and d de des du et for it l la le les of the";
/// A community's name that is shorter may be part of somebody's.
const COMMUNITY: usize = 6;
/// One that is shorter may be somebody's with one letter wrong.
const MISSPELT_COMMUNITY: usize = 10;

/// The name of a person, of at most [`MAX_NAME`] characters: one line, forms of full and half width as everybody writes them.
///
/// # Errors
/// A fault where it is no line ([`super::line`]), has a link, an address, a number or signs that no name has, hides
/// something, or mixes letters of scripts that look alike.
pub fn person(text: &str) -> Result<String, Fault> {
    let name = super::line(text, MAX_NAME)?;
    let is_wide = |c: char| matches!(c, '\u{ff01}'..='\u{ffee}' | '\u{3000}');
    let usual: String = name.chars().flat_map(|c| if is_wide(c) { c.nfkc().collect() } else { vec![c] }).collect();
    let name = super::line(&usual, MAX_NAME)?;
    if is_hiding(&name) {
        Err(Fault::new("", "control_characters"))
    } else if !is_written_as_name(&name) {
        Err(Fault::new("", "not_a_name"))
    } else if is_mixed(&name) {
        Err(Fault::new("", "mixed_scripts"))
    } else {
        Ok(name)
    }
}

/// The same for somebody who does not run the portal of this community: then it is no name that poses as it.
///
/// # Errors
/// As [`person`], and where it poses as the Secretariat or the portal.
pub fn members(text: &str, community: &str) -> Result<String, Fault> {
    let name = person(text)?;
    if poses(&name, community) { Err(Fault::new("", "name_reserved")) } else { Ok(name) }
}

/// Whether a name poses as the Secretariat, as whoever helps in the portal's name, or as the community.
#[must_use]
pub fn poses(name: &str, community: &str) -> bool {
    if is_office_elsewhere(name) {
        return true;
    }
    let community = seen(community);
    let looks: String = skeleton(&plain(name)).collect();
    [name, &looks, &deunicode::deunicode(name)].into_iter().any(|name| {
        let name = seen(name);
        let words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
        let squeezed = words.concat();
        let is_one = |word: &str, list: &str| list.split(' ').any(|known| known.chars().map(like).eq(word.chars()));
        let is_communitys = |word: &str| community.split(' ').any(|own| own == word);
        let of_portal = |word: &str| is_one(word, PORTAL_WORDS) || is_communitys(word);
        let joined = community.replace(' ', "");
        joined.chars().count() >= COMMUNITY && squeezed.contains(&joined)
            || joined.chars().count() >= MISSPELT_COMMUNITY && has_nearly(&words, &joined)
            || OFFICES.split(' ').any(|office| squeezed.contains(&office.chars().map(like).collect::<String>()))
            || words.iter().any(|word| is_one(word, OFFICE_WORDS))
            || words.iter().any(|word| of_portal(word))
                && words.iter().all(|word| of_portal(word) || is_one(word, SMALL_WORDS))
    })
}

/// Whether some of these words, one after the other, are this text but for one letter.
fn has_nearly(words: &[&str], text: &str) -> bool {
    let length = text.chars().count();
    (0..words.len()).any(|first| {
        let mut run = String::new();
        words.iter().skip(first).any(|word| {
            run.push_str(word);
            run.chars().count().abs_diff(length) <= 1 && strsim::osa_distance(&run, text) <= 1
        })
    })
}

/// Whether a name has the Secretariat, or whoever helps, in letters other than Latin ones.
fn is_office_elsewhere(name: &str) -> bool {
    let name = bare(name);
    let letters: String = name.chars().filter(|c| c.is_alphabetic()).collect();
    let mut words = name.split(|c: char| !c.is_alphabetic());
    OFFICES_ELSEWHERE.split(' ').any(|office| letters.contains(&bare(office)))
        || words.any(|word| OFFICE_WORDS_ELSEWHERE.split(' ').any(|office| bare(office) == word))
}

/// The letters alone: without marks, and without the stroke that makes an Arabic word longer.
fn bare(text: &str) -> String {
    text.nfkd().filter(|&c| !is_combining_mark(c) && c != '\u{640}').collect::<String>().to_lowercase()
}

/// Whether a list, as they stand above, has this word.
fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// Lower case, forms of compatibility (𝐒, ⓢ, ｓ) as the letters they are.
fn plain(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

/// How a text looks to somebody who glances at it: words of plain letters, and what passes for one of them as that one.
fn seen(text: &str) -> String {
    super::fold(&plain(text)).chars().map(like).collect::<String>().replace("rn", "m")
}

/// The letter that a small letter or a digit may be taken for.
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

/// Whether a name is letters and what belongs between them, and neither a link nor a number.
fn is_written_as_name(name: &str) -> bool {
    name.chars().any(char::is_alphabetic)
        && name.chars().all(is_of_names)
        && longest(name, char::is_numeric) < NUMBER
        && longest(name, is_combining_mark) < MARKS
        && !is_link(name)
}

fn is_of_names(c: char) -> bool {
    // Letters of formulas, in circles, of trade marks.
    let is_sign = matches!(c, '\u{2100}'..='\u{214f}' | '\u{2460}'..='\u{24ff}' | '\u{1d400}'..='\u{1d7ff}')
        || matches!(c, '\u{1f100}'..='\u{1f1ff}');
    !is_sign && (c.is_alphabetic() || c.is_numeric() || c == ' ' || is_combining_mark(c) || is_joint(c))
        || BETWEEN.contains(c)
}

/// What has no width, and belongs into the words of some scripts.
fn is_joint(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(c, '\u{e0100}'..='\u{e01ef}')
}

/// Whether something without a width stands where its script does not need it.
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
                // Marks belong to the letter before them.
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
    // At the end it joins nothing; a selector of a form may stand there.
    name.ends_with(['\u{200c}', '\u{200d}'])
}

fn is_link(name: &str) -> bool {
    let name = plain(name);
    let ends_host = |rest: &str| {
        let label: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
        has(ENDINGS, &label) || rest.strip_prefix(&label).is_some_and(|rest| rest.starts_with('/'))
    };
    let mut dots = name.match_indices('.').filter(|(at, _)| *at > 0);
    name.contains("://")
        || name.contains("www.")
        || name.contains('@')
        || dots.any(|(at, dot)| name.get(at + dot.len()..).is_some_and(ends_host))
}

/// The longest run of such characters.
fn longest(text: &str, of: fn(char) -> bool) -> usize {
    text.split(|c| !of(c)).map(|run| run.chars().count()).max().unwrap_or_default()
}

/// Whether letters of several scripts stand together that may be taken for each other.
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
    AugmentedScriptSet::for_str(&rest).is_empty() || !rest.chars().all(is_apart)
}

#[cfg(test)]
mod tests;
