//! Exact name lookup for unattended input (imports): no typing errors, no ambiguous names.

use super::spelling::Spelling;
use super::{IndexEntry, Names};

/// Articles before the names of countries.
const ARTICLES: [&str; 6] = ["the ", "la ", "le ", "les ", "l'", "l’"];

impl Names {
    /// The code of the only organisation with this code (two or three letters) or name (usual or official), in any
    /// spelling, with or without an article; none where no organisation has it, or several do. Without hidden ones.
    #[must_use]
    pub fn called(&self, text: &str) -> Option<&str> {
        let code = text.trim().to_ascii_lowercase();
        let visible = || self.0.iter().filter(|entry| !entry.hidden);
        let has_code =
            |entry: &&IndexEntry| entry.code_word == code || (code.len() == 3 && entry.country.alpha_3 == code);
        if let Some(entry) = visible().find(has_code) {
            return Some(&entry.code);
        }
        let by_name = |typed: &str| {
            let typed = Spelling::of(typed);
            let mut matches = visible().filter(|entry| has_name(entry, &typed));
            matches.next().filter(|_| matches.next().is_none()).map(|entry| entry.code.as_str())
        };
        by_name(text).or_else(|| by_name(without_article(text)?))
    }
}

/// Whether this is one of its names.
fn has_name(entry: &IndexEntry, typed: &Spelling) -> bool {
    entry.names.iter().map(|name| &name.spelling).chain(&entry.country.names).any(|name| typed.is_same(name))
}

/// The text after its article; none where it has no article.
fn without_article(text: &str) -> Option<&str> {
    let text = text.trim();
    ARTICLES.iter().find_map(|article| {
        let (begins, rest) = text.split_at_checked(article.len())?;
        begins.eq_ignore_ascii_case(article).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::members::reference;

    #[test]
    fn what_is_called_so_is_one_and_without_an_error() {
        let names = Names::new(reference::named());
        for (text, code) in [
            ("sn", Some("SN")),
            ("SEN", Some("SN")),
            ("SÉNÉGAL", Some("SN")),
            ("Republic of Senegal", Some("SN")),
            ("la République du Sénégal", Some("SN")),
            ("Cote d'Ivoire", Some("CI")),
            ("République de Côte d’Ivoire", Some("CI")),
            ("Tanzania, United Republic of", Some("TZ")),
            ("The Gambia", Some("GM")),
            ("Republic of the Congo", Some("CG")),
            ("Congo, Democratic Republic of the", Some("CD")),
            ("Кения", Some("KE")),
            ("Niger", Some("NE")),
            ("NGA", Some("NG")),
            ("Nigeri", None),
            ("Republic", None),
            ("the", None),
            ("", None),
        ] {
            assert_eq!(names.called(text), code, "{text}");
        }
    }

    #[test]
    fn every_member_is_known_by_every_name_that_governments_write() {
        let names = Names::new(reference::named());
        let text = include_str!("../../../data/countries.csv");
        for row in csv::Reader::from_reader(text.as_bytes()).records() {
            let row = row.unwrap();
            for name in row.iter().skip(1).flat_map(|cell| cell.split("; ")).filter(|name| !name.is_empty()) {
                assert_eq!(names.called(name), Some(&row[0]), "{name}");
            }
        }
    }
}
