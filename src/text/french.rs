//! French typography of texts that people typed: where a line must not break.

/// Signs before which French has a space.
const AFTER_SPACE: [char; 5] = ['?', '!', ':', ';', '»'];

/// A text as it is shown in a language. In French, a space before `?`, `!`, `:`, `;` and `»`, and one after `«`, does not
/// break. What is stored stays as it was typed.
#[must_use]
pub fn set_in(language: &str, text: String) -> String {
    let is_french = language.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case("fr"));
    if !is_french || !text.contains(' ') {
        return text;
    }
    let mut set = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut last = '\0';
    while let Some(letter) = letters.next() {
        let holds = letter == ' ' && (last == '«' || letters.peek().is_some_and(|next| AFTER_SPACE.contains(next)));
        set.push(if holds { '\u{a0}' } else { letter });
        last = letter;
    }
    set
}

#[cfg(test)]
mod tests {
    use super::set_in;

    #[test]
    fn french_signs_stay_with_their_words() {
        let set = |language: &str, text: &str| set_in(language, text.to_owned());
        assert_eq!(set("fr", "De quoi avez-vous besoin ?"), "De quoi avez-vous besoin\u{a0}?");
        assert_eq!(set("fr-BE", "« Oui » : non ; vrai !"), "«\u{a0}Oui\u{a0}»\u{a0}: non\u{a0}; vrai\u{a0}!");
        assert_eq!(set("FR", "Déjà\u{a0}là ? 12:30"), "Déjà\u{a0}là\u{a0}? 12:30");
        assert_eq!(set("en", "What ?"), "What ?", "English has no such space");
        assert_eq!(set("fro", "Quoi ?"), "Quoi ?", "another language");
        assert_eq!(set("fr", ""), "");
    }
}
