//! Names of the columns of a sheet, in English and French.

use crate::text;

crate::text_enum! {
    /// A known column.
    pub enum Column {
        /// The address of the person. The one column that a sheet must have.
        Email = "email",
        /// The name.
        Name = "name",
        /// The given name, if it has a column of its own; rows do not have it, since it becomes a part of the name.
        GivenName = "given_name",
        /// The code or the name of the organisation.
        Organisation = "organisation",
        /// The role of the appointment.
        Role = "role",
        /// The job title.
        JobTitle = "job_title",
        /// The telephone number.
        Phone = "phone",
        /// The language the person reads.
        Language = "language",
        /// The languages the person speaks, as codes with commas or spaces between them.
        Languages = "languages",
        /// Who nominates the person.
        Official = "official",
        /// The reference of the letter of nomination.
        Reference = "reference",
        /// The day on which the mandate ends; from a workbook as 2026-11-24.
        ValidTo = "valid_to",
    }
}

/// Names of columns, folded: case, accents and marks do not count.
const HEADERS: &[(Column, &[&str])] = &[
    (
        Column::Email,
        &[
            "email",
            "e mail",
            "mail",
            "email address",
            "e mail address",
            "courriel",
            "adresse courriel",
            "adresse de courriel",
            "adresse electronique",
            "adresse email",
            "adresse e mail",
            "adresse mail",
            "mel",
        ],
    ),
    (
        Column::Name,
        &[
            "name",
            "full name",
            "last name",
            "family name",
            "surname",
            "contact",
            "nom",
            "nom complet",
            "nom et prenom",
            "nom et prenoms",
            "nom prenom",
            "prenom et nom",
            "prenom nom",
            "nom de famille",
        ],
    ),
    (Column::GivenName, &["given name", "given names", "first name", "forename", "prenom", "prenoms", "prenom s"]),
    (
        Column::Organisation,
        &[
            "organisation",
            "organization",
            "administration",
            "customs administration",
            "member",
            "country",
            "administration douaniere",
            "membre",
            "pays",
        ],
    ),
    (Column::Role, &["role", "appointed as", "designe comme"]),
    (
        Column::JobTitle,
        &["job title", "title", "position", "post", "function", "fonction", "poste", "titre", "intitule du poste"],
    ),
    (
        Column::Phone,
        &["phone", "telephone", "phone number", "telephone number", "tel", "numero de telephone", "no de telephone"],
    ),
    (
        Column::Language,
        &[
            "language",
            "preferred language",
            "language of the invitation",
            "langue de l invitation",
            "langue",
            "langue preferee",
            "langue de correspondance",
        ],
    ),
    (
        Column::Languages,
        &["languages", "languages spoken", "spoken languages", "langues", "langues parlees", "langues pratiquees"],
    ),
    (
        Column::Official,
        &[
            "official",
            "nominating official",
            "nominated by",
            "responsable",
            "autorite",
            "autorite de designation",
            "designe par",
            "nomme par",
        ],
    ),
    (
        Column::Reference,
        &[
            "reference",
            "ref",
            "letter reference",
            "reference of the letter",
            "nomination reference",
            "reference de la lettre",
            "reference de la designation",
        ],
    ),
    (
        Column::ValidTo,
        &[
            "valid to",
            "valid until",
            "mandate end",
            "mandate ends",
            "last day of the mandate",
            "dernier jour du mandat",
            "end of mandate",
            "end date",
            "valable jusqu au",
            "fin de mandat",
            "fin du mandat",
            "date de fin",
        ],
    ),
];

/// Names of columns that have codes: next to a column of names, as in the portal's own exports, the code is unambiguous
/// and takes precedence.
const CODE_HEADERS: &[(Column, &[&str])] = &[
    (
        Column::Organisation,
        &[
            "code",
            "member code",
            "country code",
            "iso code",
            "code membre",
            "code pays",
            "code iso",
            "membre code",
            "pays code",
        ],
    ),
    (Column::Role, &["role code", "code role"]),
    (Column::Languages, &["languages codes", "language codes", "langues codes", "codes langues"]),
];

/// Headers of days whose readers write the day before the month.
const DAY_FIRST: [&str; 4] = ["valable jusqu au", "fin de mandat", "fin du mandat", "date de fin"];

/// The meaning of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) column: Column,
    /// Whether it has codes.
    pub(super) is_code: bool,
    /// Whether its days are written with the day before the month.
    pub(super) day_first: bool,
}

impl Column {
    /// The names of all columns, for an error message.
    pub(super) fn names() -> String {
        Self::ALL.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The meaning of this header; none if it is unknown.
    pub(super) fn meant(header: &str) -> Option<Meaning> {
        let folded = text::fold(header);
        let known = |(_, names): &&(Self, &[&str])| names.contains(&folded.as_str());
        let named = HEADERS.iter().find(known).map(|(column, _)| (*column, false));
        let (column, is_code) = named.or_else(|| CODE_HEADERS.iter().find(known).map(|(column, _)| (*column, true)))?;
        Some(Meaning { column, is_code, day_first: DAY_FIRST.contains(&folded.as_str()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_header_is_known_in_any_spelling() {
        for (header, column) in [
            ("E-Mail", Column::Email),
            ("COURRIEL", Column::Email),
            ("Adresse électronique", Column::Email),
            ("Nom", Column::Name),
            ("Prénom(s)", Column::GivenName),
            ("Administration", Column::Organisation),
            ("Rôle", Column::Role),
            ("job_title", Column::JobTitle),
            ("Tél.", Column::Phone),
            ("Langue :", Column::Language),
            ("Langues parlées", Column::Languages),
            ("Réf.", Column::Reference),
            ("Valable jusqu’au", Column::ValidTo),
        ] {
            assert_eq!(Column::meant(header).map(|meaning| meaning.column), Some(column), "{header}");
        }
        assert_eq!(Column::meant("Remarques"), None);
        let is_code = |header| Column::meant(header).map(|meaning| (meaning.column, meaning.is_code));
        assert_eq!(is_code("Member (code)"), Some((Column::Organisation, true)));
        assert_eq!(is_code("Membre"), Some((Column::Organisation, false)));
        let day_first = |header| Column::meant(header).is_some_and(|meaning| meaning.day_first);
        assert!(day_first("Fin de mandat") && !day_first("End date"));
    }

    #[test]
    fn every_column_has_headers_and_no_header_means_two() {
        let all = HEADERS.iter().chain(CODE_HEADERS);
        let names: Vec<&str> = all.flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        for &column in Column::ALL {
            let meant = Column::meant(column.as_str()).map(|meaning| meaning.column);
            assert_eq!(meant, Some(column), "by its own word");
        }
        assert!(DAY_FIRST.iter().all(|name| names.contains(name)));
        for name in names {
            assert_eq!(text::fold(name), name, "folded");
        }
    }
}
