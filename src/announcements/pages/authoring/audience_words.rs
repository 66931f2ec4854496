//! An audience in words: a sentence for each of its conditions, nested ones in brackets.
//!
//! Programs can nest conditions (`any`, `all`, `none`), and the form of a draft has no fields for these. So the form says
//! what it leaves as it is, and the page of the recipients says all of an audience, whoever has written it.

use crate::announcements::{AdoptedBy, Audience};
use crate::directory::language_names;
use crate::web::Page;

/// All conditions of an audience; none where it restricts nothing.
pub(super) fn conditions(page: &Page, audience: &Audience) -> Vec<String> {
    let mut told = fields(page, audience);
    let share = audience.adoption.as_ref().and_then(|adopted| adopted.willing_to_share);
    if share == Some(true) {
        told.push(page.label("audience-adoption-willing_to_share"));
    }
    told.extend(without_field(page, audience));
    told
}

/// The conditions that the form of a draft has no field for.
pub(super) fn without_field(page: &Page, audience: &Audience) -> Vec<String> {
    let is_unwilling = audience.adoption.as_ref().is_some_and(|adopted| adopted.willing_to_share == Some(false));
    let unwilling = is_unwilling.then(|| page.text("authoring-condition-unwilling"));
    let nested = [
        ("authoring-condition-any", &audience.any),
        ("authoring-condition-all", &audience.all),
        ("authoring-condition-none", &audience.none),
    ];
    let nested = nested.into_iter().filter(|(_, parts)| !parts.is_empty());
    unwilling.into_iter().chain(nested.map(|(key, parts)| page.say(key, "parts", in_brackets(page, parts)))).collect()
}

/// Audiences, each in brackets. One without conditions is everybody.
fn in_brackets(page: &Page, parts: &[Audience]) -> String {
    let both = |first: String, second: String| {
        page.text_with("authoring-condition-and", &[("first", first), ("second", second)])
    };
    let part = |part: &Audience| {
        let told = conditions(page, part).into_iter().reduce(both);
        told.unwrap_or_else(|| page.text("authoring-condition-everybody"))
    };
    parts.iter().map(|one| format!("({})", part(one))).collect::<Vec<_>>().join(", ")
}

/// The lists of an audience that are not empty.
fn fields(page: &Page, audience: &Audience) -> Vec<String> {
    let none = AdoptedBy::default();
    let adopted = audience.adoption.as_ref().unwrap_or(&none);
    let words = |family: &str, code: &str| page.words(family, code);
    let technologies = |codes: &[String]| codes.iter().map(|code| page.technology(code).to_owned()).collect::<Vec<_>>();
    // Without their names the codes are good, too.
    let languages = language_names(&audience.languages, page.language()).unwrap_or_else(|_| audience.languages.clone());
    let lists: [(&str, Vec<String>); 7] = [
        ("audience-regions", audience.regions.iter().map(|region| words("region", region.as_str())).collect()),
        ("audience-roles", audience.roles.iter().map(|role| words("role", role.as_str())).collect()),
        ("audience-members", audience.members.iter().map(|code| page.organisation(code).to_owned()).collect()),
        ("audience-technologies", technologies(&audience.technologies)),
        ("audience-languages", languages),
        ("audience-adoption-technologies", technologies(&adopted.technologies)),
        (
            "audience-adoption-states",
            adopted.states.iter().map(|state| words("technology-status", state.as_str())).collect(),
        ),
    ];
    let told = |(name, values): (&str, Vec<String>)| {
        let parts = [("field", page.label(name)), ("values", values.join(", "))];
        page.text_with("authoring-condition", &parts)
    };
    lists.into_iter().filter(|(_, values)| !values.is_empty()).map(told).collect()
}
