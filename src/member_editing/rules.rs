//! Validation of edits, the difference between two states of a member, and the counts of a day.

use std::collections::{HashMap, HashSet};

use super::types::{ChangeMember, MemberCount, PastState, RegionCount, Regions};
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::mail::address;
use crate::members::{GivenAlias, MemberStatus, Organisation, OrganisationKind, Particulars, Region};
use crate::text;
use crate::time::Day;

/// Longest name.
pub const MAX_NAME: usize = 150;
/// Most languages: the European Union has 24.
pub const MAX_LANGUAGES: usize = 30;
/// Most domains and most further names of one member.
pub const MAX_ENTRIES: usize = 60;

/// The member after an edit.
///
/// # Errors
/// 422 with every faulty field.
pub fn apply(form: &ChangeMember, before: &Particulars) -> Result<Particulars, Error> {
    let mut faults = FieldErrors::new();
    let mut after = before.clone();
    for (pointer, text, name) in
        [("/name_en", &form.name_en, &mut after.name_en), ("/name_fr", &form.name_fr, &mut after.name_fr)]
    {
        if let Some(line) = faults.take_optional(pointer, text.as_deref(), |text| text::name::thing(text, MAX_NAME)) {
            *name = line;
        }
    }
    after.region = form.region.or(after.region);
    after.default_language = form.default_language.unwrap_or(after.default_language);
    after.status = form.status.unwrap_or(after.status);
    if let Some(codes) = &form.languages {
        after.languages = each(&mut faults, "/languages", MAX_LANGUAGES, codes, language_code);
    }
    if let Some(domains) = &form.mail_domains {
        after.mail_domains = each(&mut faults, "/mail_domains", MAX_ENTRIES, domains, address::domain);
    }
    if let Some(names) = &form.aliases {
        after.aliases = aliases(&mut faults, names);
    }
    for (pointer, text, day) in [
        ("/member_since", &form.member_since, &mut after.member_since),
        ("/left_on", &form.left_on, &mut after.left_on),
    ] {
        if let Some(text) = text {
            day.clone_from(text);
            let bad = text.as_deref().filter(|text| Day::parse(text).is_none());
            faults.take_optional(pointer, bad, |_| Err::<(), _>(FieldError::new("", FieldCode::BadDate)));
        }
    }
    faults.finish()?;
    // ISO dates: texts sort as days do.
    if let (Some(since), Some(left)) = (&after.member_since, &after.left_on)
        && left <= since
    {
        return Err(Error::invalid(vec![FieldError::new("/left_on", FieldCode::NotAfter).with("day", since)]));
    }
    Ok(after)
}

/// The parsed entries of a list, without duplicates.
fn each(
    faults: &mut FieldErrors,
    pointer: &str,
    max: usize,
    entries: &[String],
    parse: impl Fn(&str) -> Result<String, FieldError>,
) -> Vec<String> {
    if entries.len() > max {
        faults.add(FieldError::new(pointer, FieldCode::TooMany).with("max", max));
        return Vec::new();
    }
    let read = entries.iter().enumerate().map(|(index, text)| faults.take(&format!("{pointer}/{index}"), parse(text)));
    let read: Vec<Option<String>> = read.collect();
    text::unique(read.into_iter().flatten())
}

fn language_code(code: &str) -> Result<String, FieldError> {
    let code = code.trim().to_lowercase();
    let is_known = text::is_language_code(&code);
    if is_known {
        Ok(code)
    } else {
        Err(FieldError::new("", FieldCode::UnknownLanguage).with("value", text::shown(&code)))
    }
}

fn aliases(faults: &mut FieldErrors, given: &[GivenAlias]) -> Vec<GivenAlias> {
    if given.len() > MAX_ENTRIES {
        faults.add(FieldError::new("/aliases", FieldCode::TooMany).with("max", MAX_ENTRIES));
        return Vec::new();
    }
    let mut aliases: Vec<GivenAlias> = Vec::new();
    for (index, alias) in given.iter().enumerate() {
        let name = faults.take(&format!("/aliases/{index}/name"), text::line(&alias.name, MAX_NAME));
        let language =
            faults.take_optional(&format!("/aliases/{index}/language"), alias.language.as_deref(), language_code);
        let Some(name) = name else { continue };
        if aliases.iter().any(|known| known.name == name) {
            faults.add(FieldError::new(format!("/aliases/{index}/name"), FieldCode::Duplicate));
        }
        aliases.push(GivenAlias { name, language });
    }
    aliases
}

/// The day of a query.
///
/// # Errors
/// 400.
pub fn day(text: &str) -> Result<Day, Error> {
    Day::parse(text).ok_or_else(|| Error::bad_query(vec![FieldError::new("on", FieldCode::BadDate)]))
}

/// The fields in which two states of a member differ.
#[must_use]
pub fn changed(before: &Particulars, after: &Particulars) -> Vec<&'static str> {
    [
        ("name_en", before.name_en != after.name_en),
        ("name_fr", before.name_fr != after.name_fr),
        ("region", before.region != after.region),
        ("default_language", before.default_language != after.default_language),
        ("languages", before.languages != after.languages),
        ("mail_domains", before.mail_domains != after.mail_domains),
        ("member_since", before.member_since != after.member_since),
        ("left_on", before.left_on != after.left_on),
        ("status", before.status != after.status),
        ("aliases", before.aliases != after.aliases),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect()
}

/// The organisations that had joined and not left on a day, each with its state of then. `past` has the states of those
/// that were edited later.
pub fn on_day<'a>(
    organisations: impl Iterator<Item = &'a Organisation>,
    past: &HashMap<Id, PastState>,
    on: Day,
) -> impl Iterator<Item = (&'a Organisation, PastState)> {
    // ISO dates: texts sort as days do.
    let on = on.to_string();
    organisations.filter_map(move |one| {
        let joined = one.member_since.as_ref().is_none_or(|since| *since <= on);
        let left = one.left_on.as_ref().is_some_and(|left| *left <= on);
        let present = PastState { region: one.region, status: one.status };
        (joined && !left).then(|| (one, past.get(&one.id).copied().unwrap_or(present)))
    })
}

/// The counts of a day. `past` has the region and status that members had on that day if they were edited later;
/// `represented` has the members with a contact, where that is known.
#[must_use]
pub fn count(
    members: &[Organisation],
    past: &HashMap<Id, PastState>,
    on: Day,
    represented: Option<&HashSet<Id>>,
) -> Regions {
    let of_day = on_day(members.iter().filter(|member| member.kind == OrganisationKind::Member), past, on);
    let counted: Vec<(Option<Region>, Id)> = of_day
        .filter(|(_, state)| state.status != MemberStatus::Hidden)
        .map(|(member, state)| (state.region, member.id))
        .collect();
    let count = |of: &dyn Fn(Option<Region>) -> bool| {
        let of: Vec<Id> = counted.iter().filter(|(region, _)| of(*region)).map(|&(_, id)| id).collect();
        let with_contact = represented.map(|known| of.iter().filter(|id| known.contains(id)).count());
        MemberCount { members: of.len(), with_contact }
    };
    let of_region = |&region: &Region| RegionCount { region, count: count(&|of| of == Some(region)) };
    Regions { data: Region::ALL.iter().map(of_region).collect(), total: count(&|_| true), on: on.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    fn before() -> Particulars {
        Particulars {
            name_en: "Senegal".to_owned(),
            name_fr: "Sénégal".to_owned(),
            region: Some(Region::Wca),
            default_language: Language::Fr,
            languages: vec!["fr".to_owned()],
            mail_domains: Vec::new(),
            member_since: Some("1976-03-10".to_owned()),
            left_on: None,
            status: MemberStatus::Active,
            aliases: Vec::new(),
        }
    }

    fn applied(form: &str) -> Result<Particulars, Vec<(String, FieldCode)>> {
        apply(&serde_json::from_str(form).unwrap(), &before()).map_err(|error| match error {
            Error::Refused(refusal) => refusal.errors.into_iter().map(|fault| (fault.pointer, fault.code)).collect(),
            Error::Internal(_) => panic!("internal"),
        })
    }

    #[test]
    fn what_is_absent_stays_and_null_takes_away() {
        assert_eq!(applied("{}").unwrap(), before());
        let after = applied(r#"{"member_since": null, "region": "ESA", "mail_domains": ["Douanes.SN", "douanes.sn"]}"#)
            .unwrap();
        assert_eq!((after.member_since.as_ref(), after.region), (None, Some(Region::Esa)));
        assert_eq!(after.mail_domains, ["douanes.sn"]);
        assert_eq!(changed(&before(), &after), ["region", "mail_domains", "member_since"]);
        for none in [r#"{"region": null}"#, r#"{"name_en": null}"#, r#"{"languages": null}"#, r#"{"status": null}"#] {
            assert!(serde_json::from_str::<ChangeMember>(none).is_err(), "{none}");
        }
    }

    #[test]
    fn every_fault_is_named_at_its_place() {
        let faults = applied(
            r#"{"name_en": " ", "languages": ["fr", "xx"], "mail_domains": ["a b"], "left_on": "2020-02-30",
                "aliases": [{"name": "Teranga"}, {"name": "Teranga", "language": "zz"}]}"#,
        );
        let expected = [
            ("/name_en", FieldCode::Empty),
            ("/languages/1", FieldCode::UnknownLanguage),
            ("/mail_domains/0", FieldCode::BadDomain),
            ("/aliases/1/language", FieldCode::UnknownLanguage),
            ("/aliases/1/name", FieldCode::Duplicate),
            ("/left_on", FieldCode::BadDate),
        ];
        assert_eq!(faults.unwrap_err(), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
        assert_eq!(applied(r#"{"left_on": "1976-03-10"}"#), Err(vec![("/left_on".to_owned(), FieldCode::NotAfter)]));
        assert!(applied(r#"{"left_on": "1976-03-11"}"#).is_ok());
    }
}
