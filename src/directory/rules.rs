//! What a contact shows to whom, and by what it is found.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use super::index::{self, Entry, Facet, Meaning};
use super::types::{Contact, ContactChange, ContactMember, ContactRow, Indexed};
use crate::error::Error;
use crate::policy::{self, FieldChange, Owned, Sight};
use crate::text;

/// The contact as this reader may see it. The one place where fields are withheld.
#[must_use]
pub fn shown_to(sight: &Sight, row: ContactRow, member: ContactMember, meanings: &[Meaning]) -> Contact {
    let sees = |audience| sight.sees(audience, row.user_id, row.organisation_id, row.region);
    let updated_at = row.changed_at(sight);
    let mut contact = Contact {
        email: sees(row.email_audience).then_some(row.email),
        phone: row.phone.filter(|_| sees(row.phone_audience)),
        id: row.id,
        name: row.name,
        role: row.role,
        member,
        job_title: row.job_title.filter(|_| sees(row.job_title_audience)),
        languages: if sees(row.languages_audience) { row.languages.0 } else { nothing() },
        technologies: if sees(row.technologies_audience) { row.technologies.0 } else { nothing() },
        confirmation: row.confirmation,
        confirmed_at: row.confirmed_at,
        updated_at,
        matched: Vec::new(),
    };
    contact.matched = matched(&contact, meanings);
    contact
}

/// Refuses a change of a contact whose every field somebody may not change as wished.
///
/// # Errors
/// 403 that names the field.
pub fn check_change(editor: &Sight, row: &ContactRow, change: &ContactChange) -> Result<(), Error> {
    let owned = Owned { owner: row.user_id, organisation: row.organisation_id, region: row.region };
    let fields = [
        ("job_title", row.job_title_audience, change.job_title.is_some(), change.job_title_audience),
        ("phone", row.phone_audience, change.phone.is_some(), change.phone_audience),
        ("email", row.email_audience, false, change.email_audience),
        ("languages", row.languages_audience, change.languages.is_some(), change.languages_audience),
        ("technologies", row.technologies_audience, change.technologies.is_some(), change.technologies_audience),
    ];
    fields.into_iter().try_for_each(|(name, audience, rewritten, audience_to)| {
        policy::may_change_field(editor, owned, &FieldChange { name, audience, rewritten, audience_to })
    })
}

/// What of a contact a change makes another, by the names of requests.
#[must_use]
pub fn changed(row: &ContactRow, change: &ContactChange) -> Vec<&'static str> {
    let differs = |to: Option<&Vec<String>>, now: &RawValue| {
        to.is_some_and(|to| serde_json::from_str::<Vec<String>>(now.get()).ok().as_ref() != Some(to))
    };
    let fields = [
        ("job_title", change.job_title.as_ref().is_some_and(|to| *to != row.job_title)),
        ("job_title_audience", change.job_title_audience.is_some_and(|to| to != row.job_title_audience)),
        ("phone", change.phone.as_ref().is_some_and(|to| *to != row.phone)),
        ("phone_audience", change.phone_audience.is_some_and(|to| to != row.phone_audience)),
        ("email_audience", change.email_audience.is_some_and(|to| to != row.email_audience)),
        ("languages", differs(change.languages.as_ref(), &row.languages.0)),
        ("languages_audience", change.languages_audience.is_some_and(|to| to != row.languages_audience)),
        ("technologies", differs(change.technologies.as_ref(), &row.technologies.0)),
        ("technologies_audience", change.technologies_audience.is_some_and(|to| to != row.technologies_audience)),
    ];
    fields.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}

/// Who sees that a contact changed: the level of the widest audience (`policy::fields`) that sees anything else than before. 0,
/// the whole community, where it is new; 3, the Secretariat, where nothing but the time of its last change is another.
#[must_use]
pub fn touched(before: Option<&Indexed>, after: &Indexed) -> i16 {
    let Some(before) = before else { return 0 };
    let always = |row: &Indexed| {
        let who = (row.name.clone(), row.sort_name.clone(), row.member.clone(), row.region, row.role);
        (who, row.confirmation, row.confirmed_at, row.hidden)
    };
    if always(before) != always(after) {
        return 0;
    }
    let fields = |row: &Indexed| {
        let list = |codes: &[String]| (!codes.is_empty()).then(|| codes.join(" "));
        [
            (row.job_title.clone(), row.job_title_audience.level()),
            (Some(row.email.clone()), row.email_audience.level()),
            (row.phone.clone(), row.phone_audience.level()),
            (list(&row.languages.0), row.languages_audience.level()),
            (list(&row.technologies.0), row.technologies_audience.level()),
        ]
    };
    let (old, new) = (fields(before), fields(after));
    let changed = old.iter().zip(&new).filter(|(old, new)| old != new);
    let seen = changed.flat_map(|(old, new)| [old, new]).filter(|(value, _)| value.is_some());
    seen.map(|(_, level)| *level).min().unwrap_or(3)
}

/// An empty list, as it is sent.
fn nothing() -> Box<RawValue> {
    RawValue::from_string("[]".to_owned()).unwrap_or_default()
}

/// By which of the fields that are shown a contact was found.
fn matched(contact: &Contact, meanings: &[Meaning]) -> Vec<String> {
    let fields =
        [("name", Some(&contact.name)), ("job_title", contact.job_title.as_ref()), ("email", contact.email.as_ref())];
    let mut found = Vec::new();
    for (field, value) in fields.iter().filter_map(|(field, value)| Some((field, (*value)?))) {
        let words = text::words(searched(value));
        if meanings.iter().any(|meaning| meaning.is_address(value) || words.iter().any(|word| meaning.fits(word))) {
            found.push(format!("{field}:{value}"));
        }
    }
    let members = meanings.iter().filter_map(|meaning| meaning.member(&contact.member.code));
    found.extend(text::unique(members.map(str::to_owned)));
    found
}

/// What of a field is searched: of an address what stands before the `@`, since the rest is the same for a whole ministry.
fn searched(value: &str) -> &str {
    value.split_once('@').map_or(value, |(local, _)| local)
}

/// What the index holds of a contact.
#[must_use]
pub fn entry(row: &Indexed) -> Entry {
    let mut words: BTreeMap<String, i16> = BTreeMap::new();
    let fields = [
        (Some(row.name.as_str()), 0),
        (row.job_title.as_deref(), row.job_title_audience.level()),
        (Some(row.email.as_str()), row.email_audience.level()),
    ];
    for (value, level) in fields {
        for word in text::words(searched(value.unwrap_or_default())) {
            // Found by the widest audience that sees the word in any field.
            let known = words.entry(word).or_insert(level);
            *known = level.min(*known);
        }
    }
    let always = [
        (Facet::Member, row.member.as_str()),
        (Facet::Role, row.role.as_str()),
        (Facet::Confirmation, row.confirmation.as_str()),
    ];
    let mut keys: BTreeSet<String> =
        always.into_iter().map(|(facet, value)| index::of_value(facet, value, 0)).collect();
    keys.extend(row.region.map(|region| index::of_value(Facet::Region, region.as_str(), 0)));
    let level = row.languages_audience.level();
    keys.extend(row.languages.0.iter().map(|code| index::of_value(Facet::Language, code, level)));
    let level = row.technologies_audience.level();
    keys.extend(row.technologies.0.iter().map(|code| index::of_value(Facet::Technology, code, level)));
    keys.extend(words.iter().map(|(word, level)| index::of_word(word, *level)));
    keys.extend(index::of_beginnings(&row.sort_name));
    Entry { words: words.into_keys().collect(), keys }
}
