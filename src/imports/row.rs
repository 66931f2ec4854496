//! Parses a row of a sheet into the form of an invitation, or all its faults.
//!
//! Words are looked up here (roles, languages, organisations, dates); the values of fields go through the parsers of
//! the form, as those of a single invitation.

use std::time::Duration;

use super::days;
use super::rules::{gathered, pointer};
use super::sheet::{Column, Row};
use super::types::{ParsedRow, PlanRow};
use crate::appointments::Role;
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::i18n::Language;
use crate::life_cycle::invitations::{self, Invite, Invitee};
use crate::members::Names;
use crate::text;
use crate::time::Timestamp;

/// Required columns.
pub(super) const NEEDED: [Column; 4] = [Column::Email, Column::Name, Column::Organisation, Column::Role];

/// Words for roles, folded.
const ROLES: &[(Role, &[&str])] = &[
    (
        Role::Ncp,
        &["ncp", "national contact point", "contact point", "pcn", "point de contact national", "point de contact"],
    ),
    (
        Role::Coordinator,
        &["coordinator", "coordination", "coordonnateur", "coordonnatrice", "coordinateur", "coordinatrice"],
    ),
    (Role::Contributor, &["contributor", "contribution", "contributeur", "contributrice"]),
    (Role::Partner, &["partner", "partner agency", "partenaire", "organisme partenaire"]),
    (Role::Auditor, &["auditor", "audit", "auditeur", "auditrice"]),
    (Role::Secretariat, &["secretariat"]),
];

/// Words for languages, folded, with their codes.
const LANGUAGES: &[(Language, &[&str])] = &[
    (Language::En, &["en", "english", "anglais"]),
    (Language::Fr, &["fr", "french", "francais"]),
    (Language::Es, &["es", "spanish", "espagnol", "espanol"]),
    (Language::Ar, &["ar", "arabic", "arabe"]),
    (Language::Ru, &["ru", "russian", "russe"]),
    (Language::Pt, &["pt", "portuguese", "portugais", "portugues"]),
];

/// The value that a word names.
fn meant<T: Copy>(known: &[(T, &[&str])], text: &str) -> Option<T> {
    let folded = text::fold(text);
    known.iter().find(|(_, names)| names.contains(&folded.as_str())).map(|(value, _)| *value)
}

fn role(text: &str) -> Result<Role, FieldError> {
    meant(ROLES, text).ok_or_else(|| text::unknown_value(text, Role::INVITED_TO.iter().map(|role| role.as_str())))
}

fn language(text: &str) -> Result<Language, FieldError> {
    meant(LANGUAGES, text).ok_or_else(|| text::unknown_value(text, Language::ALL.iter().map(|known| known.as_str())))
}

/// The codes of a cell with several languages; languages in which the portal writes also have names.
fn languages(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || ",;/".contains(c)).filter(|word| !word.is_empty());
    words.map(|word| meant(LANGUAGES, word).map_or_else(|| word.to_owned(), |known| known.to_string())).collect()
}

/// The end of a mandate's last day.
fn end_of_day(text: &str, day_first: bool) -> Result<Timestamp, FieldError> {
    // No database stores an instant after the last day of the calendar.
    let end = days::day(text, day_first)?.end();
    if end < Timestamp::from_micros(i64::MAX) { Ok(end) } else { Err(FieldError::new("", FieldCode::BadDate)) }
}

/// The parser of rows, with its context.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) names: &'a Names,
    pub(super) community: &'a str,
    /// Whether dates have the day before the month.
    pub(super) day_first: bool,
    /// The encoding of the sheet, if it is a guess.
    pub(super) doubtful_charset: Option<&'a str>,
    pub(super) now: Timestamp,
}

impl Reader<'_> {
    /// Parses a row, and collects all its faults.
    ///
    /// # Errors
    /// What is no fault of the row.
    pub(super) fn read(&self, row: &Row) -> Result<ParsedRow, Error> {
        let cell = |column| row.cells.get(&column).map(String::as_str);
        let mut faults = FieldErrors::new();
        for column in NEEDED.into_iter().filter(|column| cell(*column).is_none()) {
            faults.add(FieldError::new(pointer(column), FieldCode::Missing));
        }
        if let Some(charset) = self.doubtful_charset {
            // Letters beyond ASCII may be wrong in a guessed encoding.
            for (column, _) in row.cells.iter().filter(|(_, text)| !text.is_ascii()) {
                faults.add(FieldError::new(pointer(*column), FieldCode::CharsetUnsure).with("charset", charset));
            }
        }
        let role = faults.take_optional(&pointer(Column::Role), cell(Column::Role), role);
        let language = faults.take_optional(&pointer(Column::Language), cell(Column::Language), language);
        let end = |text: &str| end_of_day(text, self.day_first);
        let valid_to = faults.take_optional(&pointer(Column::ValidTo), cell(Column::ValidTo), end);
        let organisation = faults.take_optional(&pointer(Column::Organisation), cell(Column::Organisation), |text| {
            let unknown = || FieldError::new("", FieldCode::UnknownOrganisation).with("value", text::shown(text));
            self.names.called(text).map(str::to_owned).ok_or_else(unknown)
        });
        let form = form(row, organisation.clone(), role, language, valid_to);
        let parsed = invitations::parse(&form, self.community, self.now);
        let written = match &parsed {
            Ok(invitee) => PlanRow { organisation, role, ..written_of(invitee) },
            Err(_) => PlanRow { role, language, ..as_typed(row, organisation, valid_to) },
        };
        let form = match (faults.finish(), parsed) {
            _ if row.hidden => Err(vec![FieldError::new(format!("/rows/{}", row.number), FieldCode::RowHidden)]),
            (Ok(()), Ok(invitee)) => Ok((form, invitee)),
            (own, parsed) => Err(gathered(row.number, own.err().into_iter().chain(parsed.err()))?),
        };
        Ok(ParsedRow { row: row.number, written, hidden: row.hidden, form })
    }
}

/// The form of an invitation with the values of a row.
fn form(
    row: &Row,
    organisation: Option<String>,
    role: Option<Role>,
    language: Option<Language>,
    valid_to: Option<Timestamp>,
) -> Invite {
    let owned = |column| row.cells.get(&column).cloned();
    Invite {
        email: owned(Column::Email).unwrap_or_default(),
        name: owned(Column::Name).unwrap_or_default(),
        organisation: organisation.unwrap_or_default(),
        role: role.unwrap_or(Role::Ncp),
        job_title: owned(Column::JobTitle),
        phone: owned(Column::Phone),
        languages: owned(Column::Languages).as_deref().map(languages),
        language,
        valid_to,
        replaces: None,
        nominating_official: owned(Column::Official),
        nomination_reference: owned(Column::Reference),
        nomination_date: None,
    }
}

/// The values that an invitation would store.
fn written_of(invitee: &Invitee) -> PlanRow {
    PlanRow {
        email: Some(invitee.email.as_str().to_owned()),
        name: Some(invitee.name.clone()),
        job_title: invitee.job_title.clone(),
        phone: invitee.phone.clone(),
        language: invitee.language,
        languages: invitee.languages.clone(),
        last_day: invitee.valid_to.map(last_day),
        nominating_official: invitee.nominating_official.clone(),
        nomination_reference: invitee.nomination_reference.clone(),
        ..PlanRow::default()
    }
}

/// The values of a row with faults, as typed.
fn as_typed(row: &Row, organisation: Option<String>, valid_to: Option<Timestamp>) -> PlanRow {
    let owned = |column| row.cells.get(&column).cloned();
    PlanRow {
        email: owned(Column::Email),
        name: owned(Column::Name),
        organisation: organisation.or_else(|| owned(Column::Organisation)),
        job_title: owned(Column::JobTitle),
        phone: owned(Column::Phone),
        languages: owned(Column::Languages).as_deref().map(languages).unwrap_or_default(),
        last_day: valid_to.map(last_day).or_else(|| owned(Column::ValidTo)),
        nominating_official: owned(Column::Official),
        nomination_reference: owned(Column::Reference),
        ..PlanRow::default()
    }
}

/// The last day of a mandate that ends at this instant.
fn last_day(end: Timestamp) -> String {
    end.minus(Duration::from_micros(1)).day().to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn roles_and_languages_are_known_by_their_words() {
        for (text, meant) in [
            ("NCP", Some(Role::Ncp)),
            ("Point de contact national", Some(Role::Ncp)),
            ("Coordonnatrice", Some(Role::Coordinator)),
            ("Coordination", Some(Role::Coordinator)),
            ("Partner agency", Some(Role::Partner)),
            ("Sécrétariat", Some(Role::Secretariat)),
            ("chef", None),
        ] {
            assert_eq!(role(text).ok(), meant, "{text}");
        }
        assert_eq!(language("Français"), Ok(Language::Fr));
        assert_eq!(language("ES"), Ok(Language::Es));
        assert_eq!(language("klingon").map_err(|fault| fault.code), Err(FieldCode::UnknownValue));
        assert_eq!(languages("fr, EN;es  Arabe,wo"), ["fr", "en", "es", "ar", "wo"]);
        let words: Vec<&str> = ROLES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert!(words.iter().all(|word| text::fold(word) == *word), "folded");
        for known in Role::ALL {
            assert_eq!(role(known.as_str()), Ok(*known), "by its own word");
        }
        for known in Language::ALL {
            assert_eq!(language(known.as_str()), Ok(*known), "by its code");
        }
    }

    fn reader<'a>(names: &'a Names, doubtful_charset: Option<&'a str>) -> Reader<'a> {
        Reader { names, community: "", day_first: true, doubtful_charset, now: Timestamp::from_micros(0) }
    }

    proptest! {
        #[test]
        fn whatever_a_row_says_it_is_a_form_or_has_faults(texts in prop::collection::vec(prop::option::of(".{0,20}"), 12)) {
            let cells = Column::ALL.iter().copied().zip(texts).filter_map(|(column, text)| Some((column, text?))).collect();
            let row = Row { number: 7, cells, hidden: false };
            if let Err(faults) = reader(&Names::default(), Some("Big5")).read(&row).unwrap().form {
                prop_assert!(!faults.is_empty());
                prop_assert!(faults.iter().all(|fault| fault.pointer.starts_with("/rows/7/")));
                let places: BTreeSet<_> = faults.iter().map(|fault| &fault.pointer).collect();
                prop_assert_eq!(places.len(), faults.len());
            }
        }
    }

    #[test]
    fn a_mandate_ends_after_its_last_day() {
        let end = |text| end_of_day(text, true);
        for text in ["2027-06-30", "30/06/2027"] {
            assert_eq!(end(text).map(|end| end.to_string()), Ok("2027-07-01T00:00:00Z".to_owned()));
            assert_eq!(end(text).map(last_day), Ok("2027-06-30".to_owned()), "and is shown by it");
        }
        for bad in ["2027-02-30", "9999-12-31", "soon"] {
            assert_eq!(end(bad).map_err(|fault| fault.code), Err(FieldCode::BadDate), "{bad}");
        }
    }

    #[test]
    fn a_row_that_nobody_sees_or_whose_letters_are_guessed_invites_nobody() {
        let names = Names::default();
        let row = |name: &str, hidden: bool| {
            let texts = [
                (Column::Email, "a@x.example"),
                (Column::Name, name),
                (Column::Organisation, "SN"),
                (Column::Role, "ncp"),
            ];
            Row { number: 7, cells: texts.map(|(column, text)| (column, text.to_owned())).into(), hidden }
        };
        let codes = |doubtful_charset: Option<&str>, row: &Row| {
            let faults = reader(&names, doubtful_charset).read(row).unwrap().form.err().unwrap_or_default();
            faults.into_iter().map(|fault| fault.code).collect::<Vec<_>>()
        };
        // There is no organisation here.
        assert_eq!(codes(Some("Big5"), &row("Awa Kone", false)), [FieldCode::UnknownOrganisation]);
        assert_eq!(
            codes(Some("Big5"), &row("Awa Koné", false)),
            [FieldCode::CharsetUnsure, FieldCode::UnknownOrganisation]
        );
        assert_eq!(codes(Some("Big5"), &row("Awa Koné", true)), [FieldCode::RowHidden]);
        assert_eq!(codes(None, &row("Awa Koné", false)), [FieldCode::UnknownOrganisation]);
    }
}
