//! A text of a questionnaire in the language of its reader, or in the next best one.

use questionnaire::{Questionnaire, Texts};

use crate::text;

/// A text, and its language where it is not that of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: String,
    /// Its language; empty where it is that of the page.
    pub lang: String,
}

impl Said {
    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// The languages of a reader and of a questionnaire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tongue {
    /// Those of the questionnaire, the best one for the reader first.
    order: Vec<String>,
    /// That of the page around the form.
    page: String,
}

impl Tongue {
    /// That of a reader of a page in the language `page`, who reads `wanted` best: this language, then its relatives
    /// (`pt` for `pt-BR`), the language of the page, and those of the questionnaire in their order.
    #[must_use]
    pub fn new(questionnaire: &Questionnaire, wanted: &str, page: &str) -> Self {
        let rank = |language: &str| {
            let is_near = |other: &str| primary(language).eq_ignore_ascii_case(primary(other));
            let is_same = |other: &str| language.eq_ignore_ascii_case(other);
            let wishes = [is_same(wanted), is_near(wanted), is_same(page), is_near(page)];
            wishes.iter().position(|is| *is).unwrap_or(wishes.len())
        };
        let mut order = questionnaire.languages.clone();
        order.sort_by_key(|language| rank(language));
        Self { order, page: page.to_owned() }
    }

    /// The language in which the questionnaire is shown; that of the page where it has none.
    #[must_use]
    pub fn language(&self) -> &str {
        self.order.first().map_or(&self.page, String::as_str)
    }

    /// The best text; an empty one where there is none at all.
    #[must_use]
    pub fn said(&self, texts: &Texts) -> Said {
        let known = self.order.iter().find_map(|language| texts.get_key_value(language));
        let filled = known.filter(|(_, text)| !text.trim().is_empty());
        let any = || texts.iter().find(|(_, text)| !text.trim().is_empty());
        let Some((language, shown)) = filled.or_else(any) else { return Said::default() };
        let lang = if language.eq_ignore_ascii_case(&self.page) { String::new() } else { language.clone() };
        Said { text: text::set_in(language, shown.clone()), lang }
    }

    /// A code where nothing else names a thing.
    #[must_use]
    pub fn said_or(&self, texts: &Texts, code: &str) -> Said {
        let said = self.said(texts);
        if said.is_empty() { Said { text: code.to_owned(), lang: String::new() } } else { said }
    }
}

fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[(&str, &str)]) -> Texts {
        list.iter().map(|(language, text)| ((*language).to_owned(), (*text).to_owned())).collect()
    }

    fn tongue(languages: &[&str], wanted: &str, page: &str) -> Tongue {
        let languages = languages.iter().map(|language| (*language).to_owned()).collect();
        Tongue::new(&Questionnaire { languages, title: Texts::new(), sections: Vec::new() }, wanted, page)
    }

    #[test]
    fn a_reader_gets_the_nearest_language() {
        let all = ["en", "fr", "pt"];
        let language = |wanted, page| tongue(&all, wanted, page).language().to_owned();
        assert_eq!(language("fr", "fr"), "fr");
        assert_eq!(language("pt-BR", "en"), "pt", "a relative");
        assert_eq!(language("ar", "fr"), "fr", "the language of the page");
        assert_eq!(tongue(&["es", "fr"], "ar", "en").language(), "es", "the default one of the questionnaire");
        assert_eq!(tongue(&[], "fr", "en").language(), "en");
    }

    #[test]
    fn a_french_text_does_not_break_before_its_signs() {
        let asked = texts(&[("en", "Which ?"), ("fr", "Laquelle ?")]);
        assert_eq!(tongue(&["en", "fr"], "fr", "fr").said(&asked).text, "Laquelle\u{a0}?");
        assert_eq!(tongue(&["en", "fr"], "en", "en").said(&asked).text, "Which ?");
    }

    #[test]
    fn a_text_in_another_language_than_the_page_says_so() {
        let said = |wanted, page, list: &[(&str, &str)]| {
            let said = tongue(&["en", "pt"], wanted, page).said(&texts(list));
            (said.text, said.lang)
        };
        let both = [("en", "Yes"), ("pt", "Sim")];
        let told = |text: &str, lang: &str| (text.to_owned(), lang.to_owned());
        assert_eq!(said("pt", "en", &both), told("Sim", "pt"));
        assert_eq!(said("en", "en", &both), told("Yes", ""));
        assert_eq!(said("pt", "en", &[("en", "Yes"), ("pt", " ")]), told("Yes", ""), "an empty text is none");
        assert_eq!(said("pt", "en", &[("xx", "Da")]), told("Da", "xx"), "a language that is not listed");
        assert!(tongue(&["en"], "en", "en").said(&Texts::new()).is_empty());
        assert_eq!(tongue(&["en"], "en", "en").said_or(&Texts::new(), "q1").text, "q1");
    }
}
