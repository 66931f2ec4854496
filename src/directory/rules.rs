//! Decisions about contacts: what a reader sees, what an editor may change, who is notified of a change, and the index
//! entries.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use super::index::{self, Entry, Facet, Meaning};
use super::types::{Contact, ContactChange, ContactMember, ContactRow, IndexedContact, OwnContact};
use crate::error::Error;
use crate::policy::{self, FieldChange, Owned, Visibility};
use crate::text;
use crate::text::variants;

/// The contact as this reader may see it. Fields are withheld here and nowhere else.
#[must_use]
pub fn shown_to(sight: &Visibility, row: ContactRow, member: ContactMember, meanings: &[Meaning]) -> Contact {
    let sees = |audience| sight.sees(audience, row.user_id, row.organisation_id, row.region);
    let updated_at = row.changed_at(sight);
    let mut contact = Contact {
        email: sees(row.email_audience).then_some(row.email),
        phone: row.phone.filter(|_| sees(row.phone_audience)),
        id: row.id,
        place: (row.user_id, row.organisation_id),
        name: row.name,
        role: row.role,
        member,
        job_title: row.job_title.filter(|_| sees(row.job_title_audience)),
        languages: if sees(row.languages_audience) { row.languages.0 } else { empty_list() },
        technologies: if sees(row.technologies_audience) { row.technologies.0 } else { empty_list() },
        confirmation: row.confirmation,
        confirmed_at: row.confirmed_at,
        updated_at,
        matched: Vec::new(),
    };
    contact.matched = matched(&contact, meanings);
    contact
}

/// Refuses a change of a contact that has a field which the editor may not change so.
///
/// # Errors
/// 403 with the name of the field.
pub fn check_change(editor: &Visibility, row: &ContactRow, change: &ContactChange) -> Result<(), Error> {
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

/// The fields whose value or audience a change really changes, by their names in requests.
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

/// Whether a contact has all values of a change already; the name is not compared.
pub fn says(own: &OwnContact, change: &ContactChange) -> bool {
    fn stays<T: PartialEq>(to: Option<&T>, now: &T) -> bool {
        to.is_none_or(|to| to == now)
    }
    stays(change.job_title.as_ref(), &own.job_title)
        && stays(change.job_title_audience.as_ref(), &own.job_title_audience)
        && stays(change.phone.as_ref(), &own.phone)
        && stays(change.phone_audience.as_ref(), &own.phone_audience)
        && stays(change.email_audience.as_ref(), &own.email_audience)
        && stays(change.languages.as_ref(), &own.languages.0)
        && stays(change.languages_audience.as_ref(), &own.languages_audience)
        && stays(change.technologies.as_ref(), &own.technologies.0)
        && stays(change.technologies_audience.as_ref(), &own.technologies_audience)
}

/// A contact after a change, as the index uses it. Every field of the change is named here: one that is added later has to
/// be.
pub fn after(before: &IndexedContact, change: &ContactChange) -> IndexedContact {
    fn set<T: Clone>(field: &mut T, to: Option<&T>) {
        if let Some(to) = to {
            field.clone_from(to);
        }
    }
    let ContactChange {
        name,
        job_title,
        phone,
        phone_audience,
        email_audience,
        job_title_audience,
        languages_audience,
        technologies_audience,
        languages,
        technologies,
    } = change;
    let mut after = before.clone();
    if let Some(name) = name {
        (after.name, after.sort_name) = (name.clone(), text::sort_key(name));
    }
    set(&mut after.job_title, job_title.as_ref());
    set(&mut after.job_title_audience, job_title_audience.as_ref());
    set(&mut after.phone, phone.as_ref());
    set(&mut after.phone_audience, phone_audience.as_ref());
    set(&mut after.email_audience, email_audience.as_ref());
    set(&mut after.languages.0, languages.as_ref());
    set(&mut after.languages_audience, languages_audience.as_ref());
    set(&mut after.technologies.0, technologies.as_ref());
    set(&mut after.technologies_audience, technologies_audience.as_ref());
    after
}

/// Which readers get a change of a contact: the level of the widest audience (`policy::fields`) that sees a difference.
/// 0, the whole community, for a new contact; 3, the Secretariat, if only the time of the last change differs.
#[must_use]
pub fn touched(before: Option<&IndexedContact>, after: &IndexedContact) -> i16 {
    let Some(before) = before else { return 0 };
    let always = |row: &IndexedContact| {
        let who = (row.name.clone(), row.sort_name.clone(), row.member.clone(), row.region, row.role);
        (who, row.confirmation, row.confirmed_at, row.hidden)
    };
    if always(before) != always(after) {
        return 0;
    }
    let fields = |row: &IndexedContact| {
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

/// The empty list in JSON.
fn empty_list() -> Box<RawValue> {
    RawValue::from_string("[]".to_owned()).unwrap_or_default()
}

/// The visible fields by which a contact was found, as `field:value`.
fn matched(contact: &Contact, meanings: &[Meaning]) -> Vec<String> {
    if meanings.is_empty() {
        return Vec::new();
    }
    let fields =
        [("name", Some(&contact.name)), ("job_title", contact.job_title.as_ref()), ("email", contact.email.as_ref())];
    let mut found = Vec::new();
    for (field, value) in fields.iter().filter_map(|(field, value)| Some((field, (*value)?))) {
        let (written, variants) = variants::indexed(searched(value));
        let has = |meaning: &Meaning| written.iter().chain(&variants).any(|word| meaning.fits(word));
        if meanings.iter().any(|meaning| meaning.is_address(value) || has(meaning)) {
            found.push(format!("{field}:{value}"));
        }
    }
    let numbers = contact.phone.iter().filter(|phone| meanings.iter().any(|meaning| meaning.is_number(phone)));
    found.extend(numbers.map(|phone| format!("phone:{phone}")));
    let members = meanings.iter().filter_map(|meaning| meaning.member(&contact.member.code));
    found.extend(text::unique(members.map(str::to_owned)));
    found
}

/// The part of a field that is indexed: of an address the part before the `@`, since a whole ministry shares the rest.
fn searched(value: &str) -> &str {
    value.split_once('@').map_or(value, |(local, _)| local)
}

/// The index entry of a contact.
#[must_use]
pub fn entry(row: &IndexedContact) -> Entry {
    let (mut words, mut others): (BTreeMap<String, i16>, BTreeMap<String, i16>) = (BTreeMap::new(), BTreeMap::new());
    // A word of several fields has the level of the widest audience.
    let add = |words: &mut BTreeMap<String, i16>, new: BTreeSet<String>, level: i16| {
        for word in new {
            let known = words.entry(word).or_insert(level);
            *known = level.min(*known);
        }
    };
    let fields = [
        (Some(row.name.as_str()), 0),
        (row.job_title.as_deref(), row.job_title_audience.level()),
        (Some(row.email.as_str()), row.email_audience.level()),
    ];
    for (value, level) in fields {
        let (written, variants) = variants::indexed(searched(value.unwrap_or_default()));
        add(&mut words, written, level);
        add(&mut others, variants, level);
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
    keys.extend(others.iter().map(|(word, level)| index::of_variant(word, *level)));
    keys.extend(index::of_name(&row.sort_name));
    Entry { words: words.into_keys().chain(others.into_keys()).collect(), keys }
}
