//! What the columns of a sheet are called, in English and French.

use crate::text;

crate::text_enum! {
    /// A column that we know.
    pub enum Column {
        /// The address of the person. The one column that a sheet must have.
        Email = "email",
        /// The name.
        Name = "name",
        /// The given name, where it has a column of its own; no row has it, since it becomes a part of the name.
        GivenName = "given_name",
        /// The code or the name of the organisation.
        Organisation = "organisation",
        /// As what the person is to be appointed.
        Role = "role",
        /// What the person does there.
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

/// What a column may be called: folded, so that neither case nor accents nor marks count.
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
            "member code",
            "country",
            "country code",
            "code",
            "administration douaniere",
            "membre",
            "code membre",
            "pays",
            "code pays",
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
    (Column::Language, &["language", "preferred language", "langue", "langue preferee", "langue de correspondance"]),
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
            "end of mandate",
            "end date",
            "valable jusqu au",
            "fin de mandat",
            "fin du mandat",
            "date de fin",
        ],
    ),
];

impl Column {
    /// Their names, for whoever looks for one.
    pub(super) fn names() -> String {
        Self::ALL.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The column with this header.
    pub(super) fn of_header(header: &str) -> Option<Self> {
        let folded = text::fold(header);
        let known = |(_, names): &&(Self, &[&str])| names.contains(&folded.as_str());
        HEADERS.iter().find(known).map(|(column, _)| *column)
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
            assert_eq!(Column::of_header(header), Some(column), "{header}");
        }
        assert_eq!(Column::of_header("Remarques"), None);
    }

    #[test]
    fn every_column_has_headers_and_no_header_means_two() {
        let names: Vec<&str> = HEADERS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        for &column in Column::ALL {
            assert_eq!(Column::of_header(column.as_str()), Some(column), "by its own word");
        }
        for name in names {
            assert_eq!(text::fold(name), name, "folded");
        }
    }
}
