//! The columns of a table of contacts: codes for programs, and the names of codes for people.

use super::card::{COLUMNS, Card, Words};

/// The separator of entries of a list within a cell.
const BETWEEN: &str = "; ";

/// The first row.
pub(super) fn heads(words: &Words) -> [&str; 18] {
    COLUMNS.map(|column| words.head(column))
}

/// The row of a contact. Withheld fields are empty.
pub(super) fn cells(card: &Card<'_>) -> [String; 18] {
    let contact = card.contact;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        contact.name.clone(),
        text(&contact.job_title),
        contact.role.as_str().to_owned(),
        card.role.to_owned(),
        contact.member.code.clone(),
        card.member.to_owned(),
        contact.member.region.map_or("", |region| region.as_str()).to_owned(),
        card.region.to_owned(),
        text(&contact.email),
        text(&contact.phone),
        card.languages.join(BETWEEN),
        card.technologies.join(BETWEEN),
        card.technology_names.join(BETWEEN),
        contact.confirmation.as_str().to_owned(),
        card.confirmation.to_owned(),
        contact.confirmed_at.map(|at| at.to_string()).unwrap_or_default(),
        contact.updated_at.to_string(),
        contact.id.to_string(),
    ]
}
